// config/text.h - characters and places of a UTF-8 text.
//
// Lines end with LF, CR LF or a lone CR, as editors count them; columns count bytes. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "config/parse.h"
#include "config/positions.h"

namespace kgw::config {

struct Character {
  uint32_t code = 0;
  uint32_t size = 0;  // in bytes; 0: the bytes are no UTF-8
};

// The character at `offset`, which is inside `text`. Refuses overlong forms and surrogates.
Character DecodeAt(std::string_view text, size_t offset);

void AppendUtf8(uint32_t code, std::string* out);

// True for the characters that YAML 1.1 allows to stand in a text without an escape.
bool YamlPrintable(uint32_t code);

// "0x1F", "U+FEFF": how messages name what cannot be printed.
std::string ByteName(unsigned char byte);
std::string CharacterName(uint32_t code);

// The beginning of `text` for a message: whole characters of at most `longest` bytes together,
// control characters as '?'.
std::string Excerpt(std::string_view text, size_t longest = 60);

// Turns offsets into places. Cheap when asked in ascending order.
class Locator {
 public:
  explicit Locator(std::string_view text, uint32_t first_line = 1)
      : text_(text), first_line_(first_line), line_(first_line) {}

  Place AtByte(size_t offset);
  Place AtCharacter(size_t index);

  // The byte offset that the last call arrived at; never beyond the end of the text.
  size_t offset() const { return byte_; }

 private:
  void Rewind();
  void Step();
  Place Here() const;

  std::string_view text_;
  uint32_t first_line_;
  uint32_t line_;
  size_t byte_ = 0;
  size_t character_ = 0;
  size_t line_start_ = 0;
};

// Takes a byte order mark off the front. False, with `*error`, if it is one of another encoding.
bool StripByteOrderMark(std::string_view* text, SyntaxError* error);

inline SyntaxError ErrorAt(Place place, std::string_view code, std::string message) {
  return {place.line, place.column, std::string(code), std::move(message)};
}

}  // namespace kgw::config
