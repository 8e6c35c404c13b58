#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "config/text.h"
#include "config/write.h"

namespace kgw::config {
namespace {

// -?(0|[1-9][0-9]*)(\.[0-9]+)?: a number that JSON can say as it was written.
bool IsJsonDecimal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const size_t whole = std::min(text.find('.'), text.size());
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == part.npos;
  };
  if (!digits(text.substr(0, whole)) || (whole > 1 && text[0] == '0')) return false;
  return whole == text.size() || digits(text.substr(whole + 1));
}

void WriteEscape(unsigned char c, std::string* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  switch (c) {
    case '"':
    case '\\':
      *out += {'\\', static_cast<char>(c)};
      return;
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    default:
      *out += "\\u00";
      *out += {kDigits[c >> 4], kDigits[c & 15]};
  }
}

void WriteString(std::string_view text, std::string* out) {
  out->push_back('"');
  size_t done = 0;  // what is before it has been written
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const Character character = c < 0x80 ? Character{c, 1} : DecodeAt(text, i);
    if (character.size > 0 && c >= 0x20 && c != '"' && c != '\\') {
      i += character.size;
      continue;
    }
    out->append(text, done, i - done);
    if (character.size == 0) {
      AppendUtf8(0xFFFD, out);
    } else {
      WriteEscape(c, out);
    }
    done = ++i;
  }
  out->append(text, done);
  out->push_back('"');
}

template <typename Number>
void WriteNumber(Number value, std::string* out) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out->append(digits, end);
}

void WriteScalar(const Node& node, std::string* out) {
  const Scalar scalar = Resolve(node);
  switch (scalar.type) {
    case ScalarType::kNull:
      *out += "null";
      return;
    case ScalarType::kBool:
      *out += scalar.boolean ? "true" : "false";
      return;
    case ScalarType::kInt:
      WriteNumber(scalar.integer, out);
      return;
    case ScalarType::kFloat:
      // The text keeps more digits than the number. JSON has no infinity and no NaN.
      if (IsJsonDecimal(node.text)) {
        *out += node.text;
      } else if (std::isfinite(scalar.number)) {
        WriteNumber(scalar.number, out);
      } else {
        WriteString(node.text, out);
      }
      return;
    case ScalarType::kString:
      WriteString(node.text, out);
  }
}

}  // namespace

void WriteJson(const Node& node, std::string* out) {
  if (node.is_scalar()) return WriteScalar(node, out);
  const bool map = node.is_map();
  out->push_back(map ? '{' : '[');
  const size_t begin = out->size();
  for (const Member& member : node.members) {
    if (out->size() > begin) out->push_back(',');
    WriteString(member.key.text, out);
    out->push_back(':');
    WriteJson(member.value, out);
  }
  for (const Node& item : node.items) {
    if (out->size() > begin) out->push_back(',');
    WriteJson(item, out);
  }
  out->push_back(map ? '}' : ']');
}

}  // namespace kgw::config
