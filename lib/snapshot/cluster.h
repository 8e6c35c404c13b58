// snapshot/cluster.h - an Upstream as a pick reads it: its policy and its hosts. Immutable.
#pragma once

#include <cstdint>
#include <memory>

#include "balance/hosts.h"
#include "balance/policy.h"
#include "kgw/decision.h"
#include "model/upstream.h"

namespace kgw::snapshot {

// One endpoint, on a cache line of its own: a pick reads no other.
struct alignas(64) Host {
  Endpoint endpoint;
  const model::Tls* tls = nullptr;  // null: plain text
  balance::SlotRef slot;
};

struct Cluster {
  std::unique_ptr<const balance::Policy> policy;  // null for a name that nobody registered
  balance::SlotRef slot;
  uint32_t first_host = 0;
  uint32_t host_count = 0;
};

}  // namespace kgw::snapshot
