// match/host_table.h - the hostnames of one Gateway on one port, and who answers for each.
//
// Holds the effective hostnames of all routes and every listener's own hostname. Gateway API,
// Listener.hostname: only the routes of the most specific listener are candidates. So a route's
// hostname for which another listener is more specific is left out, and then the most specific
// entry that stands for a host always belongs to the most specific listener.
//
// Built once, then read by any thread. Views point into the Model.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "match/hash_index.h"
#include "model/model.h"

namespace kgw::match {

struct HostEntry {
  std::string_view pattern;
  const model::Listener* listener = nullptr;
  const HostEntry* next = nullptr;  // the next less specific one of the same listener
  uint32_t first_group = 0;         // its host groups, in order of precedence
  uint32_t group_count = 0;
};

// The routes that answer under one hostname and rank alike there.
struct RouteGroup {
  std::vector<uint32_t> routes;  // indexes into Model::routes, ascending
};

class HostTable {
 public:
  // All `listeners` are of one Gateway and port. Appends the host groups to `*groups`; they are
  // numbered from `first_group` on.
  HostTable(std::span<const model::Listener* const> listeners, uint32_t first_group,
            std::vector<RouteGroup>* groups);

  // The most specific entry that stands for `host`; null if there is none.
  const HostEntry* Find(std::string_view host) const;
  // The entry for any host: of the listener without hostname; null if there is none.
  const HostEntry* any() const { return any_ < entries_.size() ? &entries_[any_] : nullptr; }

 private:
  static constexpr uint32_t kNone = HashIndex::kNone;

  uint32_t FindCovering(std::string_view pattern) const;
  uint32_t FindExact(std::string_view host) const;
  uint32_t FindWildcard(std::string_view text, size_t from) const;
  uint32_t Intern(std::string_view pattern, const model::Listener* listener);
  void Link();

  HashIndex index_;
  std::vector<HostEntry> entries_;
  uint32_t any_ = kNone;
  uint64_t wildcard_dots_ = 0;  // bit n: some wildcard has n dots, see DotBit()
};

}  // namespace kgw::match
