#include "balance/policy.h"

#include <gtest/gtest.h>

#include "sample.h"

namespace kgw::balance {
namespace {

TEST(Policy, UnknownNamesBuildNothing) {
  EXPECT_EQ(BuildPolicy("roundRobin", {}), nullptr);
  EXPECT_EQ(BuildPolicy("", {}), nullptr);
}

TEST(Policy, EveryRegisteredNameBuilds) {
  EXPECT_EQ(PolicyNames(), (std::vector<std::string_view>{"RoundRobin", "Random"}));
  for (const std::string_view name : PolicyNames()) EXPECT_NE(BuildPolicy(name, {}), nullptr);
}

TEST(Policy, NoneOrOneEndpointNeedNoChoice) {
  for (const std::string_view name : PolicyNames()) {
    PickState state;
    base::Random random(1);
    EXPECT_EQ(BuildPolicy(name, {})->Pick({&state, &random}), kNoEndpoint) << name;
    const std::unique_ptr<Policy> one = BuildPolicy(name, Weighted({7}));
    for (int i = 0; i < 10; ++i) EXPECT_EQ(one->Pick({&state, &random}), 0u) << name;
  }
}

TEST(Policy, TheSameSeedRepeatsEveryPick) {
  for (const std::string_view name : PolicyNames()) {
    const std::unique_ptr<Policy> policy = BuildPolicy(name, Weighted({1, 2, 3, 4}));
    PickState state_a, state_b;
    base::Random random_a(5), random_b(5);
    for (int i = 0; i < 1000; ++i) {
      EXPECT_EQ(policy->Pick({&state_a, &random_a}), policy->Pick({&state_b, &random_b})) << name;
    }
  }
}

}  // namespace
}  // namespace kgw::balance
