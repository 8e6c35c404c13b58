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

// The test holds for a byte of `text`. It must not hold for blanks: short texts are filled up with
// them.
template <typename Test>
bool AnyByte(std::string_view text, Test test) {
  const size_t size = text.size();
  uint64_t bytes = EightTimes(' ');
  if (size < sizeof bytes) {
    for (const char c : text) bytes = bytes << 8 | static_cast<uint8_t>(c);
    return test(bytes) != 0;
  }
  uint64_t found = 0;
  for (size_t i = 0; i + sizeof bytes < size; i += sizeof bytes) {
    std::memcpy(&bytes, text.data() + i, sizeof bytes);
    found |= test(bytes);
  }
  std::memcpy(&bytes, text.data() + size - sizeof bytes, sizeof bytes);
  return (found | test(bytes)) != 0;
}

}  // namespace kgw::http
