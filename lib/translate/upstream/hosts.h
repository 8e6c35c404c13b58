// translate/upstream/hosts.h - what may stand where an endpoint's host is asked for.
#pragma once

#include <string_view>

#include "base/strings.h"

namespace kgw::translate::upstream {

// The characters of DNS names, in either case; underscores are met in private zones.
inline bool IsHostname(std::string_view text) {
  constexpr size_t kLongest = 253;
  for (const char c : text) {
    const char lower = base::LowerChar(c);
    const bool good = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
                      c == '-' || c == '_';
    if (!good) return false;
  }
  return !text.empty() && text.size() <= kLongest;
}

// One element of a DNS name.
inline bool IsLabel(std::string_view text) {
  constexpr size_t kLongest = 63;
  return IsHostname(text) && text.size() <= kLongest && text.find('.') == std::string_view::npos;
}

}  // namespace kgw::translate::upstream
