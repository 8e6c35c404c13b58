// http/escape.h - the percent-escapes of RFC 3986, section 2.1. Pure.
#pragma once

#include <string_view>

namespace kgw::http {

// The value of a hexadecimal digit; -1 for other bytes.
inline int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte that an escape at the beginning of `text` ("%2F...") stands for; -1 if there is none.
inline int EscapedByte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return -1;
  const int high = HexValue(text[1]);
  const int low = HexValue(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace kgw::http
