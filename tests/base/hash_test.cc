#include "base/hash.h"

#include <gtest/gtest.h>

#include <string>

namespace kgw::base {
namespace {

TEST(Hash, DependsOnTheBytesAlone) {
  const std::string one = "shop.example", other = "shop.example";
  EXPECT_EQ(Hash(one), Hash(other));
  EXPECT_NE(Hash("shop.example"), Hash("shop.exampl"));
  EXPECT_NE(Hash(std::string_view("a\0b", 3)), Hash(std::string_view("a\0c", 3)));
}

TEST(Hash, ChangesWithTheSeed) {
  EXPECT_EQ(Hash("a", 7), Hash("a", 7));
  EXPECT_NE(Hash("a", 7), Hash("a", 8));
  EXPECT_EQ(Hash("a"), Hash("a", 0));
}

// The value that XXH3_64bits publishes for the empty text: the same on every machine.
TEST(Hash, IsXxh3) { EXPECT_EQ(Hash(""), 0x2d06800538d394c2u); }

}  // namespace
}  // namespace kgw::base
