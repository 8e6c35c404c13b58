#include "http/hostname.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kgw::http {
namespace {

TEST(HostOf, LosesPortAndOneTrailingDot) {
  const struct {
    std::string_view authority, host;
  } cases[] = {
      {"a.test", "a.test"},
      {"a.test:80", "a.test"},
      {"a.test.", "a.test"},
      {"a.test.:80", "a.test"},
      {"a.test..", "a.test."},
      {"a.test:", "a.test"},
      {"My_App.Test", "My_App.Test"},
      {"192.0.2.10:8080", "192.0.2.10"},
      {"[2001:db8::7]", "[2001:db8::7]"},
      {"[2001:db8::7]:8080", "[2001:db8::7]"},
      {"[::1]", "[::1]"},
      {"2001:db8::7", "2001:db8::7"},
      {"::1", "::1"},
      {"[::1", "[::1"},
      {"[::1]x:80", "[::1]x:80"},
      {"", ""},
      {":80", ""},
      {"[", "["},
  };
  for (const auto& c : cases) EXPECT_EQ(HostOf(c.authority), c.host) << c.authority;
}

TEST(LowerHost, CopiesOnlyUpperCase) {
  std::string scratch;
  const std::string_view lower = "a_b.test:80";
  EXPECT_EQ(LowerHost(lower, &scratch).data(), lower.data());
  EXPECT_EQ(LowerHost("A.Test.:80", &scratch), "a.test");
  EXPECT_EQ(LowerHost("[2001:DB8::1]:80", &scratch), "[2001:db8::1]");
}

TEST(IpLiteral, IsAnAddressOfEitherFamily) {
  for (const std::string_view host :
       {"192.0.2.1", "[2001:db8::1]", "2001:db8::1", "::", "[::]", "::ffff:192.0.2.1", "0.0.0.0"}) {
    EXPECT_TRUE(IsIpLiteral(host)) << host;
  }
  for (const std::string_view host :
       {"", "a.test", "192.0.2", "192.0.2.256", "[192.0.2.1]", "[]", "[::1", "1.2.3.4.5", ":",
        "[2001:db8::1]:80", "1234:1234:1234:1234:1234:1234:1234:1234:1234:1234"}) {
    EXPECT_FALSE(IsIpLiteral(host)) << host;
  }
  EXPECT_FALSE(IsIpLiteral(std::string_view("::1\0", 4)));
}

TEST(HostMatches, WildcardTakesOneLabelOrMore) {
  EXPECT_TRUE(HostMatches("*.corp.test", "a.corp.test"));
  EXPECT_TRUE(HostMatches("*.corp.test", "a.b.c.corp.test"));
  EXPECT_FALSE(HostMatches("*.corp.test", "corp.test"));
  EXPECT_FALSE(HostMatches("*.corp.test", ".corp.test"));
  EXPECT_FALSE(HostMatches("*.corp.test", "xcorp.test"));
  EXPECT_FALSE(HostMatches("*.corp.test", "a.corp.test.evil.test"));
  EXPECT_TRUE(HostMatches("*.com", "other.example.com"));
}

TEST(HostMatches, EmptyTakesAnyAndExactOnlyItself) {
  EXPECT_TRUE(HostMatches("", "a.test"));
  EXPECT_TRUE(HostMatches("", ""));
  EXPECT_TRUE(HostMatches("a.test", "a.test"));
  EXPECT_FALSE(HostMatches("a.test", "b.a.test"));
  EXPECT_FALSE(HostMatches("a.test", ""));
}

TEST(Intersect, GivesTheNarrowerOfTwoPatterns) {
  const struct {
    std::string_view a, b;
    std::optional<std::string_view> want;
  } cases[] = {
      {"", "", ""},
      {"", "a.test", "a.test"},
      {"", "*.test", "*.test"},
      {"a.test", "a.test", "a.test"},
      {"a.test", "b.test", std::nullopt},
      {"*.test", "a.test", "a.test"},
      {"*.test", "a.b.test", "a.b.test"},
      {"*.test", "test", std::nullopt},
      {"*.test", "*.test", "*.test"},
      {"*.foo.test", "*.bar.foo.test", "*.bar.foo.test"},
      {"*.foo.test", "*.bar.test", std::nullopt},
      {"*.foo.test", "*.xfoo.test", std::nullopt},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Intersect(c.a, c.b), c.want) << c.a << " and " << c.b;
    EXPECT_EQ(Intersect(c.b, c.a), c.want) << c.b << " and " << c.a;
  }
}

TEST(HostnameRank, PutsExactBeforeWildcardBeforeNone) {
  const std::vector<std::string_view> falling = {"a.b.test", "b.test", "*.long.name.test",
                                                 "*.b.test", "*.test", ""};
  for (size_t i = 1; i < falling.size(); ++i) {
    EXPECT_GT(HostnameRank(falling[i - 1]), HostnameRank(falling[i])) << falling[i];
  }
  EXPECT_EQ(HostnameRank("a.test"), HostnameRank("b.test"));
}

}  // namespace
}  // namespace kgw::http
