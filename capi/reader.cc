// The path of a request: the structs of the caller are those of the engine.
#include "capi/handles.h"
#include "capi/layout.h"
#include "capi/structs.h"
#include "kgw/c.h"
#include "kgw/json.h"

namespace kgw::capi {

namespace {

// All but the texts of the headers.
int32_t CheckParts(const kgw_request& r) {
  // Without a branch for each: all of them are asked, and none is ever wrong.
  unsigned broken = Broken(r.method) | Broken(r.scheme) | Broken(r.authority) | Broken(r.path) |
                    Broken(r.sni) | Broken(r.peer) | Broken(r.local) | Broken(r.client_namespace) |
                    Broken(r.gateway) |
                    Broken({reinterpret_cast<const char*>(r.headers), r.header_count});
  broken |= static_cast<uint32_t>(r.protocol) > KGW_PROTOCOL_UDP;
  if (broken != 0) return KGW_E_INVALID;
  return r.reserved == 0 ? KGW_OK : KGW_E_TOO_NEW;
}

}  // namespace

int32_t CheckRequest(const kgw_request& r) {
  const int32_t code = CheckParts(r);
  if (code == KGW_E_INVALID) return code;
  unsigned broken = 0;
  for (size_t i = 0; i < r.header_count; ++i) {
    const kgw_header& line = r.headers[i];
    if (line.name.data == nullptr || line.value.data == nullptr) [[unlikely]] {
      broken |= Broken(line.name) | Broken(line.value);
    }
  }
  return broken != 0 ? KGW_E_INVALID : code;
}

void RequireRequest(const kgw_request& request) {
  const int32_t code = CheckRequest(request);
  if (code == KGW_E_INVALID) throw Refusal(code, "request has a text or list that is NULL");
  RequireSize(code, "request");
}

namespace {

// KGW_OK, or the first that is not.
int32_t FirstOf(int32_t a, int32_t b) { return a != KGW_OK ? a : b; }

// Callers keep what did not change themselves: their buffers may move.
void HideUnchanged(kgw_decision* decision) {
  // NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): written, as a kgw::Decision.
  const uint32_t changed = decision->changed;
  auto& request = decision->request;
  if (changed == 0) {
    constexpr kgw_str kNone = {nullptr, 0};
    request.method = kNone;
    request.scheme = kNone;
    request.authority = kNone;
    request.path = kNone;
    return;
  }
  if ((changed & KGW_CHANGED_METHOD) == 0) request.method = {};
  if ((changed & KGW_CHANGED_SCHEME) == 0) request.scheme = {};
  if ((changed & KGW_CHANGED_AUTHORITY) == 0) request.authority = {};
  if ((changed & KGW_CHANGED_PATH) == 0) request.path = {};
}

// The reverse, for texts made of a decision.
void ShowUnchanged(const Request& request, Decision* decision) {
  if ((decision->changed & Decision::kMethod) == 0) decision->request.method = request.method;
  if ((decision->changed & Decision::kScheme) == 0) decision->request.scheme = request.scheme;
  if ((decision->changed & Decision::kAuthority) == 0) {
    decision->request.authority = request.authority;
  }
  if ((decision->changed & Decision::kPath) == 0) decision->request.path = request.path;
}

int32_t CheckOutcome(const In<kgw_outcome>& outcome) {
  if (outcome.code() != KGW_OK) return outcome.code();
  const bool known = static_cast<uint32_t>(outcome->result) <= KGW_ABORTED;
  return known ? KGW_OK : KGW_E_INVALID;
}

// Element `index` of an array whose elements have the caller's size.
template <typename T>
T* At(T* array, size_t size, size_t index) {
  using Byte = std::conditional_t<std::is_const_v<T>, const char, char>;
  return reinterpret_cast<T*>(reinterpret_cast<Byte*>(array) + size * index);
}

// A buffer of the reader's, in the hands of one call.
template <typename T>
class Lent {
 public:
  explicit Lent(std::vector<T>* home) : home_(home), items_(std::move(*home)) { home->clear(); }
  ~Lent() { *home_ = std::move(items_); }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;

  std::vector<T>& items() const { return items_; }

 private:
  std::vector<T>* home_;
  mutable std::vector<T> items_;
};

}  // namespace
}  // namespace kgw::capi

using namespace kgw::capi;  // NOLINT: the functions below are those of kgw/c.h

kgw_error* kgw_reader_new(kgw_engine* engine, kgw_reader** out) {
  return Control([&] {
    kgw_reader*& reader = Cleared(out);
    auto made = std::make_unique<kgw_reader>();
    made->reader = Given(engine, "engine").engine.NewReader();
    reader = made.release();
  });
}

void kgw_reader_free(kgw_reader* reader) { delete reader; }

int32_t kgw_reader_route(kgw_reader* reader, const kgw_request* request, kgw_decision* decision) {
  return Hot([&]() -> int32_t {
    const In<kgw_request> in(request);
    Out<kgw_decision> out(decision);
    if (reader == nullptr) return KGW_E_INVALID;
    if (const int32_t code = FirstOf(in.code(), out.code()); code != KGW_OK) return code;
    if (const int32_t code = CheckParts(*in); code != KGW_OK) return code;
    reader->reader->Route(RequestOf(*in), DecisionOf(out.get()));
    HideUnchanged(out.get());
    out.Finish();
    return KGW_OK;
  });
}

int32_t kgw_reader_route_many(kgw_reader* reader, const kgw_request* requests, size_t request_size,
                              kgw_decision* decisions, size_t decision_size, size_t count) {
  return Hot([&]() -> int32_t {
    if (reader == nullptr || ((requests == nullptr || decisions == nullptr) && count != 0)) {
      return KGW_E_INVALID;
    }
    // Taken out while in use: a lookup that calls this again is refused, but not before it was
    // here.
    const Lent<kgw::Request> lent_requests(&reader->requests);
    const Lent<kgw::Decision> lent_decisions(&reader->decisions);
    std::vector<kgw::Request>& ours = lent_requests.items();
    std::vector<kgw::Decision>& answers = lent_decisions.items();
    ours.clear();
    for (size_t i = 0; i < count; ++i) {
      const kgw_request* request = At(requests, request_size, i);
      const kgw_decision* decision = At(decisions, decision_size, i);
      if (request->size != request_size || decision->size != decision_size) return KGW_E_SIZE;
      const In<kgw_request> in(request);
      const Out<kgw_decision> out(const_cast<kgw_decision*>(decision));
      if (const int32_t code = FirstOf(in.code(), out.code()); code != KGW_OK) return code;
      if (const int32_t code = CheckRequest(*in); code != KGW_OK) return code;
      ours.push_back(RequestOf(*in));
    }
    if (answers.size() < count) answers.resize(count);
    reader->reader->RouteMany(ours, std::span(answers.data(), count));
    for (size_t i = 0; i < count; ++i) {
      Out<kgw_decision> out(At(decisions, decision_size, i));
      *DecisionOf(out.get()) = answers[i];
      HideUnchanged(out.get());
      out.Finish();
    }
    return KGW_OK;
  });
}

int32_t kgw_reader_retry(kgw_reader* reader, const kgw_request* request, kgw_ticket* ticket,
                         const kgw_outcome* outcome, kgw_decision* decision) {
  return Hot([&]() -> int32_t {
    const kgw_request none = KGW_REQUEST_INIT;
    const In<kgw_request> in(request != nullptr ? request : &none);
    const In<kgw_outcome> how(outcome);
    Out<kgw_decision> out(decision);
    if (reader == nullptr || ticket == nullptr) return KGW_E_INVALID;
    if (const int32_t code = FirstOf(in.code(), out.code()); code != KGW_OK) return code;
    if (const int32_t code = FirstOf(CheckRequest(*in), CheckOutcome(how)); code != KGW_OK) {
      return code;
    }
    reader->reader->Retry(request != nullptr ? &RequestOf(*in) : nullptr, TicketOf(ticket),
                          OutcomeOf(*how), DecisionOf(out.get()));
    HideUnchanged(out.get());
    out.Finish();
    return KGW_OK;
  });
}

void kgw_reader_rest(kgw_reader* reader) {
  if (reader == nullptr) return;
  Hot([&]() -> int32_t {
    reader->reader->Rest();
    return KGW_OK;
  });
}

int32_t kgw_ticket_done(kgw_engine* engine, kgw_ticket* ticket, const kgw_outcome* outcome) {
  return Hot([&]() -> int32_t {
    const In<kgw_outcome> how(outcome);
    if (engine == nullptr || ticket == nullptr) return KGW_E_INVALID;
    if (const int32_t code = CheckOutcome(how); code != KGW_OK) return code;
    engine->engine.Done(TicketOf(ticket), OutcomeOf(*how));
    return KGW_OK;
  });
}

int32_t kgw_decision_pin(kgw_reader* reader, kgw_pin** out) {
  return Hot([&]() -> int32_t {
    kgw_pin*& pin = Cleared(out);
    auto made = std::make_unique<kgw_pin>();
    made->pin = Given(reader, "reader").reader->Pin();
    pin = made.release();
    return KGW_OK;
  });
}

void kgw_pin_free(kgw_pin* pin) { delete pin; }

kgw_error* kgw_decision_json(const kgw_decision* decision, const kgw_request* request,
                             kgw_text** out) {
  return Control([&] {
    kgw_text*& text = Cleared(out);
    const In<kgw_decision> from(decision);
    RequireSize(from.code(), "decision");
    kgw::Decision whole = DecisionOf(*from);
    if (request != nullptr) {
      const In<kgw_request> in(request);
      RequireSize(in.code(), "request");
      RequireRequest(*in);
      ShowUnchanged(RequestOf(*in), &whole);
    }
    text = new kgw_text{kgw::DecisionJson(whole)};
  });
}
