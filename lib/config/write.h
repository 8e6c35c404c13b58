// config/write.h - a document -> text. The inverse of parse.h: parsing what was written gives an
// equal document (positions aside).
#pragma once

#include <string>

#include "config/node.h"

namespace kgw::config {

// Compact JSON in one line. Plain scalars are written as what they resolve to, invalid UTF-8 as
// U+FFFD.
void WriteJson(const Node& node, std::string* out);

// Block-style YAML, two spaces a level, as kubectl prints it: strings that would resolve to
// something else are quoted, texts with line ends become literal blocks where that is exact. Ends
// with a line end.
void WriteYaml(const Node& node, std::string* out);

}  // namespace kgw::config
