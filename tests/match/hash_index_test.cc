#include "match/hash_index.h"

#include <gtest/gtest.h>

namespace kgw::match {
namespace {

TEST(HashIndex, FindsNothingWhenEmpty) {
  EXPECT_EQ(HashIndex().Find(7, [](uint32_t) { return true; }), HashIndex::kNone);
}

TEST(HashIndex, FindsAllThatWasAddedAfterGrowing) {
  HashIndex index;
  for (uint32_t i = 0; i < 1000; ++i) index.Add(i % 300 * 64, i);
  for (uint32_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(index.Find(i % 300 * 64, [i](uint32_t value) { return value == i; }), i);
  }
  EXPECT_EQ(index.Find(1, [](uint32_t) { return true; }), HashIndex::kNone);
}

TEST(HashIndex, EqualHashesAreOfferedInTheOrderOfAdding) {
  HashIndex index;
  for (uint32_t i = 0; i < 200; ++i) index.Add(i % 2 == 0 ? ~uint64_t{0} : 0, i);
  std::vector<uint32_t> seen;
  index.Find(~uint64_t{0}, [&](uint32_t value) {
    seen.push_back(value);
    return false;
  });
  ASSERT_EQ(seen.size(), 100u);
  for (uint32_t i = 0; i < 100; ++i) EXPECT_EQ(seen[i], 2 * i);
}

}  // namespace
}  // namespace kgw::match
