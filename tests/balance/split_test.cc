#include "balance/split.h"

#include <gtest/gtest.h>

#include <numeric>

namespace kgw::balance {
namespace {

std::vector<uint64_t> Shares(const std::vector<uint32_t>& weights) {
  const Split split(weights);
  std::vector<uint64_t> shares(weights.size());
  for (uint64_t point = 0; point < split.total(); ++point) ++shares.at(split.At(point));
  return shares;
}

TEST(Split, SharesAreExactlyTheWeights) {
  EXPECT_EQ(Shares({1, 2, 3}), (std::vector<uint64_t>{1, 2, 3}));
  EXPECT_EQ(Shares({999, 1}), (std::vector<uint64_t>{999, 1}));
  EXPECT_EQ(Shares({1000000, 1, 7}), (std::vector<uint64_t>{1000000, 1, 7}));
}

TEST(Split, WeightZeroIsNeverDrawn) {
  EXPECT_EQ(Shares({0, 2, 0, 0, 3, 0}), (std::vector<uint64_t>{0, 2, 0, 0, 3, 0}));
}

TEST(Split, DrawsUniformly) {
  const std::vector<uint32_t> weights = {90, 0, 10};
  const Split split(weights);
  base::Random random(1);
  std::vector<int> counts(3);
  for (int i = 0; i < 100000; ++i) ++counts[split.Draw(&random)];
  EXPECT_EQ(counts[1], 0);
  EXPECT_NEAR(counts[2], 10000, 500);
}

TEST(Split, OneInAThousandIsDrawnAboutThatOften) {
  const std::vector<uint32_t> weights = {999, 1};
  const Split split(weights);
  base::Random random(2);
  int light = 0;
  for (int i = 0; i < 1000000; ++i) light += split.Draw(&random) == 1 ? 1 : 0;
  EXPECT_NEAR(light, 1000, 160);  // five standard deviations
}

TEST(Split, ASingleWeightNeedsNoRandomNumber) {
  const std::vector<uint32_t> weights = {0, 5, 0};
  EXPECT_EQ(Split(weights).Draw(nullptr), 1u);
}

TEST(Split, NothingToDrawIsNone) {
  const std::vector<uint32_t> zeros = {0, 0};
  EXPECT_EQ(Split(zeros).Draw(nullptr), Split::kNone);
  EXPECT_EQ(Split({}).Draw(nullptr), Split::kNone);
}

TEST(Split, TheLargestWeightsDoNotOverflow) {
  const std::vector<uint32_t> weights(8, UINT32_MAX);
  const Split split(weights);
  EXPECT_EQ(split.total(), 8 * uint64_t{UINT32_MAX});
  EXPECT_EQ(split.At(split.total() - 1), 7u);
}

}  // namespace
}  // namespace kgw::balance
