// The policy "RoundRobin": a rotation for equal weights, a static stride for others.
//
// The stride (as in gRPC's scheduler) walks endpoint after endpoint, generation after generation,
// and passes over an endpoint in as many generations as its weight falls short of the largest:
// over kGenerations of them endpoint i is picked exactly stride i times, evenly spread.
#include <algorithm>
#include <cmath>
#include <vector>

#include "balance/policy.h"

namespace kgw::balance {
namespace {

constexpr uint64_t kGenerations = 65535;  // also the stride of the largest weight

// An endpoint that outweighs the mean by more than this counts as this much: a pick takes at most
// so many tries on average.
constexpr double kMostTries = 100;

class Rotation : public Policy {
 public:
  explicit Rotation(uint64_t size) : size_(size) {}

  uint32_t Pick(const PickContext& context) const override {
    if (size_ < 2) return size_ == 0 ? kNoEndpoint : 0;
    PickState& state = *context.state;
    if (!state.started) {
      state = {base::Random(state.sequence).Below(size_), true, state.cluster};
    }
    return static_cast<uint32_t>(state.sequence++ % size_);
  }

 private:
  uint64_t size_;
};

class Stride : public Policy {
 public:
  explicit Stride(std::span<const model::Endpoint> endpoints);

  uint32_t Pick(const PickContext& context) const override {
    PickState& state = *context.state;
    if (!state.started) state = {RandomStart(state.sequence), true, state.cluster};
    uint64_t i = state.sequence % hosts_.size();
    uint64_t generation = state.sequence / hosts_.size() % kGenerations;
    while (!Accepts(i, generation)) {
      ++state.sequence;
      if (++i == hosts_.size()) {
        i = 0;
        generation = (generation + 1) % kGenerations;
      }
    }
    ++state.sequence;
    return static_cast<uint32_t>(i);
  }

 private:
  struct Host {
    uint32_t stride;
    uint32_t phase;  // where in its cycle a host begins, so that not all are passed over at once
  };

  bool Accepts(uint64_t i, uint64_t generation) const {
    const Host& host = hosts_[i];
    return (host.stride * generation + host.phase) % kGenerations >= kGenerations - host.stride;
  }

  // Only places that yield a pick: from any other the walk would end at a heavy endpoint too often,
  // and the first pick would not be drawn in proportion to the weights.
  uint64_t RandomStart(uint64_t seed) const {
    base::Random random(seed);
    while (true) {
      const uint64_t sequence = random.Below(kGenerations * hosts_.size());
      if (Accepts(sequence % hosts_.size(), sequence / hosts_.size())) return sequence;
    }
  }

  std::vector<Host> hosts_;
};

Stride::Stride(std::span<const model::Endpoint> endpoints) {
  double sum = 0, largest = 0;
  for (const model::Endpoint& endpoint : endpoints) {
    sum += endpoint.weight;
    largest = std::max<double>(largest, endpoint.weight);
  }
  largest = std::min(largest, kMostTries * sum / static_cast<double>(endpoints.size()));
  for (const model::Endpoint& endpoint : endpoints) {
    const double share = std::min(1.0, endpoint.weight / largest);
    const double stride = std::round(share * static_cast<double>(kGenerations));
    const uint64_t phase = hosts_.size() * (kGenerations / 2) % kGenerations;
    hosts_.push_back({std::max(1u, static_cast<uint32_t>(stride)), static_cast<uint32_t>(phase)});
  }
}

}  // namespace

std::unique_ptr<Policy> BuildRoundRobin(std::span<const model::Endpoint> endpoints) {
  const bool equal = std::all_of(endpoints.begin(), endpoints.end(), [&](const auto& endpoint) {
    return endpoint.weight == endpoints[0].weight;
  });
  if (equal) return std::make_unique<Rotation>(endpoints.size());
  return std::make_unique<Stride>(endpoints);
}

}  // namespace kgw::balance
