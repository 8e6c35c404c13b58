#include "mutate/rewrite.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace kgw::mutate {
namespace {

using model::PathMatch;
using model::PathRewrite;
using model::PathType;
using Type = PathRewrite::Type;

// As translation makes it: a prefix has lost its trailing slash.
PathMatch Prefix(std::string value) {
  if (value.ends_with('/')) value.pop_back();
  return {PathType::kPathPrefix, value};
}

std::string Rewritten(Type type, std::string_view value, const PathMatch& match,
                      std::string_view path) {
  std::string out;
  AppendRewrittenPath({type, std::string(value)}, match, path, &out);
  return out;
}

TEST(ReplacePrefixMatch, FollowsTheTableOfTheGatewayApi) {
  const struct {
    std::string_view path, prefix, replacement, want;
  } cases[] = {
      {"/foo/bar", "/foo", "/xyz", "/xyz/bar"},
      {"/foo/bar", "/foo", "/xyz/", "/xyz/bar"},
      {"/foo/bar", "/foo/", "/xyz", "/xyz/bar"},
      {"/foo/bar", "/foo/", "/xyz/", "/xyz/bar"},
      {"/foo", "/foo", "/xyz", "/xyz"},
      {"/foo/", "/foo", "/xyz", "/xyz/"},
      {"/foo/bar", "/foo", "", "/bar"},
      {"/foo/", "/foo", "", "/"},
      {"/foo", "/foo", "", "/"},
      {"/foo/", "/foo", "/", "/"},
      {"/foo", "/foo", "/", "/"},
      // Beyond the table.
      {"/foo/bar", "/foo", "/", "/bar"},
      {"/foo/foo/foo", "/foo", "/xyz", "/xyz/foo/foo"},
      {"/test", "/", "/foo", "/foo/test"},
      {"/", "/", "/foo", "/foo/"},
      {"/", "/", "/", "/"},
      {"/a/b", "/", "", "/a/b"},
      {"/foo", "/foo", "/xyz/", "/xyz"},
      {"/foo/bar", "/foo", "xyz", "/xyz/bar"},
      {"/foo//bar", "/foo", "/", "//bar"},
      {"/foo/%2F", "/foo", "/x", "/x/%2F"},
      {"*", "/", "/foo", "*"},
      {"/other", "/foo", "/xyz", "/other"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Rewritten(Type::kPrefix, c.replacement, Prefix(std::string(c.prefix)), c.path),
              c.want)
        << c.path << " by " << c.prefix << " to " << c.replacement;
  }
}

TEST(ReplaceFullPath, TakesTheValueForThePath) {
  const PathMatch match = Prefix("/foo");
  EXPECT_EQ(Rewritten(Type::kFull, "/one", match, "/foo/bar"), "/one");
  EXPECT_EQ(Rewritten(Type::kFull, "/one/", match, "/foo"), "/one/");
  EXPECT_EQ(Rewritten(Type::kFull, "/one?x=1", match, "/foo"), "/one?x=1");
  EXPECT_EQ(Rewritten(Type::kFull, "", match, "/foo"), "/");
  EXPECT_EQ(Rewritten(Type::kFull, "one", match, "/foo"), "/one");
}

TEST(PrefixRewrite, ReplacesThePrefixOrTheWholePath) {
  EXPECT_EQ(Rewritten(Type::kMatchedPath, "/b", Prefix("/"), "/x"), "/b/x");
  EXPECT_EQ(Rewritten(Type::kMatchedPath, "/", Prefix("/a"), "/a/x"), "/x");
  EXPECT_EQ(Rewritten(Type::kMatchedPath, "/b/", Prefix("/a"), "/a/x"), "/b/x");
  EXPECT_EQ(Rewritten(Type::kMatchedPath, "/b", {PathType::kExact, "/a"}, "/a"), "/b");
  EXPECT_EQ(Rewritten(Type::kMatchedPath, "/b/", {PathType::kExact, "/a"}, "/a"), "/b/");
  EXPECT_EQ(Rewritten(Type::kMatchedPath, "/b", {PathType::kRegularExpression, "/a.*"}, "/a/x"),
            "/b");
}

TEST(RewrittenPath, IsAppended) {
  std::string out = "before";
  AppendRewrittenPath({Type::kPrefix, "/b"}, Prefix("/a"), "/a/x", &out);
  EXPECT_EQ(out, "before/b/x");
}

std::string Location(const model::Redirect& redirect, const RedirectInput& in,
                     const PathMatch& match = {}) {
  std::string out = "location: ";
  AppendLocation(redirect, match, in, &out);
  return out.substr(10);
}

// First the 15 cases of HTTPRouteRedirectPortAndScheme in the conformance suite.
TEST(Location, HasThePortOfFilterElseSchemeElseListener) {
  const struct {
    uint16_t listener;
    std::string_view request_scheme, scheme;
    std::optional<uint16_t> port;
    std::string_view want;
  } cases[] = {
      {80, "http", "", {}, "http://example.org/x"},
      {80, "http", "", 80, "http://example.org/x"},
      {80, "http", "", 8080, "http://example.org:8080/x"},
      {80, "http", "https", {}, "https://example.org/x"},
      {80, "http", "https", 443, "https://example.org/x"},
      {80, "http", "https", 8443, "https://example.org:8443/x"},
      {8080, "http", "", {}, "http://example.org:8080/x"},
      {8080, "http", "", 80, "http://example.org/x"},
      {8080, "http", "https", {}, "https://example.org/x"},
      {443, "https", "", {}, "https://example.org/x"},
      {443, "https", "", 443, "https://example.org/x"},
      {443, "https", "", 8443, "https://example.org:8443/x"},
      {443, "https", "http", {}, "http://example.org/x"},
      {443, "https", "http", 80, "http://example.org/x"},
      {443, "https", "http", 8080, "http://example.org:8080/x"},
      // Beyond the table; the well-known port of the other scheme is not left out.
      {8080, "http", "https", 443, "https://example.org/x"},
      {8080, "http", "https", 8443, "https://example.org:8443/x"},
      {80, "http", "", 443, "http://example.org:443/x"},
      {80, "http", "https", 80, "https://example.org:80/x"},
      {8080, "http", "http", {}, "http://example.org/x"},
      {8443, "https", "", {}, "https://example.org:8443/x"},
      {0, "http", "", {}, "http://example.org/x"},
      {0, "https", "", {}, "https://example.org/x"},
      {80, "HTTP", "HTTPS", {}, "https://example.org/x"},
  };
  for (const auto& c : cases) {
    model::Redirect redirect;
    redirect.scheme = c.scheme;
    redirect.hostname = "example.org";
    redirect.port = c.port;
    EXPECT_EQ(Location(redirect, {c.request_scheme, "h.test", c.listener, "/x", ""}), c.want)
        << "listener " << c.listener << " filter " << c.scheme << " " << c.port.value_or(0);
  }
}

TEST(Location, KeepsTheHostOfTheRequest) {
  EXPECT_EQ(Location({}, {"http", "H.Test", 80, "/a", "?b=1"}), "http://H.Test/a?b=1");
  EXPECT_EQ(Location({}, {"https", "[2001:db8::1]", 443, "/", ""}), "https://[2001:db8::1]/");
  EXPECT_EQ(Location({}, {"http", "2001:db8::1", 81, "/", ""}), "http://[2001:db8::1]:81/");
}

TEST(Location, TakesNoPathForAHost) {
  EXPECT_EQ(Location({}, {"http", "h.test", 80, "*", ""}), "http://h.test/");
  EXPECT_EQ(Location({}, {"http", "h.test", 80, "@evil.test/", ""}), "http://h.test/");
  EXPECT_EQ(Location({}, {"http", "h.test", 80, "//evil.test", ""}), "http://h.test//evil.test");
  EXPECT_EQ(Location({}, {"http", "", 80, "///evil.test/a", "?b"}), "/evil.test/a?b");
  EXPECT_EQ(Location({}, {"http", "", 80, "//", ""}), "/");
  EXPECT_EQ(Location({}, {"http", "", 80, "/a//b", ""}), "/a//b");
}

TEST(Location, RewritesThePathAndKeepsTheQuery) {
  model::Redirect redirect;
  redirect.path = {Type::kPrefix, "/new"};
  const RedirectInput in = {"http", "h.test", 80, "/old/a/b", "?x=1&y=2"};
  EXPECT_EQ(Location(redirect, in, Prefix("/old")), "http://h.test/new/a/b?x=1&y=2");
  redirect.path = {Type::kFull, "/whole/path"};
  EXPECT_EQ(Location(redirect, in, Prefix("/old")), "http://h.test/whole/path?x=1&y=2");
  redirect.path = {Type::kFull, "/whole?z"};
  EXPECT_EQ(Location(redirect, in, Prefix("/old")), "http://h.test/whole?z");
  redirect.path = {Type::kPrefix, "/"};
  EXPECT_EQ(Location(redirect, {"http", "h.test", 80, "/api/store/public", ""},
                     Prefix("/api/store/public/")),
            "http://h.test/");
}

std::string Replaced(std::string_view pattern, std::string_view value, std::string_view path) {
  std::string out = "before";
  AppendReplacedMatches(base::Regex(pattern), value, path, &out);
  EXPECT_TRUE(out.starts_with("before"));
  return out.substr(6);
}

TEST(RegexRewrite, ReplacesAllMatchesOfThePath) {
  EXPECT_EQ(Replaced("/user/([a-z]+)", "/u-\\1", "/user/ann/user/bob/7"), "/u-ann/u-bob/7");
  EXPECT_EQ(Replaced("/a", "/b", "/x"), "/x");
  EXPECT_EQ(Replaced("^/api", "", "/api/api"), "/api");
}

TEST(RegexRewrite, MakesAPathInAnyCase) {
  EXPECT_EQ(Replaced("^/api/", "", "/api/x"), "/x");
  EXPECT_EQ(Replaced(".*", "", "/x"), "/");
  EXPECT_EQ(Replaced(".", "x", "*"), "*") << "this is no path";
}

TEST(HostOfPath, IsWhatTheReplacementMakesOfIt) {
  const auto host = [](std::string_view pattern, std::string_view value, std::string_view path) {
    std::string out;
    AppendHostOfPath(base::Regex(pattern), value, path, &out);
    return out;
  };
  EXPECT_EQ(host("^/([^/]+)/.*$", "\\1.test", "/shop/x/y"), "shop.test");
  EXPECT_EQ(host("^/([^/]+)/.*$", "\\1.test", "/shop"), "") << "nothing matches";
  EXPECT_EQ(host("^/([^/]+)", "\\1.test", "/shop/x"), "") << "shop.test/x is no host";
  EXPECT_EQ(host("^/(.*)$", "\\1", "/user@evil.test"), "") << "nor is this";
}

TEST(ShadowHost, StandsInFrontOfThePort) {
  const auto shadow = [](std::string_view authority) {
    std::string out;
    AppendShadowHost(authority, &out);
    return out;
  };
  EXPECT_EQ(shadow("shop.test"), "shop.test-shadow");
  EXPECT_EQ(shadow("shop.test:8080"), "shop.test-shadow:8080");
  EXPECT_EQ(shadow("[2001:db8::1]:80"), "[2001:db8::1]:80");
}

}  // namespace
}  // namespace kgw::mutate
