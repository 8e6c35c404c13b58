#include "config/text.h"

#include <algorithm>
#include <cstdio>

namespace kgw::config {
namespace {

using Byte = unsigned char;

bool IsContinuation(char c) { return (static_cast<Byte>(c) & 0xC0) == 0x80; }

}  // namespace

Character DecodeAt(std::string_view text, size_t offset) {
  const auto first = static_cast<Byte>(text[offset]);
  if (first < 0x80) return {first, 1};
  if (first < 0xC2 || first > 0xF4) return {};
  const uint32_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() - offset < size) return {};
  uint32_t code = first & (0x7Fu >> size);
  for (uint32_t i = 1; i < size; ++i) {
    if (!IsContinuation(text[offset + i])) return {};
    code = code << 6 | (static_cast<Byte>(text[offset + i]) & 0x3Fu);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF) return {};
  return {code, size};
}

void AppendUtf8(uint32_t code, std::string* out) {
  const auto put = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

bool YamlPrintable(uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
  if (code < 0xA0) return code <= 0x7E || code == 0x85;
  return code != 0xFEFF && code != 0xFFFE && code != 0xFFFF;
}

std::string ByteName(unsigned char byte) {
  char name[8];
  std::snprintf(name, sizeof name, "0x%02X", byte);
  return name;
}

std::string CharacterName(uint32_t code) {
  char name[16];
  std::snprintf(name, sizeof name, "U+%04X", code);
  return name;
}

std::string Excerpt(std::string_view text, size_t longest) {
  size_t size = std::min(text.size(), longest);
  while (size < text.size() && size > 0 && IsContinuation(text[size])) --size;
  std::string out(text.substr(0, size));
  for (char& c : out) {
    if (static_cast<Byte>(c) < 0x20 || c == 0x7F) c = '?';
  }
  if (size < text.size()) out += "...";
  return out;
}

void Locator::Rewind() {
  line_ = first_line_;
  byte_ = character_ = line_start_ = 0;
}

void Locator::Step() {
  const char c = text_[byte_++];
  const bool at_end = byte_ == text_.size();
  if (at_end || !IsContinuation(text_[byte_])) ++character_;
  if (c == '\n' || (c == '\r' && (at_end || text_[byte_] != '\n'))) {
    ++line_;
    line_start_ = byte_;
  }
}

Place Locator::Here() const { return {line_, static_cast<uint32_t>(byte_ - line_start_ + 1)}; }

Place Locator::AtByte(size_t offset) {
  if (offset < byte_) Rewind();
  while (byte_ < offset && byte_ < text_.size()) Step();
  return Here();
}

Place Locator::AtCharacter(size_t index) {
  if (index < character_) Rewind();
  while (character_ < index && byte_ < text_.size()) Step();
  return Here();
}

bool StripByteOrderMark(std::string_view* text, SyntaxError* error) {
  if (text->starts_with("\xEF\xBB\xBF")) text->remove_prefix(3);
  if (!text->starts_with("\xFF\xFE") && !text->starts_with("\xFE\xFF")) return true;
  *error = ErrorAt({1, 1}, "InvalidUTF8", "the text is encoded in UTF-16; save it as UTF-8");
  return false;
}

}  // namespace kgw::config
