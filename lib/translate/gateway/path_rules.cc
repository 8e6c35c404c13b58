#include "translate/gateway/path_rules.h"

#include "base/strings.h"

namespace kgw::translate::gateway {
namespace {

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool IsPathCharacter(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || std::string_view("/-._~!$&'()*+,;=:@").find(c) != std::string_view::npos;
}

// The first character of `text`, which is UTF-8, and how a path says it: "' ': write %20".
std::string NameCharacter(std::string_view text) {
  size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
  std::string escapes;
  for (const char byte : text.substr(0, size)) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    const auto value = static_cast<unsigned char>(byte);
    escapes += {'%', kDigits[value >> 4], kDigits[value & 15]};
  }
  return base::Cat("'", text.substr(0, size), "': write ", escapes);
}

std::string CheckCharacters(std::string_view path) {
  for (size_t i = 0; i < path.size(); ++i) {
    if (IsPathCharacter(path[i])) continue;
    if (path[i] == '%' && i + 2 < path.size() && IsHex(path[i + 1]) && IsHex(path[i + 2])) continue;
    if (path[i] == '%') return "a path cannot contain an incomplete escape";
    return base::Cat("a path cannot contain ", NameCharacter(path.substr(i)));
  }
  return {};
}

}  // namespace

std::string CheckPathValue(std::string_view path) {
  if (path.empty() || path[0] != '/') return "a path must begin with '/'";
  for (const std::string_view part : {"//", "/./", "/../", "%2f", "%2F", "#"}) {
    if (path.find(part) != std::string_view::npos) {
      return base::Cat("a path cannot contain '", part, "'");
    }
  }
  for (const std::string_view end : {"/.", "/.."}) {
    if (path.ends_with(end)) return base::Cat("a path cannot end with '", end, "'");
  }
  return CheckCharacters(path);
}

}  // namespace kgw::translate::gateway
