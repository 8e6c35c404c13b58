// Random sequences of calls of the C ABI over a few handles: no call may crash, leak or answer with
// what is no code, whatever came before and whatever it is given.
#include <fuzzer/FuzzedDataProvider.h>

#include <array>
#include <string>
#include <vector>

#include "kgw/c.h"
#include "require.h"

namespace {

void Require(bool holds, const char* what) { kgw::fuzz::Require(holds, what, ""); }

constexpr char kShop[] =
    "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g}\n"
    "spec: {gatewayClassName: k, listeners: [{name: h, port: 80, protocol: HTTP}]}\n---\n"
    "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec:\n"
    "  parentRefs: [{name: g}]\n  rules:\n  - matches: [{path: {value: /a}}]\n    filters:\n"
    "    - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x, value: y}]}}\n"
    "    - {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, "
    "replacePrefixMatch: /b}}}\n"
    "    - {type: RequestMirror, requestMirror: {backendRef: {group: gloo.solo.io, kind: "
    "Upstream, name: u}}}\n"
    "    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: u}]\n"
    "  - matches: [{headers: [{name: x-f, value: '1'}]}]\n"
    "    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: mine}]\n---\n"
    "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: u}\n"
    "spec: {static: {hosts: [{addr: a.test, port: 80}, {addr: 10.0.0.1, port: 81}]}}\n---\n"
    "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: mine}\nspec: {fuzzed: {a: 1}}\n";

// With a decision whose texts it keeps.
struct Pinned {
  kgw_pin* pin;
  kgw_decision decision;
};

struct State {
  explicit State(FuzzedDataProvider* data) : data(data) {}

  FuzzedDataProvider* data;
  kgw_engine* engine = nullptr;
  std::vector<kgw_reader*> readers;
  std::vector<Pinned> pins;
  std::vector<kgw_ticket> tickets;
  std::string text;  // what requests point to
};

kgw_str Borrow(const std::string& text) { return {text.data(), text.size()}; }

void Known(int32_t code) { Require(code <= 0 && code >= KGW_E_INTERNAL, "an unknown code"); }

void Free(kgw_error* error) {
  if (error == nullptr) return;
  Known(kgw_error_code(error));
  Require(kgw_error_message(error).len > 0, "an error without a message");
  for (size_t i = 0; i < kgw_error_count(error); ++i) {
    kgw_diagnostic diagnostic = KGW_DIAGNOSTIC_INIT;
    Known(kgw_error_at(error, i, &diagnostic));
  }
  kgw_error_free(error);
}

void Touch(kgw_str text) {
  volatile unsigned sum = 0;
  for (size_t i = 0; i < text.len; ++i) sum = sum + static_cast<unsigned char>(text.data[i]);
}

void Touch(const kgw_header_edits& edits) {
  for (size_t i = 0; i < edits.remove_count; ++i) Touch(edits.remove[i]);
  for (size_t i = 0; i < edits.set_count; ++i) Touch(edits.set[i].name), Touch(edits.set[i].value);
  for (size_t i = 0; i < edits.add_count; ++i) Touch(edits.add[i].name), Touch(edits.add[i].value);
}

// What is the configuration's, and never the caller's.
void TouchOwn(const kgw_decision& decision) {
  for (const kgw_str text :
       {decision.gateway, decision.listener, decision.route.name, decision.route.rule_name,
        decision.backend.name, decision.cluster, decision.endpoint.address,
        decision.endpoint.hostname, decision.transport.sni, decision.reason}) {
    Touch(text);
  }
  for (size_t i = 0; i < decision.mirror_count; ++i) {
    Touch(decision.mirrors[i].backend.name);
    Touch(decision.mirrors[i].endpoint.hostname);
  }
}

int32_t LookUp(void* ctx, const char* name, size_t size, size_t index, const char** value,
               size_t* value_size) {
  auto* state = static_cast<State*>(ctx);
  Touch(kgw_str{name, size});
  if (index > 2 || state->data->ConsumeBool()) return 0;
  if (state->data->ConsumeBool() && !state->readers.empty()) kgw_reader_rest(state->readers[0]);
  if (state->data->ConsumeBool()) Free(kgw_engine_refresh(state->engine, nullptr));
  *value = state->text.data();
  *value_size = state->text.size();
  return 1;
}

int32_t Resolve(void* ctx, kgw_str, kgw_str, kgw_str json, kgw_upstream_answer* answer) {
  auto* state = static_cast<State*>(ctx);
  Touch(json);
  kgw_upstream_endpoint endpoint = KGW_UPSTREAM_ENDPOINT_INIT;
  endpoint.hostname = Borrow(state->text);
  endpoint.port = state->data->ConsumeIntegral<uint32_t>();
  Known(kgw_upstream_answer_add(answer, &endpoint));
  if (state->data->ConsumeBool()) {
    Known(kgw_upstream_answer_report(answer, Borrow(state->text), KGW_ERROR, Borrow(state->text)));
  }
  if (state->data->ConsumeBool()) Free(kgw_engine_refresh(state->engine, nullptr));
  return state->data->ConsumeBool();
}

void NewEngine(State* state) {
  kgw_options* options = kgw_options_new();
  const std::string value = state->data->ConsumeRandomLengthString(8);
  Free(kgw_options_set(options, kgw_str{"path_normalization", 18}, Borrow(value)));
  kgw_upstream_type type = KGW_UPSTREAM_TYPE_INIT;
  type.ctx = state;
  type.field = {"fuzzed", 6};
  type.resolve = Resolve;
  if (state->data->ConsumeBool()) Free(kgw_options_add_upstream_type(options, &type));
  Free(kgw_engine_new(options, &state->engine));
  kgw_options_free(options);
}

void Apply(State* state) {
  std::string text = kShop;
  if (state->data->ConsumeBool()) {
    text.replace(state->data->ConsumeIntegralInRange<size_t>(0, text.size()), 4,
                 state->data->ConsumeRandomLengthString(8));
  }
  const kgw_source source = {
      {"a.yaml", 6}, Borrow(text), state->data->ConsumeIntegralInRange<int32_t>(-1, 3), 0};
  kgw_report* report = nullptr;
  Free(kgw_engine_apply(state->engine, &source, 1, &report));
  kgw_report_free(report);
}

// A struct of its own size, or of another in a larger room.
template <typename T>
struct Room {
  Room(State* state, const T& init) {
    bytes.fill(state->data->ConsumeIntegralInRange<int>(0, 7) == 0 ? 'x' : '\0');
    value() = init;
    if (state->data->ConsumeIntegralInRange<int>(0, 7) == 0) {
      value().size = state->data->ConsumeIntegralInRange<size_t>(0, bytes.size());
    }
  }
  T& value() { return *reinterpret_cast<T*>(bytes.data()); }
  alignas(16) std::array<char, sizeof(T) + 256> bytes;
};

kgw_request MakeRequest(State* state) {
  FuzzedDataProvider& data = *state->data;
  kgw_request request = KGW_REQUEST_INIT;
  state->text = data.ConsumeRandomLengthString(24);
  static constexpr kgw_header kLines[] = {{{"x-f", 3}, {"1", 1}}, {{"Host", 4}, {"h.test", 6}}};
  if (data.ConsumeBool()) request.path = {"/a/b?c", 6};
  if (data.ConsumeBool()) request.path = Borrow(state->text);
  if (data.ConsumeBool()) request.authority = Borrow(state->text);
  if (data.ConsumeBool()) request.headers = kLines, request.header_count = 2;
  if (data.ConsumeBool()) request.lookup = LookUp, request.lookup_ctx = state;
  if (data.ConsumeBool()) request.sni = {nullptr, data.ConsumeIntegralInRange<size_t>(0, 1)};
  request.protocol = data.ConsumeIntegralInRange<int32_t>(-1, 6) % 6;
  request.peek = data.ConsumeBool();
  request.port = 80;
  return request;
}

void See(State* state, const kgw_request& request, const kgw_decision& decision) {
  TouchOwn(decision);
  Touch(decision.request.method);
  Touch(decision.request.scheme);
  Touch(decision.request.authority);
  Touch(decision.request.path);
  Touch(decision.request.edits);
  Touch(decision.response.edits);
  Touch(decision.response.body);
  for (size_t i = 0; i < decision.mirror_count; ++i) {
    Touch(decision.mirrors[i].authority);
    state->tickets.push_back(decision.mirrors[i].ticket);
  }
  state->tickets.push_back(decision.ticket);
  kgw_text* json = nullptr;
  Free(kgw_decision_json(&decision, state->data->ConsumeBool() ? &request : nullptr, &json));
  if (json != nullptr) Require(kgw_text_str(json).len > 2, "an empty decision");
  kgw_text_free(json);
}

void Route(State* state) {
  if (state->readers.empty()) return;
  kgw_reader* reader =
      state->readers[state->data->ConsumeIntegral<uint8_t>() % state->readers.size()];
  Room<kgw_request> request(state, MakeRequest(state));
  Room<kgw_decision> decision(state, KGW_DECISION_INIT);
  kgw_ticket ticket = state->tickets.empty() ? kgw_ticket{} : state->tickets.back();
  if (state->data->ConsumeBool()) {
    for (uint64_t& word : ticket.opaque) word = state->data->ConsumeIntegral<uint64_t>();
  }
  Room<kgw_outcome> outcome(state, KGW_OUTCOME_INIT);
  outcome.value().result = state->data->ConsumeIntegralInRange<int32_t>(-1, 5);
  int32_t code = KGW_OK;
  switch (state->data->ConsumeIntegralInRange<int>(0, 3)) {
    case 0:
      code = kgw_reader_retry(reader, state->data->ConsumeBool() ? &request.value() : nullptr,
                              &ticket, &outcome.value(), &decision.value());
      break;
    case 1:
      code = kgw_reader_route_many(reader, &request.value(), request.value().size,
                                   &decision.value(), decision.value().size, 1);
      break;
    default:
      code = kgw_reader_route(reader, &request.value(), &decision.value());
  }
  Known(code);
  const bool decided = code == KGW_OK && decision.value().size >= sizeof(kgw_decision);
  if (decided) See(state, request.value(), decision.value());
  if (state->data->ConsumeIntegralInRange<int>(0, 7) == 0) {
    kgw_pin* pin = nullptr;
    Known(kgw_decision_pin(reader, &pin));
    kgw_decision kept = KGW_DECISION_INIT;
    if (decided && pin != nullptr) kept = decision.value();
    state->pins.push_back({pin, kept});
  }
}

void Finish(State* state) {
  if (state->engine == nullptr) return;
  Room<kgw_outcome> outcome(state, KGW_OUTCOME_INIT);
  for (kgw_ticket& ticket : state->tickets) {
    Known(kgw_ticket_done(state->engine, &ticket, &outcome.value()));
  }
  state->tickets.clear();
}

void Inspect(State* state) {
  kgw_text* text = nullptr;
  kgw_objects* objects = nullptr;
  const kgw_request request = MakeRequest(state);
  switch (state->data->ConsumeIntegralInRange<int>(0, 4)) {
    case 0:
      Free(kgw_engine_routes(state->engine, &text));
      break;
    case 1:
      Free(kgw_engine_endpoints(state->engine, &text));
      break;
    case 2:
      Free(kgw_engine_explain(state->engine, &request, state->data->ConsumeBool(), &text));
      break;
    case 3:
      Free(kgw_engine_objects(state->engine, Borrow(state->text), &objects));
      break;
    default:
      Free(kgw_engine_poll(state->engine, state->data->ConsumeIntegral<int64_t>(), nullptr));
  }
  kgw_text_free(text);
  kgw_objects_free(objects);
}

void Step(State* state) {
  kgw_reader* reader = nullptr;
  switch (state->data->ConsumeIntegralInRange<int>(0, 9)) {
    case 0:
      kgw_engine_free(state->engine);
      state->engine = nullptr;
      break;
    case 1:
      if (state->engine == nullptr) NewEngine(state);
      break;
    case 2:
      Apply(state);
      break;
    case 3:
      Free(kgw_reader_new(state->engine, &reader));
      if (reader != nullptr) state->readers.push_back(reader);
      break;
    case 4:
      Finish(state);
      break;
    case 5:
      Inspect(state);
      break;
    case 6:
      if (state->readers.empty()) break;
      if (state->data->ConsumeBool()) {
        kgw_reader_rest(state->readers.back());
      } else {
        kgw_reader_free(state->readers.back());
        state->readers.pop_back();
      }
      break;
    default:
      Route(state);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  FuzzedDataProvider data(bytes, size);
  State state(&data);
  NewEngine(&state);
  Apply(&state);
  for (int i = 0; i < 64 && data.remaining_bytes() > 0; ++i) Step(&state);
  kgw_engine_free(state.engine);
  for (kgw_reader* reader : state.readers) kgw_reader_free(reader);
  for (const Pinned& pinned : state.pins) {
    TouchOwn(pinned.decision);
    kgw_pin_free(pinned.pin);
  }
  return 0;
}
