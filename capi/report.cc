// Texts and reports: what the library made for the caller to read and to free.
#include "capi/handles.h"
#include "capi/structs.h"
#include "kgw/c.h"
#include "kgw/version.h"

const char* kgw_version(void) { return kgw::Version().data(); }

int32_t kgw_abi(void) { return kgw::AbiNumber(); }

const char* kgw_code_name(int32_t code) {
  switch (code) {
    case KGW_OK:
      return "KGW_OK";
    case KGW_E_INVALID:
      return "KGW_E_INVALID";
    case KGW_E_SIZE:
      return "KGW_E_SIZE";
    case KGW_E_TOO_NEW:
      return "KGW_E_TOO_NEW";
    case KGW_E_BUSY:
      return "KGW_E_BUSY";
    case KGW_E_REENTRANT:
      return "KGW_E_REENTRANT";
    case KGW_E_MEMORY:
      return "KGW_E_MEMORY";
    case KGW_E_CONFIG:
      return "KGW_E_CONFIG";
    case KGW_E_OPTION:
      return "KGW_E_OPTION";
    case KGW_E_SYSTEM:
      return "KGW_E_SYSTEM";
    case KGW_E_INTERNAL:
      return "KGW_E_INTERNAL";
    default:
      return "unknown";
  }
}

kgw_str kgw_text_str(const kgw_text* text) {
  return text == nullptr ? kgw_str{"", 0} : kgw::capi::Borrow(text->text);
}

void kgw_text_free(kgw_text* text) { delete text; }

namespace kgw::capi {

int32_t FillDiagnostic(const Diagnostic& from, kgw_diagnostic* out) {
  Out<kgw_diagnostic> to(out);
  if (to.code() != KGW_OK) return to.code();
  to->severity = static_cast<int32_t>(from.severity);
  to->line = from.line;
  to->column = from.column;
  to->reserved = 0;
  to->file = Borrow(from.file);
  to->kind = Borrow(from.kind);
  to->namespace_ = Borrow(from.namespace_);
  to->name = Borrow(from.name);
  to->field = Borrow(from.field);
  to->code = Borrow(from.code);
  to->message = Borrow(from.message);
  to->suggestion = Borrow(from.suggestion);
  to.Finish();
  return KGW_OK;
}

}  // namespace kgw::capi

uint64_t kgw_report_generation(const kgw_report* report) {
  return report == nullptr ? 0 : report->report.generation;
}

size_t kgw_report_objects(const kgw_report* report) {
  return report == nullptr ? 0 : report->report.objects;
}

size_t kgw_report_errors(const kgw_report* report) {
  return report == nullptr ? 0 : report->errors;
}

size_t kgw_report_count(const kgw_report* report) {
  return report == nullptr ? 0 : report->report.diagnostics.size();
}

int32_t kgw_report_at(const kgw_report* report, size_t index, kgw_diagnostic* out) {
  if (index >= kgw_report_count(report)) return KGW_E_INVALID;
  return kgw::capi::FillDiagnostic(report->report.diagnostics[index], out);
}

void kgw_report_free(kgw_report* report) { delete report; }
