// config/yaml_stream.h - cuts a YAML stream into its documents at the markers in column 1.
//
// A marker ends whatever is open before it, quotes and brackets included (YAML 1.2.2, 9.1.2): that
// is what keeps a broken document from spoiling the next one. Nothing is copied.
#pragma once

#include <cstdint>
#include <string_view>

namespace kgw::config {

struct YamlChunk {
  std::string_view text;    // one document with its directives and its own "---"
  uint32_t line = 1;        // of its first byte, in the whole stream
  uint32_t directives = 0;  // lines that begin with '%' before the "---"
  uint32_t long_line = 0;   // the first line longer than kLongestLine; 0: none
};

inline constexpr size_t kLongestLine = size_t{16} << 20;

class YamlStream {
 public:
  explicit YamlStream(std::string_view text) : rest_(text) {}

  // The next document that is more than comments; false at the end.
  bool Next(YamlChunk* chunk);

 private:
  bool Cut(YamlChunk* chunk);

  std::string_view rest_;
  uint32_t line_ = 1;
};

}  // namespace kgw::config
