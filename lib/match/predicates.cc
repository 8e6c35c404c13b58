#include "match/predicates.h"

#include <string>

#include "base/strings.h"

namespace kgw::match {

std::optional<std::string_view> RequestValues::Get(uint32_t name) {
  if (name >= kRemembered) return LookUp(name);
  const uint64_t bit = uint64_t{1} << name;
  if ((known_ & bit) == 0) {
    known_ |= bit;
    const std::optional<std::string_view> value = LookUp(name);
    values_[name] = value ? Value{value->data(), value->size()} : Value{nullptr, kAbsent};
  }
  const Value& value = values_[name];
  if (value.size == kAbsent) return std::nullopt;
  return std::string_view(value.data, value.size);
}

std::optional<std::string_view> RequestValues::LookUp(uint32_t name) const {
  const Name& wanted = names_[name];
  return wanted.query ? request_.Query(wanted.text) : request_.Header(wanted.text);
}

bool Predicates::Hold(PredicateRun run, RequestValues& values) const {
  for (uint32_t i = run.first; i < run.first + run.count; ++i) {
    if (!Holds(predicates_[i], values)) return false;
  }
  return true;
}

bool Predicates::Holds(const Predicate& predicate, RequestValues& values) const {
  if (predicate.test == Test::kMethod) return values.method() == predicate.value;
  const std::optional<std::string_view> value = values.Get(predicate.name);
  if (!value) return false;
  if (predicate.test == Test::kEqual) return *value == predicate.value;
  return patterns_[predicate.pattern].FullMatch(*value);
}

std::optional<PredicateRun> Predicates::Add(const model::Match& match) {
  const size_t first = predicates_.size();
  bool possible = true;
  if (!match.method.empty()) {
    predicates_.push_back({.test = Test::kMethod, .value = InternValue(match.method)});
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
  predicate.value = InternValue(value.value);
  if (value.regex) {
    const std::optional<uint32_t> pattern = AddPattern(value.value);
    if (!pattern) return false;
    predicate.test = Test::kRegex;
    predicate.pattern = *pattern;
  }
  predicates_.push_back(predicate);
  return true;
}

std::optional<uint32_t> Predicates::AddPattern(std::string_view pattern) {
  const auto [it, added] = numbers_.patterns.try_emplace(base::Abs(pattern), kBroken);
  if (added) {
    Pattern compiled(pattern);
    if (compiled.ok()) {
      it->second = static_cast<uint32_t>(patterns_.size());
      patterns_.push_back(std::move(compiled));
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

// Equal texts of all matches are one: the same few methods are compared again and again, and stay
// in the cache.
std::string_view Predicates::InternValue(std::string_view text) {
  return base::Std(*numbers_.values.insert(base::Abs(text)).first);
}

void Predicates::Seal() { numbers_ = {}; }

}  // namespace kgw::match
