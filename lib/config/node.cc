#include "config/node.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "absl/strings/charconv.h"
#include "base/strings.h"
#include "config/text.h"

// The rules are those of go-yaml v2's resolve.go, which reads what kubectl is given.

namespace kgw::config {
namespace {

constexpr std::array<std::string_view, 11> kTrue = {"y",  "Y",  "yes",  "Yes",  "YES", "on",
                                                    "On", "ON", "true", "True", "TRUE"};
constexpr std::array<std::string_view, 11> kFalse = {"n",   "N",   "no",    "No",    "NO",   "off",
                                                     "Off", "OFF", "false", "False", "FALSE"};
constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 3> kNan = {".nan", ".NaN", ".NAN"};
constexpr std::array<std::string_view, 3> kInfinity = {".inf", ".Inf", ".INF"};

template <size_t N>
bool IsOneOf(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The base of an integer without its sign; takes the prefix off.
int TakeBase(std::string_view* digits) {
  if (digits->size() < 2 || digits->front() != '0') return 10;
  const char letter = static_cast<char>((*digits)[1] | 0x20);
  const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
  digits->remove_prefix(base == 0 ? 1 : 2);
  return base == 0 ? 8 : base;
}

// An integer with an optional sign. Between int64 and uint64, `*scalar` becomes a float.
bool ParseInteger(std::string_view text, Scalar* scalar) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const int base = TakeBase(&text);
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || rest != end) return false;
  constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
  if (negative && value > kMost + 1) return false;
  const double magnitude = static_cast<double>(value);
  scalar->number = negative ? -magnitude : magnitude;
  if (!negative && value > kMost) {
    scalar->type = ScalarType::kFloat;
    return true;
  }
  scalar->type = ScalarType::kInt;
  scalar->integer = static_cast<int64_t>(negative ? 0 - value : value);
  return true;
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool LooksLikeFloat(std::string_view text) {
  size_t at = 0;
  const auto sign = [&] { at += at < text.size() && (text[at] == '-' || text[at] == '+'); };
  const auto digits = [&] {
    const size_t start = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    return at > start;
  };
  sign();
  const bool whole = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!digits() && !whole) return false;
  } else if (!whole) {
    return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    sign();
    if (!digits()) return false;
  }
  return at == text.size();
}

bool ParseFloat(std::string_view text, Scalar* scalar) {
  if (!LooksLikeFloat(text)) return false;
  if (text.front() == '+') text.remove_prefix(1);
  const auto result = absl::from_chars(text.data(), text.data() + text.size(), scalar->number);
  const bool out_of_range = result.ec == std::errc::result_out_of_range;
  if (out_of_range && (scalar->number > 1 || scalar->number < -1)) return false;
  if (out_of_range) scalar->number = 0;
  scalar->type = ScalarType::kFloat;
  return true;
}

bool ParseSpecialFloat(std::string_view text, Scalar* scalar) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  const bool negative = text.starts_with('-');
  if (IsOneOf(text, kNan)) {
    scalar->number = std::numeric_limits<double>::quiet_NaN();
  } else {
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (!IsOneOf(text, kInfinity)) return false;
    scalar->number = negative ? -kInfinite : kInfinite;
  }
  scalar->type = ScalarType::kFloat;
  return true;
}

// Underscores may stand anywhere behind the first character, but not in ".5".
bool ParseNumber(std::string_view text, Scalar* scalar) {
  if (ParseSpecialFloat(text, scalar)) return true;
  if (text.front() == '.') return ParseFloat(text, scalar);
  if (text.find('_') == std::string_view::npos) {
    return ParseInteger(text, scalar) || ParseFloat(text, scalar);
  }
  std::string digits(text);
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  return ParseInteger(digits, scalar) || ParseFloat(digits, scalar);
}

}  // namespace

Scalar Resolve(const Node& node) {
  Scalar scalar;
  if (!node.plain || !node.is_scalar()) return scalar;
  const std::string_view text = node.text;
  if (IsOneOf(text, kNull)) {
    scalar.type = ScalarType::kNull;
  } else if (IsDigit(text[0]) || text[0] == '-' || text[0] == '+' || text[0] == '.') {
    Scalar number;
    if (ParseNumber(text, &number)) return number;
  } else if (text.size() <= 5) {
    const bool yes = IsOneOf(text, kTrue);
    if (!yes && !IsOneOf(text, kFalse)) return scalar;
    scalar.type = ScalarType::kBool;
    scalar.boolean = yes;
  }
  return scalar;
}

std::string Describe(const Node& node) {
  if (node.is_list()) return "a list";
  if (node.is_map()) return "an object";
  switch (Resolve(node).type) {
    case ScalarType::kNull:
      return "nothing";
    case ScalarType::kBool:
      return base::Cat("the boolean ", node.text);
    case ScalarType::kInt:
    case ScalarType::kFloat:
      return base::Cat("the number ", Excerpt(node.text, 40));
    case ScalarType::kString:
      break;
  }
  return base::Cat("the text \"", Excerpt(node.text, 40), "\"");
}

}  // namespace kgw::config
