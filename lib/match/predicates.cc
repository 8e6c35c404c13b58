#include "match/predicates.h"

#include <string>

#include "base/strings.h"

namespace kgw::match {

std::optional<PredicateRun> Predicates::Add(const model::Match& match) {
  const size_t first = predicates_.size();
  bool possible = true;
  if (!match.method.empty()) {
    predicates_.push_back({.test = Test::kMethod, .value = match.method});
  }
  for (const model::ValueMatch& header : match.headers) possible &= AddValue(header, false);
  for (const model::ValueMatch& parameter : match.query) possible &= AddValue(parameter, true);
  if (!possible) {
    predicates_.resize(first);
    return std::nullopt;
  }
  return PredicateRun{static_cast<uint32_t>(first),
                      static_cast<uint32_t>(predicates_.size() - first)};
}

bool Predicates::AddValue(const model::ValueMatch& value, bool query) {
  Predicate predicate{.test = Test::kEqual, .name = InternName(value.name, query)};
  predicate.value = value.value;
  if (value.regex) {
    const std::optional<uint32_t> regex = AddRegex(value.value);
    if (!regex) return false;
    predicate.test = Test::kRegex;
    predicate.regex = *regex;
  }
  predicates_.push_back(predicate);
  return true;
}

std::optional<uint32_t> Predicates::AddRegex(std::string_view pattern) {
  const auto [it, added] = numbers_.patterns.try_emplace(base::Abs(pattern), kBroken);
  if (added) {
    base::Regex regex(pattern);
    if (regex.ok()) {
      it->second = static_cast<uint32_t>(regexes_.size());
      regexes_.push_back(std::move(regex));
    }
  }
  if (it->second == kBroken) return std::nullopt;
  return it->second;
}

uint32_t Predicates::InternName(std::string_view text, bool query) {
  auto& numbers = query ? numbers_.parameters : numbers_.headers;
  const auto [it, added] =
      numbers.try_emplace(base::Abs(text), static_cast<uint32_t>(names_.size()));
  if (added) names_.push_back({text, query});
  return it->second;
}

void Predicates::Seal() { numbers_ = {}; }

}  // namespace kgw::match
