#include "base/strings.h"

#include <gtest/gtest.h>

namespace kgw::base {
namespace {

const std::vector<std::string> kPathTypes = {"Exact", "PathPrefix", "RegularExpression"};

TEST(NearestWord, FindsSlipsOfThePen) {
  EXPECT_EQ(NearestWord("PathPrefx", kPathTypes), "PathPrefix");
  EXPECT_EQ(NearestWord("Exacct", kPathTypes), "Exact");
  EXPECT_EQ(NearestWord("pathprefix", kPathTypes), "PathPrefix");
  EXPECT_EQ(NearestWord("RegularExpresion", kPathTypes), "RegularExpression");
}

TEST(NearestWord, CountsATranspositionAsOneSlip) {
  EXPECT_EQ(NearestWord("chekc", {"chuck", "check"}), "check");
  EXPECT_EQ(NearestWord("prot", {"port", "plot"}), "port");
}

TEST(NearestWord, TakesTheFirstOfEquals) { EXPECT_EQ(NearestWord("bat", {"cat", "hat"}), "cat"); }

TEST(NearestWord, IsSilentWhereNothingIsNear) {
  EXPECT_EQ(NearestWord("banana", kPathTypes), "");
  EXPECT_EQ(NearestWord("", kPathTypes), "");
  EXPECT_EQ(NearestWord("Exact", {}), "");
  EXPECT_EQ(NearestWord("ab", {"cd"}), "") << "every letter differs";
  EXPECT_EQ(NearestWord(std::string(65, 'x'), {std::string(64, 'x')}), "");
}

TEST(JoinWords, PutsAWordBeforeTheLast) {
  EXPECT_EQ(JoinWords({}), "");
  EXPECT_EQ(JoinWords({"a"}), "a");
  EXPECT_EQ(JoinWords({"a", "b"}), "a and b");
  EXPECT_EQ(JoinWords({"a", "b", "c"}, "or"), "a, b or c");
}

TEST(EqualIgnoreCase, FoldsAsciiAlone) {
  EXPECT_TRUE(EqualIgnoreCase("", ""));
  EXPECT_TRUE(EqualIgnoreCase("X-User", "x-uSER"));
  EXPECT_FALSE(EqualIgnoreCase("x-user", "x-users"));
  EXPECT_FALSE(EqualIgnoreCase("@[", "`{")) << "neighbours of the letters are 32 apart, too";
  EXPECT_FALSE(EqualIgnoreCase("\xC3\x84", "\xC3\xA4"));
}

TEST(Lower, FoldsAsciiAlone) { EXPECT_EQ(Lower("AZ@[`{az09\xC3\x84"), "az@[`{az09\xC3\x84"); }

TEST(Cat, JoinsAnyMixOfTexts) {
  EXPECT_EQ(Cat(), "");
  EXPECT_EQ(Cat("a", std::string("b"), std::string_view("c\0d", 3)), std::string("abc\0d", 5));
}

TEST(StringViews, CrossTheBridgeUnchanged) {
  const std::string_view text("a\0b", 3);
  EXPECT_EQ(Std(Abs(text)), text);
  EXPECT_EQ(Abs(text).data(), text.data());
}

}  // namespace
}  // namespace kgw::base
