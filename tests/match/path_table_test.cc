#include "match/path_table.h"

#include <gtest/gtest.h>

#include "match/path_prefixes.h"

namespace kgw::match {
namespace {

TEST(PathTable, KeysBelongToAGroupAndAKind) {
  PathTable table;
  table.Add(0, PathKind::kExact, "/a", {1, 1});
  table.Add(0, PathKind::kPrefix, "/a", {2, 1});
  table.Add(1, PathKind::kRegex, "/a", {3, 2});
  const uint64_t hash = base::Hash("/a");
  EXPECT_EQ(table.Find(0, PathKind::kExact, "/a", hash).first, 1u);
  EXPECT_EQ(table.Find(0, PathKind::kPrefix, "/a", hash).first, 2u);
  EXPECT_EQ(table.Find(1, PathKind::kRegex, "/a", hash).count, 2u);
  EXPECT_EQ(table.Find(1, PathKind::kExact, "/a", hash).count, 0u);
}

TEST(PathTable, AHashThatCollidesIsNoHit) {
  PathTable table;
  table.Add(0, PathKind::kExact, "/a", {1, 1});
  EXPECT_EQ(table.Find(0, PathKind::kExact, "/b", base::Hash("/a")).count, 0u);
  EXPECT_EQ(table.Find(0, PathKind::kExact, "/ab", base::Hash("/a")).count, 0u);
}

TEST(PathPrefixes, EndBeforeASlashOrAtTheEnd) {
  PathPrefixes path("/a/b/");
  EXPECT_EQ(path.Present(~uint64_t{0}), 0b1111u);
  EXPECT_EQ(path.At(0), "");
  EXPECT_EQ(path.At(1), "/a");
  EXPECT_EQ(path.At(2), "/a/b");
  EXPECT_EQ(path.At(3), "/a/b/");
  EXPECT_EQ(path.HashAt(2), base::Hash("/a/b"));
}

TEST(PathPrefixes, AreFoundOnlyAsDeepAsAsked) {
  PathPrefixes path("/a/b/c/d");
  EXPECT_EQ(path.Present(0), 0u);
  EXPECT_EQ(path.Present(0b10), 0b10u);
  EXPECT_EQ(path.Present(0b110100), 0b10100u);
  EXPECT_EQ(path.At(4), "/a/b/c/d");
}

TEST(PathPrefixes, StopAtTheDeepestDepth) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "/x";
  PathPrefixes path(deep);
  EXPECT_EQ(path.Present(~uint64_t{0}), ~uint64_t{0});
  EXPECT_EQ(path.At(63).size(), 126u);
}

}  // namespace
}  // namespace kgw::match
