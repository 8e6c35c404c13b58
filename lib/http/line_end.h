// http/line_end.h - bytes that no part of a request may have. Pure.
#pragma once

#include <string_view>

#include "http/words.h"

namespace kgw::http {

// True if `text` has a byte that ends a field or a line in HTTP/1.1 (RFC 9110, 5.5): NUL, CR, LF.
// All bytes of every request are asked, and hardly any is as low as these.
inline bool HasLineEnd(std::string_view text) {
  return AnyByte(text, AnyBelow<'\r' + 1>) &&
         text.find_first_of(std::string_view("\0\r\n", 3)) != std::string_view::npos;
}

}  // namespace kgw::http
