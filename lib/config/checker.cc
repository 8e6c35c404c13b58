#include "config/checker.h"

#include <utility>

namespace kgw::config {

Diagnostic& Checker::Add(Severity severity, Place place, std::string_view path,
                         std::string_view code, std::string message) {
  Diagnostic& d = out_->emplace_back();
  d.severity = severity;
  d.file = *resource_->source;
  d.line = place.line;
  d.column = place.column;
  d.kind = resource_->key.kind == nullptr ? std::string() : resource_->key.kind->name;
  d.namespace_ = resource_->key.namespace_;
  d.name = resource_->key.name;
  d.field = path;
  d.code = code;
  d.message = std::move(message);
  return d;
}

Diagnostic& Checker::Reject(std::string_view path, std::string_view code, std::string message) {
  rejected_ = true;
  return Add(Severity::kError, resource_->positions.Find(path), path, code, std::move(message));
}

Diagnostic& Checker::Drop(std::string_view unit, std::string_view path, std::string_view code,
                          std::string message) {
  MarkInvalid(unit, message);
  return Add(Severity::kError, resource_->positions.Find(path), path, code, std::move(message));
}

Diagnostic& Checker::Warn(std::string_view path, std::string_view code, std::string message) {
  return Add(Severity::kWarning, resource_->positions.Find(path), path, code, std::move(message));
}

void Checker::MarkInvalid(std::string_view unit, std::string_view message) {
  for (const InvalidUnit& known : invalid_) {
    if (known.path == unit) return;
  }
  invalid_.push_back({std::string(unit), std::string(message)});
}

}  // namespace kgw::config
