#include "balance/split.h"

#include <algorithm>

namespace kgw::balance {

Split::Split(std::span<const uint32_t> weights) {
  uint64_t sum = 0;
  bounds_.reserve(weights.size());
  for (const uint32_t weight : weights) bounds_.push_back(sum += weight);
  if (sum == 0) return;
  const uint32_t first = At(0);
  if (weights[first] == sum) only_ = first;
}

uint32_t Split::Draw(base::Random* random) const {
  if (only_ != kNone || total() == 0) return only_;
  return At(random->Below(total()));
}

uint32_t Split::At(uint64_t point) const {
  // A weight of 0 adds nothing to the sum before it, so no point lies in its share.
  return static_cast<uint32_t>(std::upper_bound(bounds_.begin(), bounds_.end(), point) -
                               bounds_.begin());
}

}  // namespace kgw::balance
