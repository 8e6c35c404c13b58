// balance/policy.h - the seam for load-balancing policies: build from hosts, pick one.
//
// A policy is one file in this room and one row in policy.cc. The built object is immutable and
// shared by all readers; what changes from pick to pick lives in the reader (PickState), so that
// two threads never write the same cache line. A pick never allocates.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "model/upstream.h"

namespace kgw::balance {

inline constexpr uint32_t kNoEndpoint = UINT32_MAX;

// One reader's position in one cluster. Where a sequence begins is random, and not drawn from the
// generator of the request that happens to be the first.
struct PickState {
  uint64_t sequence = 0;  // until it is started: a random number
  bool started = false;
  uint32_t cluster = 0;  // generation of the cluster's slot; 0: of none yet
};

struct PickContext {
  PickState* state = nullptr;
  base::Random* random = nullptr;
};

class Policy {
 public:
  virtual ~Policy() = default;
  // The index of an endpoint, or kNoEndpoint if there is none. Thread: any, with its own context.
  virtual uint32_t Pick(const PickContext& context) const = 0;
};

// Builds the policy of that name ("RoundRobin", "Random") over `endpoints`; null for an unknown
// name. Endpoints of weight 0 do not exist here: translate/ makes every weight at least 1.
std::unique_ptr<Policy> BuildPolicy(std::string_view name,
                                    std::span<const model::Endpoint> endpoints);

// The registered names, for diagnostics and documentation.
std::vector<std::string_view> PolicyNames();

}  // namespace kgw::balance
