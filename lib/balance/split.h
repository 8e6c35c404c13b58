// balance/split.h - draws one of several weighted backends (Gateway API, BackendRef.weight).
//
// Exact shares: a draw is uniform below the sum of the weights, never a rounded percentage. Weight
// 0 is never drawn. Immutable; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"

namespace kgw::balance {

class Split {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  explicit Split(std::span<const uint32_t> weights);

  // An index into the weights, or kNone if they add up to 0. One weight that is not zero needs no
  // random number.
  uint32_t Draw(base::Random* random) const;

  // Draw() is At() of a uniform point below total(): the index whose share holds the point.
  uint64_t total() const { return bounds_.empty() ? 0 : bounds_.back(); }
  uint32_t At(uint64_t point) const;

 private:
  std::vector<uint64_t> bounds_;  // running sums
  uint32_t only_ = kNone;         // the single non-zero weight, if there is just one
};

}  // namespace kgw::balance
