#include "match/literal_prefix.h"

namespace kgw::match {
namespace {

bool IsMeta(char c) {
  return std::string_view("\\^$.[]|()?*+{}").find(c) != std::string_view::npos;
}
bool IsRepeat(char c) { return std::string_view("?*+{").find(c) != std::string_view::npos; }

// True if an alternative may begin at the top level. Escapes and character classes can hide
// brackets; with them any '|' counts.
bool MayHaveAlternatives(std::string_view pattern) {
  const bool plain = pattern.find_first_of("[\\") == std::string_view::npos;
  int depth = 0;
  for (const char c : pattern) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == '|' && (depth <= 0 || !plain)) return true;
  }
  return false;
}

}  // namespace

std::string LiteralPrefix(std::string_view pattern) {
  std::string prefix;
  if (MayHaveAlternatives(pattern)) return prefix;
  if (pattern.substr(0, 1) == "^") pattern.remove_prefix(1);
  while (!pattern.empty()) {
    const bool escaped = pattern.size() > 1 && pattern[0] == '\\';
    const char c = pattern[escaped ? 1 : 0];
    // "\." is a dot, but "\d" is a class; a byte beyond ASCII may be part of a longer character.
    if (IsMeta(c) != escaped || static_cast<unsigned char>(c) >= 0x80) break;
    pattern.remove_prefix(escaped ? 2 : 1);
    if (!pattern.empty() && IsRepeat(pattern[0])) break;
    prefix += c;
  }
  return prefix;
}

}  // namespace kgw::match
