#include "mutate/headers.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/random.h"

namespace kgw::mutate {
namespace {

using model::HeaderEdits;

// A header list: what order there is among lines of different names says nothing.
using Headers = std::map<std::string, std::vector<std::string>>;

Headers Apply(const HeaderEdits& edits, Headers headers) {
  for (const std::string& name : edits.remove) headers.erase(name);
  for (const auto& [name, value] : edits.set) headers[name] = {value};
  for (const auto& [name, value] : edits.add) headers[name].push_back(value);
  return headers;
}

TEST(Compose, LetsTheLaterFilterWin) {
  HeaderEdits edits = {{"gone", "back"}, {{"x", "1"}, {"keep", "k"}}, {{"y", "1"}}};
  Compose({{"keep"}, {{"y", "2"}, {"back", "b"}}, {{"x", "2"}}}, &edits);
  EXPECT_EQ(edits.remove, (std::vector<std::string>{"gone", "keep"}));
  EXPECT_EQ(edits.set, (std::vector<model::HeaderLine>{{"x", "1"}, {"y", "2"}, {"back", "b"}}));
  EXPECT_EQ(edits.add, (std::vector<model::HeaderLine>{{"x", "2"}}));
}

TEST(Compose, KeepsARemovalInFrontOfAnAddition) {
  HeaderEdits edits = {{"x"}, {}, {}};
  Compose({{}, {}, {{"x", "new"}}}, &edits);
  EXPECT_EQ(Apply(edits, {{"x", {"old"}}}), (Headers{{"x", {"new"}}}));
}

TEST(Compose, ChangesNothingWithEmptyEdits) {
  HeaderEdits edits;
  Compose({}, &edits);
  EXPECT_TRUE(edits.empty());
}

std::string RandomName(base::Random* random) {
  return std::string(1, static_cast<char>('a' + random->Below(4)));
}

HeaderEdits RandomEdits(base::Random* random) {
  HeaderEdits edits;
  const auto line = [&] {
    return model::HeaderLine(RandomName(random), std::to_string(random->Below(1000)));
  };
  for (uint64_t n = random->Below(3); n > 0; --n) edits.remove.push_back(RandomName(random));
  for (uint64_t n = random->Below(3); n > 0; --n) edits.set.push_back(line());
  for (uint64_t n = random->Below(3); n > 0; --n) edits.add.push_back(line());
  return edits;
}

TEST(Compose, EqualsApplyingOneAfterTheOther) {
  for (uint64_t seed = 1; seed <= 20'000; ++seed) {
    base::Random random(seed);
    Headers headers;
    for (uint64_t n = random.Below(5); n > 0; --n) headers[RandomName(&random)].push_back("old");
    HeaderEdits composed;
    Headers want = headers;
    for (uint64_t n = random.Below(5); n > 0; --n) {
      const HeaderEdits next = RandomEdits(&random);
      want = Apply(next, want);
      Compose(next, &composed);
      ASSERT_EQ(Apply(composed, headers), want) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace kgw::mutate
