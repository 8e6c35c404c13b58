#include <algorithm>
#include <cstdio>
#include <string_view>

#include "config/text.h"
#include "config/write.h"

namespace kgw::config {
namespace {

// libyaml looks for the ':' of a key within 1024 characters and on one line.
constexpr size_t kLongestKey = 1000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Line ends of YAML 1.1 other than LF: a parser would change them.
bool IsOtherLineEnd(uint32_t code) {
  return code == '\r' || code == 0x85 || code == 0x2028 || code == 0x2029;
}

// True if all of `text` can stand without an escape; line ends are left to the caller.
bool Printable(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const Character character = DecodeAt(text, i);
    if (character.size == 0 || !YamlPrintable(character.code)) return false;
    if (IsOtherLineEnd(character.code)) return false;
    i += character.size;
  }
  return true;
}

// Dates and sexagesimal numbers: other readers of YAML 1.1 do not take them for text.
bool LooksLikeTime(std::string_view text) {
  if (text.empty() || (!IsDigit(text[0]) && text[0] != '-' && text[0] != '+')) return false;
  const bool date = text.size() >= 8 && text[4] == '-' && text.find_first_not_of("0123456789") == 4;
  const bool sexagesimal =
      text.find(':') != text.npos && text.find_first_not_of("+-0123456789_:.") == text.npos;
  return date || sexagesimal;
}

bool ResolvesToText(std::string_view text) {
  Node node;
  node.plain = true;
  node.text = text;
  return Resolve(node).type == ScalarType::kString && !LooksLikeTime(text);
}

// True if `text`, a printable line, is read as itself without quotes, in block context.
bool PlainSafe(std::string_view text) {
  if (text.empty() || IsBlank(text.front()) || IsBlank(text.back())) return false;
  if (text == "<<" || text == "=" || text.starts_with("---") || text.starts_with("...")) {
    return false;
  }
  constexpr std::string_view kIndicators = ",[]{}#&*!|>'\"%@`";
  if (kIndicators.find(text[0]) != kIndicators.npos) return false;
  const bool dash = text[0] == '-' || text[0] == '?' || text[0] == ':';
  if (dash && (text.size() == 1 || IsBlank(text[1]))) return false;
  if (text.back() == ':' || text.find('\t') != text.npos) return false;
  return text.find(": ") == text.npos && text.find(" #") == text.npos;
}

// A literal block keeps `text` byte by byte. Its first line must show the indentation, so it must
// neither be empty nor begin with a blank; lines of blanks only would look like empty ones.
bool LiteralSafe(std::string_view text) {
  if (text.empty() || text[0] == '\n' || IsBlank(text[0])) return false;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (!line.empty() && line.find_first_not_of(" \t") == line.npos) return false;
    at = end + 1;
  }
  return true;
}

void WriteEscape(uint32_t code, std::string* out) {
  constexpr std::string_view kNamed = "\"\\\n\t\r";
  constexpr std::string_view kNames = "\"\\ntr";
  const size_t named = code < 0x80 ? kNamed.find(static_cast<char>(code)) : kNamed.npos;
  if (named != kNamed.npos) {
    *out += {'\\', kNames[named]};
    return;
  }
  char escape[8];
  std::snprintf(escape, sizeof escape, code < 0x100 ? "\\x%02X" : "\\u%04X", code);
  *out += escape;
}

void WriteDoubleQuoted(std::string_view text, std::string* out) {
  out->push_back('"');
  for (size_t i = 0; i < text.size();) {
    const Character character = DecodeAt(text, i);
    const uint32_t code = character.size == 0 ? 0xFFFD : character.code;
    const size_t size = character.size == 0 ? 1 : character.size;
    const bool escape =
        code < 0x20 || code == '"' || code == '\\' || !YamlPrintable(code) || IsOtherLineEnd(code);
    if (escape) {
      WriteEscape(code, out);
    } else {
      AppendUtf8(code, out);
    }
    i += size;
  }
  out->push_back('"');
}

void WriteSingleQuoted(std::string_view text, std::string* out) {
  out->push_back('\'');
  for (char c : text) {
    if (c == '\'') out->push_back('\'');
    out->push_back(c);
  }
  out->push_back('\'');
}

// A string on one line, in the lightest quotes that keep it; as kubectl chooses them.
void WriteString(std::string_view text, std::string* out) {
  const bool line = text.find_first_of("\n\t") == text.npos && Printable(text);
  if (!line || !ResolvesToText(text)) {
    WriteDoubleQuoted(text, out);
  } else if (PlainSafe(text)) {
    *out += text;
  } else {
    WriteSingleQuoted(text, out);
  }
}

void WriteLiteral(std::string_view text, size_t indent, std::string* out) {
  const bool open = text.back() != '\n';
  const bool more = text.size() > 1 && text.ends_with("\n\n");
  *out += open ? "|-\n" : more ? "|+\n" : "|\n";
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) out->append(indent, ' ');
    out->append(text, at, end - at);
    out->push_back('\n');
    at = end + 1;
  }
}

// Ends with a line end.
void WriteScalar(const Node& node, size_t indent, std::string* out) {
  const std::string& text = node.text;
  if (Resolve(node).type != ScalarType::kString) {
    *out += text.empty() ? "null" : text;
  } else if (text.find('\n') != text.npos && Printable(text) && LiteralSafe(text)) {
    return WriteLiteral(text, indent, out);
  } else {
    WriteString(text, out);
  }
  out->push_back('\n');
}

void WriteBlock(const Node& node, size_t indent, std::string* out);

// What stands behind "key:" or "- ". A list in a map is not indented, as kubectl has it.
void WriteValue(const Node& value, size_t indent, std::string* out) {
  if (value.is_scalar()) {
    out->push_back(' ');
    WriteScalar(value, indent + 2, out);
  } else if (value.items.empty() && value.members.empty()) {
    *out += value.is_list() ? " []\n" : " {}\n";
  } else {
    out->push_back('\n');
    const size_t inner = value.is_list() ? indent : indent + 2;
    out->append(inner, ' ');
    WriteBlock(value, inner, out);
  }
}

void WriteKey(std::string_view text, size_t indent, std::string* out) {
  std::string key;
  if (text.empty()) {
    key = "\"\"";
  } else {
    WriteString(text, &key);
  }
  if (key.size() > kLongestKey) {
    *out += "? " + key + "\n";
    out->append(indent, ' ');
  } else {
    *out += key;
  }
  out->push_back(':');
}

// The lines of a list or map that is not empty; the first one's indentation is written already.
void WriteBlock(const Node& node, size_t indent, std::string* out) {
  bool first = true;
  const auto begin_line = [&] {
    if (!first) out->append(indent, ' ');
    first = false;
  };
  for (const Member& member : node.members) {
    begin_line();
    WriteKey(member.key.text, indent, out);
    WriteValue(member.value, indent, out);
  }
  for (const Node& item : node.items) {
    begin_line();
    out->push_back('-');
    if (item.items.empty() && item.members.empty()) {
      WriteValue(item, indent, out);
    } else {
      out->push_back(' ');
      WriteBlock(item, indent + 2, out);
    }
  }
}

}  // namespace

void WriteYaml(const Node& node, std::string* out) {
  if (node.is_scalar()) {
    WriteScalar(node, 2, out);
  } else if (node.items.empty() && node.members.empty()) {
    *out += node.is_list() ? "[]\n" : "{}\n";
  } else {
    WriteBlock(node, 0, out);
  }
}

}  // namespace kgw::config
