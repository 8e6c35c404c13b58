#include "match/literal_prefix.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/regex.h"

namespace kgw::match {
namespace {

TEST(LiteralPrefix, EndsAtTheFirstMetaCharacter) {
  EXPECT_EQ(LiteralPrefix("/api/v1/[^/]+/items"), "/api/v1/");
  EXPECT_EQ(LiteralPrefix("^/api/.*$"), "/api/");
  EXPECT_EQ(LiteralPrefix("/plain"), "/plain");
  EXPECT_EQ(LiteralPrefix("/(a|b)/c"), "/");
  EXPECT_EQ(LiteralPrefix("(?i)/api"), "");
  EXPECT_EQ(LiteralPrefix(""), "");
}

TEST(LiteralPrefix, LeavesOutWhatIsRepeated) {
  EXPECT_EQ(LiteralPrefix("/abc*"), "/ab");
  EXPECT_EQ(LiteralPrefix("/abc?d"), "/ab");
  EXPECT_EQ(LiteralPrefix("/abc{0,2}"), "/ab");
  EXPECT_EQ(LiteralPrefix("/a\\.*"), "/a");
}

TEST(LiteralPrefix, ReadsEscapedMetaCharactersButNoClasses) {
  EXPECT_EQ(LiteralPrefix("/v1\\.0/x"), "/v1.0/x");
  EXPECT_EQ(LiteralPrefix("/a\\d+"), "/a");
  EXPECT_EQ(LiteralPrefix("/a\\Q.*\\E"), "/a");
  EXPECT_EQ(LiteralPrefix("/a\\"), "/a");
}

TEST(LiteralPrefix, GivesUpOnAlternativesAndBeyondAscii) {
  EXPECT_EQ(LiteralPrefix("/a|/b"), "");
  EXPECT_EQ(LiteralPrefix("/a(b)|c"), "");
  EXPECT_EQ(LiteralPrefix("/a[(]x|b"), "");
  EXPECT_EQ(LiteralPrefix("/a\\(x|b"), "");
  EXPECT_EQ(LiteralPrefix("/a\xc3\xa9?"), "/a");
}

TEST(LiteralPrefix, NoTextThatMatchesBeginsOtherwise) {
  constexpr std::string_view kPieces[] = {"a", "b",   "/",    ".*",  "?",   "*",   "|",
                                          "(", ")",   "[ab]", "+",   "\\.", "{0}", "^",
                                          "$", "[(]", "\\Q",  "\\E", "[^/]"};
  base::Random random(1);
  size_t matched = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string pattern, text;
    for (uint64_t n = 1 + random.Below(6); n > 0; --n) {
      pattern += kPieces[random.Below(std::size(kPieces))];
    }
    const base::Regex regex(pattern);
    if (!regex.ok()) continue;
    const std::string prefix = LiteralPrefix(pattern);
    for (int j = 0; j < 10; ++j) {
      text.clear();
      for (uint64_t n = random.Below(5); n > 0; --n) text += "ab/."[random.Below(4)];
      if (!regex.FullMatch(text)) continue;
      ++matched;
      EXPECT_EQ(text.substr(0, prefix.size()), prefix) << pattern;
    }
  }
  EXPECT_GT(matched, 1000u);
}

}  // namespace
}  // namespace kgw::match
