// http/line_end.h - bytes that no part of a request may have. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "http/words.h"

namespace kgw::http {

// Not 0 if `text` may have a byte that ends a line: it has one that low. To be asked of many texts,
// and added up: hardly any has.
inline uint64_t MayHaveLineEnd(std::string_view text) {
  return FindBytes(text, AnyBelow<'\r' + 1>);
}

// True if `text` has a byte that ends a field or a line in HTTP/1.1 (RFC 9110, 5.5): NUL, CR, LF.
inline bool HasLineEnd(std::string_view text) {
  return MayHaveLineEnd(text) != 0 &&
         text.find_first_of(std::string_view("\0\r\n", 3)) != std::string_view::npos;
}

}  // namespace kgw::http
