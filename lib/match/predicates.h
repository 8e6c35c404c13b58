// match/predicates.h - what a match asks of a request besides its path, packed and interned.
//
// Every header and query parameter name of the configuration has a number, so that a request looks
// each of them up at most once, however many matches ask for it. Each different pattern is compiled
// once. Built once, then read by any thread. Views point into the Model.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "http/request_view.h"
#include "match/pattern.h"
#include "model/match.h"

namespace kgw::match {

// A run of predicates that must all hold.
struct PredicateRun {
  uint32_t first = 0;
  uint32_t count = 0;
};

struct Name {
  std::string_view text;
  bool query = false;  // a query parameter, else a header
};

// A request as predicates see it. Remembers the values of the first 64 names; what a larger
// configuration asks beyond them is looked up anew. Lives on the stack of one search.
class RequestValues {
 public:
  RequestValues(std::span<const Name> names, const http::RequestView& request,
                std::string_view method)
      : names_(names), request_(request), method_(method) {}

  std::string_view method() const { return method_; }

  // The value of that header or parameter; the view lives as long as the request's.
  std::optional<std::string_view> Get(uint32_t name);

 private:
  static constexpr uint32_t kRemembered = 64;
  static constexpr size_t kAbsent = SIZE_MAX;
  struct Value {  // no optional: the array of them stays uninitialised until it is used
    const char* data;
    size_t size;
  };

  std::optional<std::string_view> LookUp(uint32_t name) const;

  std::span<const Name> names_;
  const http::RequestView& request_;
  std::string_view method_;
  uint64_t known_ = 0;  // bit i: values_[i] has been looked up
  std::array<Value, kRemembered> values_;
};

class Predicates {
 public:
  // Nothing if a regular expression of the match does not compile: it can never hold.
  std::optional<PredicateRun> Add(const model::Match& match);
  // The number of a regular expression; nothing if it does not compile.
  std::optional<uint32_t> AddPattern(std::string_view pattern);
  // No Add() from here on: frees what only building needs.
  void Seal();

  std::span<const Name> names() const { return names_; }
  const Pattern& pattern(uint32_t i) const { return patterns_[i]; }

  bool Hold(PredicateRun run, RequestValues& values) const;

 private:
  enum class Test : uint8_t { kMethod, kEqual, kRegex };

  struct Predicate {
    Test test;
    uint32_t name = 0;  // of a header or query parameter
    uint32_t pattern = 0;
    std::string_view value;
  };

  bool Holds(const Predicate& predicate, RequestValues& values) const;
  bool AddValue(const model::ValueMatch& value, bool query);
  uint32_t InternName(std::string_view text, bool query);
  std::string_view InternValue(std::string_view text);

  std::vector<Predicate> predicates_;
  std::vector<Name> names_;
  std::vector<Pattern> patterns_;

  static constexpr uint32_t kBroken = UINT32_MAX;
  struct Numbers {
    absl::flat_hash_map<std::string, uint32_t> headers, parameters, patterns;
    absl::flat_hash_set<absl::string_view> values;
  } numbers_;
};

}  // namespace kgw::match
