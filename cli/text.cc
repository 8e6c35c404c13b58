#include "cli/text.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <numeric>

namespace kgw::cli {
namespace {

// Levenshtein's distance, in one row.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

std::optional<int> OffsetSeconds(const char* zone) {
  if ((*zone == 'Z' || *zone == 'z') && zone[1] == '\0') return 0;
  int hours = 0, minutes = 0, used = 0;
  if (*zone != '+' && *zone != '-') return std::nullopt;
  if (std::sscanf(zone + 1, "%2d:%2d%n", &hours, &minutes, &used) != 2 || used != 5 ||
      zone[6] != '\0' || hours > 23 || minutes > 59) {
    return std::nullopt;
  }
  return (*zone == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Of ASCII, or of the further 32 of Latin-1 (U+0080 to U+009F), which terminals obey, too.
bool IsControl(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (first == 0xc2) return static_cast<unsigned char>(character[1]) < 0xa0;
  return first < 0x20 || first == 0x7f;
}

}  // namespace

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& valid) {
  constexpr size_t kLongestWord = 64;  // longer texts are no slips of the pen
  if (word.empty() || word.size() > kLongestWord) return {};
  size_t best = std::max<size_t>(2, word.size() / 3) + 1;
  std::string nearest;
  for (const std::string& candidate : valid) {
    const size_t distance = EditDistance(Lower(word), Lower(candidate));
    if (distance >= best || distance >= candidate.size()) continue;
    best = distance;
    nearest = candidate;
  }
  return nearest.empty() ? nearest : ": did you mean " + nearest + "?";
}

std::string Count(uint64_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<uint64_t> ParseNumber(std::string_view text, uint64_t most) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > most) {
    return std::nullopt;
  }
  return number;
}

std::optional<int64_t> ParseTime(const std::string& text) {
  int year = 0, hour = 0, minute = 0, second = 0, used = 0;
  unsigned month = 0, day = 0;
  const int read = std::sscanf(text.c_str(), "%4d-%2u-%2u%*1[Tt]%2d:%2d:%2d%n", &year, &month, &day,
                               &hour, &minute, &second, &used);
  if (read != 6 || used != 19) return std::nullopt;
  const char* zone = text.c_str() + used;
  if (*zone == '.') {
    do ++zone;
    while (*zone >= '0' && *zone <= '9');
  }
  const std::optional<int> offset = OffsetSeconds(zone);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!offset || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * 86400 + hour * 3600 + minute * 60 + second - *offset;
}

bool IsIpAddress(const std::string& text) { return !IpBytes(text).empty(); }

std::string IpBytes(const std::string& text) {
  if (text.find('\0') != std::string::npos) return {};
  in6_addr address;  // large enough for both families
  const auto bytes = [&](size_t size) {
    return std::string(reinterpret_cast<const char*>(&address), size);
  };
  if (inet_pton(AF_INET, text.c_str(), &address) == 1) return bytes(4);
  if (inet_pton(AF_INET6, text.c_str(), &address) == 1) return bytes(16);
  return {};
}

size_t CharacterSize(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < size) return 0;
  for (size_t i = 1; i < size; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool no_character = (lead == 0xed && byte(1) >= 0xa0) || (lead == 0xf4 && byte(1) >= 0x90);
  return overlong || no_character ? 0 : size;
}

std::string Printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t size = CharacterSize(text);
    const std::string_view character = text.substr(0, std::max<size_t>(size, 1));
    text.remove_prefix(character.size());
    if (size != 0 && !IsControl(character)) {
      out += character;
      continue;
    }
    for (const char c : character) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned char>(c));
      out += escape;
    }
  }
  return out;
}

size_t Width(std::string_view text) {
  // Continuation bytes of UTF-8 take no room of their own.
  return text.size() - static_cast<size_t>(std::count_if(text.begin(), text.end(), IsContinuation));
}

}  // namespace kgw::cli
