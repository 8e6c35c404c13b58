// cli/text.h - small things the program does with words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kgw::cli {

std::string Lower(std::string_view text);

// ": did you mean X?", or nothing if no word of `valid` is near enough to be a slip of the pen.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& valid);

// "1 error", "2 errors"
std::string Count(uint64_t number, std::string_view noun);

std::string Join(const std::vector<std::string>& parts, std::string_view separator);

std::vector<std::string> Split(std::string_view text, char separator);

// A whole text that is a decimal number up to `most`.
std::optional<uint64_t> ParseNumber(std::string_view text, uint64_t most);

// "2026-05-01T10:00:00Z" -> seconds since 1970. RFC 3339; a fraction of a second is dropped.
std::optional<int64_t> ParseTime(const std::string& text);

// True for "192.0.2.1" and "2001:db8::1".
bool IsIpAddress(const std::string& text);

// The bytes of an IP address, 4 or 16; empty if `text` is none.
std::string IpBytes(const std::string& text);

// The size in bytes of the character at the front of `text`, which is not empty; 0 if those bytes
// are no UTF-8.
size_t CharacterSize(std::string_view text);

// Texts come from requests and files: control characters, and bytes that are no UTF-8, must not
// reach the terminal.
std::string Printable(std::string_view text);

// Characters on the screen, for texts in UTF-8.
size_t Width(std::string_view text);

}  // namespace kgw::cli
