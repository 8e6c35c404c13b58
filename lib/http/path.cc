#include "http/path.h"

#include <algorithm>

#include "http/escape.h"

namespace kgw::http {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// RFC 3986, 2.3.
bool IsUnreserved(char c) {
  return IsAlpha(c) || IsDigit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

char UpperHex(char digit) { return digit >= 'a' ? static_cast<char>(digit - 'a' + 'A') : digit; }

// True if a part of `path` might change: a cheap scan that most paths pass.
bool MayChange(std::string_view path, Normalization mode) {
  if (path.find('%') != kNowhere) return true;
  const bool merge = mode == Normalization::kMergeSlashes;
  for (size_t slash = 0; slash != kNowhere; slash = path.find('/', slash + 1)) {
    if (slash + 1 == path.size()) return false;
    const char next = path[slash + 1];
    if (next == '.' || (merge && next == '/')) return true;
  }
  return false;
}

// Writes `path` with its escapes in normal form to `*out`.
//
// A '%' that begins no escape stays, and must not become one: in "%%32e" the "%32" is not decoded,
// or "%2e" would come out, which a second reader would take for a dot.
void NormalizeEscapes(std::string_view path, std::string* out) {
  out->clear();
  bool after_stray = false;  // only hexadecimal digits since the last stray '%'
  for (size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    const int byte = c == '%' ? EscapedByte(path.substr(i)) : -1;
    if (byte < 0) {
      after_stray = c == '%' || (after_stray && HexValue(c) >= 0);
      out->push_back(c);
      continue;
    }
    const char decoded = static_cast<char>(byte);
    const bool digit = HexValue(decoded) >= 0;
    if (IsUnreserved(decoded) && !(after_stray && digit)) {
      out->push_back(decoded);
    } else {
      const char escape[] = {'%', UpperHex(path[i + 1]), UpperHex(path[i + 2])};
      out->append(escape, sizeof escape);
    }
    after_stray = false;
    i += 2;
  }
}

// RFC 3986, 5.2.4, in place: what is written never overtakes what is read. A ".." walks back over
// bytes that were written once, so the whole is linear.
void RemoveDotSegments(std::string* path) {
  std::string& s = *path;
  size_t end = 0;  // of what is written
  for (size_t at = 0, next; at < s.size(); at = next) {
    next = std::min(s.find('/', at + 1), s.size());
    const std::string_view segment(s.data() + at + 1, next - at - 1);
    const bool up = segment == "..";
    if (!up && segment != ".") {
      s.replace(end, next - at, s, at, next - at);
      end += next - at;
      continue;
    }
    if (up) {
      while (end > 0 && s[end - 1] != '/') --end;
      if (end > 0) --end;
    }
    if (next == s.size()) s[end++] = '/';
  }
  s.resize(end);
}

void MergeSlashes(std::string* path) {
  path->erase(
      std::unique(path->begin(), path->end(), [](char a, char b) { return a == '/' && b == '/'; }),
      path->end());
}

// Length of "scheme://authority" at the beginning of `target`; 0 if there is none.
size_t AbsoluteFormPrefix(std::string_view target) {
  if (target.empty() || !IsAlpha(target[0])) return 0;
  size_t i = 1;
  while (i < target.size() && (IsUnreserved(target[i]) || target[i] == '+')) ++i;
  if (target.substr(i, 3) != "://") return 0;
  return std::min(target.find_first_of("/?", i + 3), target.size());
}

}  // namespace

Target SplitTarget(std::string_view target) {
  target = target.substr(0, target.find('#'));
  target.remove_prefix(AbsoluteFormPrefix(target));
  const size_t question = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, question);
  return {path.empty() ? std::string_view("/") : path, target.substr(question)};
}

std::string_view NormalizePath(std::string_view path, Normalization mode, std::string* scratch) {
  if (path.empty()) return "/";
  if (mode == Normalization::kOff || path[0] != '/' || !MayChange(path, mode)) return path;
  NormalizeEscapes(path, scratch);
  RemoveDotSegments(scratch);
  if (mode == Normalization::kMergeSlashes) MergeSlashes(scratch);
  return *scratch == path ? path : *scratch;
}

}  // namespace kgw::http
