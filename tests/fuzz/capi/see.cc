#include "capi/see.h"

#include <string>

#include "require.h"

namespace kgw::fuzz {

void Touch(kgw_str text) {
  volatile unsigned sum = 0;
  for (size_t i = 0; i < text.len; ++i) sum = sum + static_cast<unsigned char>(text.data[i]);
}

void TouchJson(kgw_str text) { RequireJson(std::string(text.data, text.len)); }

void Touch(const kgw_diagnostic& found) {
  for (const kgw_str text : {found.file, found.kind, found.namespace_, found.name, found.field,
                             found.code, found.suggestion}) {
    Touch(text);
  }
  Require(found.message.len > 0, "a finding without a message");
  Touch(found.message);
}

void Touch(const kgw_object& object) {
  for (const kgw_str text : {object.kind, object.namespace_, object.name, object.file}) Touch(text);
  TouchJson(object.json);
}

namespace {

// Each of `count` things that At() gives, and that there are no more.
template <typename Handle, typename T>
void TouchAll(const Handle* handle, size_t count, int32_t (*at)(const Handle*, size_t, T*),
              const T& init) {
  T thing = init;
  for (size_t i = 0; i < count; ++i) {
    Require(at(handle, i, &thing) == KGW_OK, "one of the list is not there");
    Touch(thing);
  }
  Require(at(handle, count, &thing) == KGW_E_INVALID, "the list has one more");
}

void TouchLines(const kgw_header* lines, size_t count) {
  for (size_t i = 0; i < count; ++i) Touch(lines[i].name), Touch(lines[i].value);
}

void TouchEdits(const kgw_header_edits& edits) {
  for (size_t i = 0; i < edits.remove_count; ++i) Touch(edits.remove[i]);
  TouchLines(edits.set, edits.set_count);
  TouchLines(edits.add, edits.add_count);
}

}  // namespace

void Known(int32_t code) {
  Require(code <= KGW_OK && code > KGW_E_INTERNAL, "an unknown code", kgw_code_name(code));
}

int32_t Free(kgw_error* error) {
  const int32_t code = kgw_error_code(error);
  const kgw_str message = kgw_error_message(error);
  Require(code != KGW_E_INTERNAL, "an internal error", {message.data, message.len});
  Known(code);
  Require((error == nullptr) == (code == KGW_OK), "an error that is none");
  Require((error == nullptr) == (message.len == 0), "an error without a message");
  TouchAll<kgw_error, kgw_diagnostic>(error, kgw_error_count(error), kgw_error_at,
                                      KGW_DIAGNOSTIC_INIT);
  kgw_error_free(error);
  return code;
}

void Free(kgw_report* report) {
  const size_t count = kgw_report_count(report);
  Require(kgw_report_errors(report) <= count, "more errors than findings");
  Require((report == nullptr) == (kgw_report_generation(report) == 0), "nothing was published");
  TouchAll<kgw_report, kgw_diagnostic>(report, count, kgw_report_at, KGW_DIAGNOSTIC_INIT);
  kgw_report_free(report);
}

void Free(kgw_objects* objects) {
  TouchAll<kgw_objects, kgw_object>(objects, kgw_objects_count(objects), kgw_objects_at,
                                    KGW_OBJECT_INIT);
  kgw_objects_free(objects);
}

void Free(kgw_text* text) {
  Touch(kgw_text_str(text));
  kgw_text_free(text);
}

void FreeJson(kgw_text* text) {
  if (text != nullptr) TouchJson(kgw_text_str(text));
  kgw_text_free(text);
}

void TouchPinned(const kgw_decision& decision) {
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

void Touch(const kgw_decision& decision, const kgw_request* request) {
  TouchPinned(decision);
  for (const kgw_str text :
       {decision.request.method, decision.request.scheme, decision.request.authority,
        decision.request.path, decision.response.body}) {
    Touch(text);
  }
  TouchEdits(decision.request.edits);
  TouchEdits(decision.response.edits);
  for (size_t i = 0; i < decision.mirror_count; ++i) Touch(decision.mirrors[i].authority);
  kgw_text* json = nullptr;
  const int32_t code = Free(kgw_decision_json(&decision, request, &json));
  // A request may be answered before its last broken field line was looked at.
  const bool broken = request != nullptr && code == KGW_E_INVALID;
  Require(code == KGW_OK || broken, "a decision has no JSON", kgw_code_name(code));
  FreeJson(json);
}

}  // namespace kgw::fuzz
