// match/pattern.h - a regular expression that needs no automaton where it is a plain template.
//
// Most expressions in routes are literals and runs of one character class, "/users/[0-9]+/[^/]+".
// If no run can swallow the beginning of what follows it, they are matched in one pass, without
// RE2's automaton, its cache and its lock. Everything else, and text beyond ASCII, goes to RE2; the
// answer is always RE2's. Immutable; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/regex.h"

namespace kgw::match {

// A set of ASCII characters.
struct CharSet {
  std::array<uint64_t, 2> bits{};
  bool Has(unsigned char c) const { return c < 128 && (bits[c / 64] >> (c % 64) & 1) != 0; }
  void Add(unsigned char c) { bits[c / 64] |= uint64_t{1} << (c % 64); }
};

class Template {
 public:
  // Nothing if the expression is not of that form.
  static std::optional<Template> Parse(std::string_view pattern);

  // Nothing if `text` has bytes beyond ASCII where a run stands.
  std::optional<bool> FullMatch(std::string_view text) const;

 private:
  friend class TemplateParser;

  struct Part {          // a literal, then a run if `least` is set
    size_t literal = 0;  // bytes of literals_
    CharSet set;
    std::optional<uint32_t> least;  // 0 for '*', 1 for '+'
  };

  std::string literals_;
  std::vector<Part> parts_;
};

class Pattern {
 public:
  explicit Pattern(std::string_view pattern)
      : regex_(pattern), template_(regex_.ok() ? Template::Parse(pattern) : std::nullopt) {}

  bool ok() const { return regex_.ok(); }
  bool FullMatch(std::string_view text) const {
    if (template_) {
      if (const std::optional<bool> answer = template_->FullMatch(text)) return *answer;
    }
    return regex_.FullMatch(text);
  }

 private:
  base::Regex regex_;
  std::optional<Template> template_;
};

}  // namespace kgw::match
