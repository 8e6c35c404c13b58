#include "config/yaml_stream.h"

#include <algorithm>

namespace kgw::config {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Bytes of the first line of `text`, without its end; `*end` receives the bytes with it.
size_t LineSize(std::string_view text, size_t* end) {
  size_t size = 0;
  while (size < text.size() && text[size] != '\n' && text[size] != '\r') ++size;
  const bool two = text.substr(size).starts_with("\r\n");
  *end = std::min(size + (two ? 2 : 1), text.size());
  return size;
}

bool IsMarker(std::string_view line, std::string_view marker) {
  return line.starts_with(marker) && (line.size() == 3 || IsBlank(line[3]));
}

bool HasContent(std::string_view line) {
  const size_t first = line.find_first_not_of(" \t");
  return first != std::string_view::npos && line[first] != '#';
}

}  // namespace

bool YamlStream::Next(YamlChunk* chunk) {
  while (!rest_.empty()) {
    if (Cut(chunk)) return true;
  }
  return false;
}

bool YamlStream::Cut(YamlChunk* chunk) {
  *chunk = {rest_, line_, 0, 0};
  bool started = false;  // its "---" has been seen
  bool filled = false;   // something other than comments has been seen
  while (!rest_.empty()) {
    size_t end = 0;
    const std::string_view line = rest_.substr(0, LineSize(rest_, &end));
    const bool opens = IsMarker(line, "---");
    const bool closes = IsMarker(line, "...");
    if (opens && (started || filled)) break;
    if (!started && !filled && line.starts_with('%')) {
      ++chunk->directives;
    } else {
      filled = filled || HasContent(opens || closes ? line.substr(3) : line);
    }
    started = started || opens;
    if (line.size() > kLongestLine && chunk->long_line == 0) chunk->long_line = line_;
    rest_.remove_prefix(end);
    ++line_;
    if (closes) break;
  }
  chunk->text.remove_suffix(rest_.size());
  return filled || chunk->directives > 0;
}

}  // namespace kgw::config
