// kgw/diagnostic.h - what kgw has to say about a configuration.
//
// Plain values; config/ (decoding and validation) and translate/ (references, policies) fill them.
// The fields are the keys of `kgw check -o json`: new ones may appear, none is ever renamed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace kgw {

enum class Severity : uint8_t {
  // A reference that another source may satisfy (until then its share answers 500), a field or kind
  // that is not acted on yet, or a value that is ignored.
  kWarning,
  // To be mended: most often the object, rule or listener is not in effect; a misspelt field is
  // ignored.
  kError,
};

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string file;     // the source's name, as it was given
  uint32_t line = 0;    // from 1; 0 if the finding has no place in a file
  uint32_t column = 0;  // from 1, in bytes
  std::string kind;     // "HTTPRoute"; empty if the text could not be read that far
  std::string namespace_;
  std::string name;
  std::string field;       // "spec.rules[0].matches[0].path.type"
  std::string code;        // a stable word to filter by: "UnknownValue"
  std::string message;     // one sentence: what is wrong and what was expected
  std::string suggestion;  // the nearest valid word, or empty
};

// What one change of the configuration did.
struct Report {
  std::vector<Diagnostic> diagnostics;  // in source, then line order
  uint32_t objects = 0;                 // objects in effect after the change
  // What was left alone because it is none of kgw's business: "Deployment (apps/v1)" -> how many.
  std::map<std::string, uint32_t> ignored;
  uint64_t generation = 0;  // number of the snapshot that was published; 0 if none was

  bool HasErrors() const {
    for (const Diagnostic& d : diagnostics) {
      if (d.severity == Severity::kError) return true;
    }
    return false;
  }
};

}  // namespace kgw
