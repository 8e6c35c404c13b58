#include "base/regex.h"

#include <gtest/gtest.h>

#include <utility>

namespace kgw::base {
namespace {

TEST(Regex, MatchesTheWholeTextOrSomePart) {
  const Regex regex("/v[0-9]+");
  ASSERT_TRUE(regex.ok());
  EXPECT_EQ(regex.error(), "");
  EXPECT_TRUE(regex.FullMatch("/v12"));
  EXPECT_FALSE(regex.FullMatch("/v12/x"));
  EXPECT_FALSE(regex.FullMatch("/api/v12"));
  EXPECT_TRUE(regex.PartialMatch("/api/v12/x"));
  EXPECT_FALSE(regex.PartialMatch("/api/x"));
}

TEST(Regex, TakesTheLongestAlternativeThatFits) {
  EXPECT_TRUE(Regex("a|ab").FullMatch("ab"));
  EXPECT_TRUE(Regex("").FullMatch(""));
  EXPECT_FALSE(Regex("").FullMatch("a"));
}

TEST(Regex, HonoursItsOwnAnchors) {
  const Regex regex("^[a-z]+$");
  EXPECT_TRUE(regex.PartialMatch("abc"));
  EXPECT_FALSE(regex.PartialMatch("abc1"));
}

TEST(Regex, MatchesTextsWithZeroBytes) {
  const std::string_view text("a\0b", 3);
  EXPECT_TRUE(Regex("a.b").FullMatch(text));
  EXPECT_FALSE(Regex("a").FullMatch(text));
}

TEST(Regex, SaysWhyAPatternDoesNotCompile) {
  for (const char* pattern : {"(", "[a", "a**", "\\", "(?=a)", "\xFF"}) {
    const Regex regex(pattern);
    EXPECT_FALSE(regex.ok()) << pattern;
    EXPECT_NE(regex.error(), "") << pattern;
    EXPECT_FALSE(regex.FullMatch("a")) << pattern;
  }
  EXPECT_EQ(Regex("(a").error(), "missing ): (a");
}

TEST(Regex, RefusesPatternsOfHugePrograms) {
  EXPECT_TRUE(Regex("[a-z]{1000}").ok());
  const Regex regex("((((a{100}){100}){10}){10}){10}");
  EXPECT_FALSE(regex.ok());
  EXPECT_FALSE(Regex("(\\pL{1000}){1,1000}").ok());
  EXPECT_FALSE(Regex("\\pL{1000}").ok()) << "allowed to repeat, but too large a program";
}

TEST(Regex, CanBeMoved) {
  Regex from("a+");
  Regex to(std::move(from));
  EXPECT_TRUE(to.FullMatch("aa"));
  to = Regex("b+");
  EXPECT_TRUE(to.FullMatch("bb"));
}

std::string Replaced(std::string_view pattern, std::string_view value, std::string_view text) {
  std::string out;
  const bool any = Regex(pattern).ReplaceAll(text, value, &out);
  return any ? out : "unchanged " + out;
}

TEST(Regex, ReplacesAllMatchesThatDoNotOverlap) {
  EXPECT_EQ(Replaced("a+", "<\\0>", "aab ca"), "<aa>b c<a>");
  EXPECT_EQ(Replaced("(a)(b)?", "\\2\\1", "abxa"), "baxa");
  EXPECT_EQ(Replaced("^a", "b", "aa"), "ba") << "the rest is no new beginning";
  EXPECT_EQ(Replaced("x", "y", "abc"), "unchanged abc");
  EXPECT_EQ(Replaced("x", "y", ""), "unchanged ");
}

TEST(Regex, ReplacesEmptyMatchesAsRe2Does) {
  EXPECT_EQ(Replaced("b*", "x", "abc"), "xaxcx");
  EXPECT_EQ(Replaced("", "-", "ab"), "-a-b-");
  EXPECT_EQ(Replaced("", "-", "\xC3\xA9"), "-\xC3\xA9-") << "never inside of a character";
}

TEST(Regex, KnowsWhichSubstitutionsFit) {
  EXPECT_EQ(Regex("(a)").CheckSubstitution("\\1 \\0 \\\\"), "");
  EXPECT_NE(Regex("(a)").CheckSubstitution("\\2"), "");
  EXPECT_NE(Regex("(a)").CheckSubstitution("\\x"), "");
}

}  // namespace
}  // namespace kgw::base
