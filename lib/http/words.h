// http/words.h - asks all bytes of a text at once, eight at a time. Pure.
//
// A test is a function of eight bytes in one number: not 0 if it holds for any of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace kgw::http {

constexpr uint64_t EightTimes(uint8_t byte) { return uint64_t{0x0101010101010101} * byte; }
inline constexpr uint64_t kHighBits = EightTimes(0x80);

// Whether any byte is below `limit` (at most 0x80).
template <uint8_t limit>
uint64_t AnyBelow(uint64_t bytes) {
  return (bytes - EightTimes(limit)) & ~bytes & kHighBits;
}

inline uint64_t AnyUpper(uint64_t bytes) {
  const uint64_t low = bytes & ~kHighBits;  // so that no sum carries into the next byte
  const uint64_t from_a = low + EightTimes(0x80 - 'A'), beyond_z = low + EightTimes(0x7f - 'Z');
  return (from_a ^ beyond_z) & ~bytes & kHighBits;
}

template <typename Word>
uint64_t WordAt(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Texts of less than eight bytes, filled up with blanks. Some bytes may be there twice.
inline uint64_t ShortText(std::string_view text) {
  const char* at = text.data();
  const size_t size = text.size();
  if (size >= 4) return WordAt<uint32_t>(at) << 32 | WordAt<uint32_t>(at + size - 4);
  if (size == 0) return EightTimes(' ');
  return EightTimes(' ') << 32 | WordAt<uint8_t>(at) << 16 | WordAt<uint8_t>(at + size / 2) << 8 |
         WordAt<uint8_t>(at + size - 1) | uint64_t{' '} << 24;
}

// What `test` finds in `text`; not 0 if it holds for a byte. It must not hold for blanks.
template <typename Test>
[[gnu::always_inline]] inline uint64_t FindBytes(std::string_view text, Test test) {
  constexpr size_t kWord = sizeof(uint64_t);
  const char* at = text.data();
  const size_t size = text.size();
  if (size < kWord) return test(ShortText(text));
  // Both ends, which may overlap, and what lies between: nothing for most field lines.
  uint64_t found = test(WordAt<uint64_t>(at)) | test(WordAt<uint64_t>(at + size - kWord));
  for (size_t i = kWord; i + kWord < size; i += kWord) found |= test(WordAt<uint64_t>(at + i));
  return found;
}

template <typename Test>
bool AnyByte(std::string_view text, Test test) {
  return FindBytes(text, test) != 0;
}

}  // namespace kgw::http
