// config/checker.h - collects the findings about one object, and what they mean for it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/resource.h"
#include "kgw/diagnostic.h"

namespace kgw::config {

class Checker {
 public:
  Checker(const Resource* resource, std::vector<Diagnostic>* out)
      : resource_(resource), out_(out) {}

  // An error that takes the whole object out of effect. `path` is a field path; the place is looked
  // up. Returns the finding, to add a suggestion.
  Diagnostic& Reject(std::string_view path, std::string_view code, std::string message);

  // An error that takes only the part at `unit` ("spec.rules[0]") out of effect.
  Diagnostic& Drop(std::string_view unit, std::string_view path, std::string_view code,
                   std::string message);

  Diagnostic& Warn(std::string_view path, std::string_view code, std::string message);

  // The general form, for a finding whose place is known.
  Diagnostic& Add(Severity severity, Place place, std::string_view path, std::string_view code,
                  std::string message);
  void MarkRejected() { rejected_ = true; }
  void MarkInvalid(std::string_view unit, std::string_view message);

  // Keeps something with the object: see Resource::note.
  void Keep(std::shared_ptr<void> note) { note_ = std::move(note); }
  std::shared_ptr<void> TakeNote() { return std::move(note_); }

  bool rejected() const { return rejected_; }
  std::vector<InvalidUnit> TakeInvalidUnits() { return std::move(invalid_); }

 private:
  const Resource* resource_;
  std::vector<Diagnostic>* out_;
  std::vector<InvalidUnit> invalid_;
  std::shared_ptr<void> note_;
  bool rejected_ = false;
};

}  // namespace kgw::config
