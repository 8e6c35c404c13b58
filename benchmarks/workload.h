// benchmarks/workload.h - routes and requests to measure with, and the right answer to each.
//
// Deterministic: the same name and size give the same bytes. One Gateway, one listener on port 80
// for any host, one HTTPRoute with one match per route.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kgw/request.h"
#include "model/model.h"

namespace kgw::bench {

enum class Kind {
  kExact,   // exact paths, about 54 bytes with the host
  kPrefix,  // prefixes of 3 to 5 elements, asked two elements deeper
  kMixed,   // half of each, on the same hosts
  kRegex,   // one host: /api/v1/res<i>/[^/]+/items/[0-9]+ before a prefix that would match too
};

struct Query {
  std::string host;
  std::string path;
  std::string key;  // what a plain hash map would be asked: the host and the route's path
  uint32_t route = 0;
};

struct Workload {
  model::Model model;
  std::vector<Query> queries;  // targets in random order
};

Workload MakeWorkload(Kind kind, uint32_t routes, uint32_t queries);

// The field lines of every request.
const std::vector<kgw::Header>& TwelveHeaders();

}  // namespace kgw::bench
