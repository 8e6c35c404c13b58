#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace kgw::base {
namespace {

std::vector<uint64_t> Draw(uint64_t seed, int count) {
  Random random(seed);
  std::vector<uint64_t> out;
  for (int i = 0; i < count; ++i) out.push_back(random.Next());
  return out;
}

TEST(Random, GivesTheSameSequenceForTheSameSeed) {
  EXPECT_EQ(Draw(1, 100), Draw(1, 100));
  EXPECT_NE(Draw(1, 100), Draw(2, 100));
  EXPECT_NE(Draw(0, 2)[0], Draw(0, 2)[1]);
}

// The first outputs of xoshiro256++ seeded by SplitMix64: a new machine or compiler that differs
// would change everybody's recorded decisions.
TEST(Random, GivesTheSameSequenceOnEveryMachine) {
  EXPECT_EQ(Draw(0, 2), (std::vector<uint64_t>{0x53175d61490b23df, 0x61da6f3dc380d507}));
}

TEST(Below, NeverReachesTheBound) {
  Random random(3);
  for (const uint64_t bound : {uint64_t{1}, uint64_t{2}, uint64_t{3}, uint64_t{1} << 63,
                               (uint64_t{1} << 63) + 1, ~uint64_t{0}}) {
    for (int i = 0; i < 10'000; ++i) ASSERT_LT(random.Below(bound), bound);
  }
}

// Pearson's chi-squared over the numbers below each small bound. The limit is 5 standard deviations
// above the mean; the seed is fixed, so the outcome is, too.
TEST(Below, IsUniformOverSmallBounds) {
  constexpr uint64_t kDraws = 100'000;
  Random random(11);
  for (uint64_t bound = 2; bound <= 17; ++bound) {
    std::vector<uint64_t> counts(bound);
    for (uint64_t i = 0; i < kDraws; ++i) ++counts[random.Below(bound)];
    const double expected = static_cast<double>(kDraws) / static_cast<double>(bound);
    double chi_squared = 0;
    for (const uint64_t count : counts) {
      const double off = static_cast<double>(count) - expected;
      chi_squared += off * off / expected;
    }
    const double freedom = static_cast<double>(bound - 1);
    EXPECT_LT(chi_squared, freedom + 5 * std::sqrt(2 * freedom)) << bound;
  }
}

// Without rejection, two thirds of 2^64 would favour every other number two to one.
TEST(Below, IsUniformWhereRejectionCounts) {
  constexpr int kDraws = 30'000;
  constexpr uint64_t kBound = ~uint64_t{0} / 3 * 2;
  Random random(5);
  int below_half = 0, even = 0;
  for (int i = 0; i < kDraws; ++i) {
    const uint64_t number = random.Below(kBound);
    below_half += number < kBound / 2;
    even += number % 2 == 0;
  }
  EXPECT_NEAR(below_half, kDraws / 2, 450);
  EXPECT_NEAR(even, kDraws / 2, 450);
}

}  // namespace
}  // namespace kgw::base
