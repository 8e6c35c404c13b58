// http/line_end.h - bytes that no part of a request may have. Pure.
#pragma once

#include <string_view>

namespace kgw::http {

// True if `text` has a byte that ends a field or a line in HTTP/1.1 (RFC 9110, 5.5): NUL, CR, LF.
inline bool HasLineEnd(std::string_view text) {
  return text.find_first_of(std::string_view("\0\r\n", 3)) != std::string_view::npos;
}

}  // namespace kgw::http
