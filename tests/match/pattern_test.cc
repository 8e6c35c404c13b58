#include "match/pattern.h"

#include <gtest/gtest.h>

#include <iterator>

#include "base/random.h"

namespace kgw::match {
namespace {

bool IsTemplate(std::string_view pattern) { return Template::Parse(pattern).has_value(); }

TEST(Template, IsLiteralsAndRunsOfOneClass) {
  for (const char* pattern : {"", "/a", "/users/[0-9]+", "/a/[^/]+/b/\\d+", "^/a/.*",
                              "/[A-Za-z0-9_-]+/v1\\.0", "[^/]*/a"}) {
    EXPECT_TRUE(IsTemplate(pattern)) << pattern;
  }
}

TEST(Template, IsNothingWhereARunCouldSwallowWhatFollows) {
  for (const char* pattern : {"/.*/a", "/[a-z]+b", "/[0-9]+[a-z]+", "/[^/]+x"}) {
    EXPECT_FALSE(IsTemplate(pattern)) << pattern;
  }
}

TEST(Template, IsNothingWithOtherSyntax) {
  for (const char* pattern : {"/a|b", "(?i)/a", "/(a|b)", "/a?", "/a+", "/a{2}", "/[a-z]",
                              "/[a-z]+?", "/[a-z]{2}", "/a$", "/[[:alpha:]]+", "/[\\w]+", "/\\w+",
                              "/\\Qa\\E", "/[]a]+", "/[", "/a\\", "/[z-a]+", "/\xc3\xa9"}) {
    EXPECT_FALSE(IsTemplate(pattern)) << pattern;
  }
}

TEST(Template, LeavesBytesBeyondAsciiToTheEngine) {
  EXPECT_EQ(Template::Parse("/[^/]+")->FullMatch("/a\xc3\xa9"), std::nullopt);
  EXPECT_EQ(Template::Parse("/[^/]+")->FullMatch("x\xff"), false);
  EXPECT_TRUE(Pattern("/[^/]+").FullMatch("/a\xc3\xa9"));
  EXPECT_FALSE(Pattern("/[^/]+").FullMatch("/a\xff"));
}

TEST(Pattern, SaysWhetherItCompiles) {
  EXPECT_TRUE(Pattern("/a").ok());
  EXPECT_FALSE(Pattern("/[").ok());
}

TEST(Pattern, AnswersAsTheEngineDoes) {
  constexpr std::string_view kPieces[] = {
      "a",      "b", "/", "0",  ".*", "[0-9]+", "[^/]+", "^",      "\\d+", "[a-]*", "\\.",
      "[^a-]+", ".", "+", "[b", "-]", "[.-0]+", "[-a]+", "[^/b]*", "\\d",  "]"};
  constexpr std::string_view kTexts[] = {"a", "b",  "/", "0",        ".",
                                         "-", "\n", "]", "\xc3\xa9", "\xff"};
  base::Random random(1);
  size_t templates = 0, matched = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text, expression;
    for (uint64_t n = 1 + random.Below(5); n > 0; --n) {
      expression += kPieces[random.Below(std::size(kPieces))];
    }
    const base::Regex regex(expression);
    if (!regex.ok() || !IsTemplate(expression)) continue;
    ++templates;
    const Pattern pattern(expression);
    for (int j = 0; j < 20; ++j) {
      text.clear();
      for (uint64_t n = random.Below(6); n > 0; --n)
        text += kTexts[random.Below(std::size(kTexts))];
      matched += regex.FullMatch(text) ? 1 : 0;
      ASSERT_EQ(pattern.FullMatch(text), regex.FullMatch(text)) << expression << " on " << text;
    }
  }
  EXPECT_GT(templates, 1000u);
  EXPECT_GT(matched, 1000u);
}

}  // namespace
}  // namespace kgw::match
