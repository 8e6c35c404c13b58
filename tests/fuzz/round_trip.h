// tests/fuzz/round_trip.h - what was parsed must survive both writers.
#pragma once

#include <cstdlib>

#include "../config/same_node.h"
#include "config/parse.h"
#include "config/write.h"

namespace kgw::config {

inline void RequireSame(const Parsed& parsed, const Node& node) {
  if (!parsed.errors.empty() || parsed.documents.size() != 1) std::abort();
  if (!SameNode(parsed.documents[0], node)) std::abort();
}

inline void RequireRoundTrips(const Parsed& parsed) {
  for (const Node& node : parsed.documents) {
    std::string yaml;
    WriteYaml(node, &yaml);
    RequireSame(ParseYaml(yaml), node);
    std::string json;
    WriteJson(node, &json);
    RequireSame(ParseJson(json), node);
  }
  for (const SyntaxError& error : parsed.errors) {
    if (error.line == 0 || error.column == 0 || error.message.empty()) std::abort();
  }
}

}  // namespace kgw::config
