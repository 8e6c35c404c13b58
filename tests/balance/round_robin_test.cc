#include <gtest/gtest.h>

#include <numeric>

#include "sample.h"

namespace kgw::balance {
namespace {

constexpr uint64_t kGenerations = 65535;

TEST(RoundRobin, EqualWeightsRotateInOrder) {
  const std::unique_ptr<Policy> policy = BuildPolicy("RoundRobin", Weighted({3, 3, 3}));
  PickState state;
  base::Random random(1);
  const uint32_t first = policy->Pick({&state, &random});
  for (uint32_t i = 1; i < 100; ++i) EXPECT_EQ(policy->Pick({&state, &random}), (first + i) % 3);
}

TEST(RoundRobin, EveryEndpointIsAsLikelyTheFirst) {
  const std::unique_ptr<Policy> policy = BuildPolicy("RoundRobin", Weighted({1, 1, 1, 1, 1}));
  base::Random random(2);
  std::vector<uint64_t> counts(5);
  for (int i = 0; i < 100000; ++i) {
    PickState state{.sequence = random.Next()};
    ++counts[policy->Pick({&state, &random})];
  }
  EXPECT_LT(ChiSquare(counts, {1, 1, 1, 1, 1}), 33.4);
}

// A rotation is as many picks as all strides together, wherever it begins.
void ExpectExactRotation(const std::vector<uint32_t>& weights,
                         const std::vector<uint64_t>& strides) {
  const std::unique_ptr<Policy> policy = BuildPolicy("RoundRobin", Weighted(weights));
  const uint64_t rotation = std::accumulate(strides.begin(), strides.end(), uint64_t{0});
  for (const uint64_t seed : {1, 2, 3}) {
    PickState state;
    base::Random random(seed);
    EXPECT_EQ(Count(*policy, rotation, {&state, &random}, weights.size()), strides) << seed;
  }
}

TEST(RoundRobin, OverARotationTheSharesAreExact) {
  ExpectExactRotation({1, 3}, {21845, kGenerations});
  ExpectExactRotation({5, 1, 3, 0x10000005}, {1, 1, 1, kGenerations});
  ExpectExactRotation({15, 5, 3, 1}, {kGenerations, 21845, 13107, 4369});
}

TEST(RoundRobin, OneInAThousandGetsItsShare) {
  ExpectExactRotation({999, 1}, {kGenerations, 66});  // 65.6 rounded
}

TEST(RoundRobin, AHeavyEndpointAmongManyKeepsItsShare) {
  std::vector<uint32_t> weights(100, 1);
  weights[50] = 100;
  std::vector<uint64_t> strides(100, 655);
  strides[50] = kGenerations;
  ExpectExactRotation(weights, strides);
}

TEST(RoundRobin, ShortRunsAreSpreadOut) {
  const std::unique_ptr<Policy> policy = BuildPolicy("RoundRobin", Weighted({1, 3}));
  PickState state;
  base::Random random(4);
  for (int i = 0; i < 1000; ++i) {
    const uint64_t light = Count(*policy, 40, {&state, &random}, 2)[0];
    EXPECT_GE(light, 9u);
    EXPECT_LE(light, 11u);
  }
}

TEST(RoundRobin, TheFirstPickIsDrawnByWeight) {
  const std::vector<uint32_t> weights = {100, 1, 30, 60};
  const std::unique_ptr<Policy> policy = BuildPolicy("RoundRobin", Weighted(weights));
  base::Random random(3);
  std::vector<uint64_t> counts(4);
  for (int i = 0; i < 100000; ++i) {
    PickState state{.sequence = random.Next()};
    ++counts[policy->Pick({&state, &random})];
  }
  EXPECT_LT(ChiSquare(counts, weights), 31);  // 3 degrees of freedom, 1 in 10^6
}

TEST(RoundRobin, APositionFromAnotherClusterIsValid) {
  const std::unique_ptr<Policy> policy = BuildPolicy("RoundRobin", Weighted({1, 2}));
  const std::unique_ptr<Policy> equal = BuildPolicy("RoundRobin", Weighted({1, 1}));
  PickState state{UINT64_MAX - 1, true};
  base::Random random(1);
  for (int i = 0; i < 10; ++i) EXPECT_LT(policy->Pick({&state, &random}), 2u);
  state = {UINT64_MAX, true};
  for (int i = 0; i < 10; ++i) EXPECT_LT(equal->Pick({&state, &random}), 2u);
}

}  // namespace
}  // namespace kgw::balance
