#include "base/time.h"

#include <chrono>
#include <cmath>
#include <cstdio>

namespace kgw::base {
namespace {

// Takes `width` digits off the front of `*text`.
std::optional<int> TakeDigits(std::string_view* text, size_t width) {
  if (text->size() < width) return std::nullopt;
  int value = 0;
  for (size_t i = 0; i < width; ++i) {
    const char c = (*text)[i];
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text->remove_prefix(width);
  return value;
}

bool TakeChar(std::string_view* text, char c) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

std::optional<int> TakeOffsetSeconds(std::string_view* text) {
  if (TakeChar(text, 'Z') || TakeChar(text, 'z')) return 0;
  const bool minus = !text->empty() && text->front() == '-';
  if (!minus && (text->empty() || text->front() != '+')) return std::nullopt;
  text->remove_prefix(1);
  const auto hours = TakeDigits(text, 2);
  if (!hours || !TakeChar(text, ':')) return std::nullopt;
  const auto minutes = TakeDigits(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int seconds = *hours * 3600 + *minutes * 60;
  return minus ? -seconds : seconds;
}

struct Unit {
  std::string_view name;
  double milliseconds;
};

// Longer names first, so that "ms" is not read as minutes.
constexpr Unit kUnits[] = {{"ms", 1},    {"us", 1e-3},  {"ns", 1e-6},
                           {"h", 3.6e6}, {"m", 60'000}, {"s", 1'000}};

const Unit* TakeUnit(std::string_view* text) {
  for (const Unit& unit : kUnits) {
    if (text->substr(0, unit.name.size()) == unit.name) {
      text->remove_prefix(unit.name.size());
      return &unit;
    }
  }
  return nullptr;
}

}  // namespace

std::optional<int64_t> ParseRfc3339(std::string_view text) {
  const auto year = TakeDigits(&text, 4);
  if (!year || !TakeChar(&text, '-')) return std::nullopt;
  const auto month = TakeDigits(&text, 2);
  if (!month || !TakeChar(&text, '-')) return std::nullopt;
  const auto day = TakeDigits(&text, 2);
  if (!day || !(TakeChar(&text, 'T') || TakeChar(&text, 't'))) return std::nullopt;
  const auto hour = TakeDigits(&text, 2);
  if (!hour || !TakeChar(&text, ':')) return std::nullopt;
  const auto minute = TakeDigits(&text, 2);
  if (!minute || !TakeChar(&text, ':')) return std::nullopt;
  const auto second = TakeDigits(&text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  if (TakeChar(&text, '.')) {
    if (!TakeDigits(&text, 1)) return std::nullopt;
    while (TakeDigits(&text, 1)) {
    }
  }
  const auto offset = TakeOffsetSeconds(&text);
  if (!offset || !text.empty()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * 86400 + *hour * 3600 + *minute * 60 + *second - *offset;
}

std::string FormatRfc3339(int64_t unix_seconds) {
  const std::chrono::sys_seconds time{std::chrono::seconds(unix_seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

std::optional<int64_t> ParseGatewayDuration(std::string_view text) {
  int64_t total = 0;
  int parts = 0;
  while (!text.empty()) {
    int64_t value = 0;
    size_t digits = 0;
    while (const auto digit = TakeDigits(&text, 1)) {
      value = value * 10 + *digit;
      if (++digits > 5) return std::nullopt;
    }
    const Unit* unit = digits == 0 ? nullptr : TakeUnit(&text);
    if (unit == nullptr || unit->milliseconds < 1 || ++parts > 4) return std::nullopt;
    total += value * static_cast<int64_t>(unit->milliseconds);
  }
  if (parts == 0) return std::nullopt;
  return total;
}

std::optional<int64_t> ParseGoDuration(std::string_view text) {
  constexpr double kLongest = 1e15;  // ms; far beyond any use, far below overflow
  if (text == "0") return 0;
  const bool minus = TakeChar(&text, '-');
  double total = 0;
  bool any = false;
  while (!text.empty()) {
    double value = 0;
    size_t digits = 0;
    while (const auto digit = TakeDigits(&text, 1)) value = value * 10 + *digit, ++digits;
    if (TakeChar(&text, '.')) {
      double scale = 0.1;
      while (const auto digit = TakeDigits(&text, 1))
        value += *digit * scale, scale /= 10, ++digits;
    }
    const Unit* unit = digits == 0 ? nullptr : TakeUnit(&text);
    if (unit == nullptr) return std::nullopt;
    total += value * unit->milliseconds;
    any = true;
    if (!(total <= kLongest)) return std::nullopt;
  }
  if (!any) return std::nullopt;
  // Decimal fractions are not exact in binary: 0.29s must be 290 ms, not 289.
  int64_t ms = static_cast<int64_t>(std::floor(total + 1e-6));
  if (total > 0 && ms == 0) ms = 1;
  return minus ? -ms : ms;
}

}  // namespace kgw::base
