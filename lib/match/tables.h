// match/tables.h - a Model compiled for matching, and how it is compiled.
//
//   port, TLS -> Gateways -> host table -> host groups -> path table -> buckets of matches
//
// A host group holds the matches that answer under one hostname with one rank. Inside it every
// match has a rank, its place in the Gateway API's order. Built once, then read by any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "match/host_table.h"
#include "match/matcher.h"
#include "match/path_table.h"
#include "match/predicates.h"
#include "model/model.h"

namespace kgw::match {

struct CompiledMatch {
  const model::Route* route = nullptr;
  const model::Rule* rule = nullptr;
  const model::Match* match = nullptr;
  PredicateRun predicates;
  uint32_t rank = 0;     // in its host group; lower wins
  uint32_t pattern = 0;  // of the path, for regular expressions
  uint32_t plan = 0;     // this and the next: as in Result
  uint32_t match_index = 0;
};

struct DeepPrefix {
  std::string_view path;
  Bucket bucket;
};

struct HostGroup {
  uint64_t prefix_depths = 0;  // bit d: the path table has a prefix of depth d
  uint64_t regex_depths = 0;
  bool has_exact = false;
  Bucket root_prefix;                     // PathPrefix "/"
  Bucket root_regexes;                    // may match any path
  std::vector<DeepPrefix> deep_prefixes;  // too deep for the path table, longest first
};

// One Gateway on one port.
struct Entrance {
  uint16_t port;
  bool tls;
  const model::Gateway* gateway;
  HostTable hosts;
};

struct CompiledTables {
  Options options;
  std::vector<Entrance> entrances;  // by port and TLS, then in the Gateways' order
  std::vector<HostGroup> groups;
  PathTable paths;
  std::vector<CompiledMatch> matches;
  Predicates predicates;
};

CompiledTables Compile(const model::Model& model, const Options& options);

}  // namespace kgw::match
