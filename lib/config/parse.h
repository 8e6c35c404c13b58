// config/parse.h - text -> documents.
//
// YAML: libyaml's events and a small composer; a stream is cut at its document markers first, so a
// broken document never spoils its neighbours. JSON: RapidJSON's events, one value or several; what
// follows a syntax error is not read, for nothing tells where the next value begins.
// Time and memory are bounded: see Limits. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/node.h"

namespace kgw::config {

struct Limits {
  uint32_t depth = 64;             // of nesting
  uint32_t nodes = 4'000'000;      // of one source
  uint32_t alias_nodes = 100'000;  // that aliases of one document may expand to; 64 bytes of
                                   // text count as one more
};

struct SyntaxError {
  uint32_t line = 0, column = 0;
  std::string code;     // "InvalidYAML", "HelmTemplate", "InvalidJSON", "InvalidUTF8",
                        // "DuplicateKey", "TooDeep", "TooLarge", "AliasExpansion"
  std::string message;  // one sentence
};

struct Parsed {
  std::vector<Node> documents;      // in order; empty ones are left out, Lists are not flattened
  std::vector<SyntaxError> errors;  // each spoils the document it stands in, and no other
};

Parsed ParseYaml(std::string_view bytes, const Limits& limits = {});
Parsed ParseJson(std::string_view bytes, const Limits& limits = {});

}  // namespace kgw::config
