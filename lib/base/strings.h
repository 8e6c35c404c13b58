// base/strings.h - ASCII text and the bridge between std::string_view and abseil's own.
//
// Locale-free. Debian's abseil has a string_view that is not std::string_view; newer ones use the
// standard's. Abs() and Std() are correct with both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/string_view.h"

namespace kgw::base {

inline absl::string_view Abs(std::string_view s) { return {s.data(), s.size()}; }
inline std::string_view Std(absl::string_view s) { return {s.data(), s.size()}; }

inline char LowerChar(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

inline bool EqualIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (LowerChar(a[i]) != LowerChar(b[i])) return false;
  }
  return true;
}

inline std::string Lower(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = LowerChar(c);
  return out;
}

// Joins the parts without separator: one allocation, any mix of string types.
template <typename... Parts>
std::string Cat(const Parts&... parts) {
  std::string out;
  out.reserve((std::string_view(parts).size() + ... + 0));
  (out.append(std::string_view(parts)), ...);
  return out;
}

// "a, b and c"
std::string JoinWords(const std::vector<std::string>& words, std::string_view last = "and");

// The word of `valid` that is nearest to `word` by edit distance, ignoring case; empty if none is
// near enough to be a likely slip of the pen.
std::string NearestWord(std::string_view word, const std::vector<std::string>& valid);

}  // namespace kgw::base
