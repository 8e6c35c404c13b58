// match/path_table.h - all path keys of a matcher in one hash table: exact, prefix and regex.
//
// A key belongs to a host group. A prefix is found by probing the prefixes of the request's path
// (path_prefixes.h), not by walking a tree. Under a regex key lie the expressions that can only
// match below it. The keys are kept here, next to what they lead to: one cache line for both.
//
// Built once, then read by any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "match/hash_index.h"

namespace kgw::match {

enum class PathKind : uint8_t { kExact, kPrefix, kRegex };

// A run of compiled matches, in order of precedence.
struct Bucket {
  uint32_t first = 0;
  uint32_t count = 0;
};

class PathTable {
 public:
  // Every key is added once.
  void Add(uint32_t group, PathKind kind, std::string_view path, Bucket bucket);

  // `path_hash` is base::Hash(path). An empty bucket if there is no such key.
  Bucket Find(uint32_t group, PathKind kind, std::string_view path, uint64_t path_hash) const;

 private:
  HashIndex index_;
  std::vector<uint32_t> records_;  // owner, first, count, length, then the key's bytes
};

}  // namespace kgw::match
