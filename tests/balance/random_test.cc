#include <gtest/gtest.h>

#include "sample.h"

namespace kgw::balance {
namespace {

void ExpectShares(const std::vector<uint32_t>& weights, double quantile) {
  const std::unique_ptr<Policy> policy = BuildPolicy("Random", Weighted(weights));
  base::Random random(7);
  const auto counts = Count(*policy, 1000000, {nullptr, &random}, weights.size());
  EXPECT_LT(ChiSquare(counts, weights), quantile);
}

// The quantiles are those of 1 in 10^6 for one degree of freedom less than there are weights.
TEST(Random, PicksInProportionToTheWeights) {
  ExpectShares({1, 1}, 23.9);
  ExpectShares({1, 2, 3}, 27.6);
  ExpectShares({7, 1, 1, 1, 90}, 33.4);
  ExpectShares({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 44.8);
}

TEST(Random, OneInAThousandGetsItsShare) { ExpectShares({999, 1}, 23.9); }

TEST(Random, TheLargestWeightsDoNotOverflow) {
  ExpectShares({UINT32_MAX, UINT32_MAX, UINT32_MAX - 1}, 27.6);
}

TEST(Random, NeedsNoState) {
  const std::unique_ptr<Policy> policy = BuildPolicy("Random", Weighted({1, 1}));
  base::Random random(1);
  EXPECT_LT(policy->Pick({nullptr, &random}), 2u);
}

}  // namespace
}  // namespace kgw::balance
