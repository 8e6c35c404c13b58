#include "http/path.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "base/random.h"

namespace kgw::http {
namespace {

constexpr Normalization kRfc = Normalization::kRfc3986;
constexpr Normalization kMerge = Normalization::kMergeSlashes;

std::string Normal(std::string_view path, Normalization mode = kRfc) {
  std::string scratch = "left over";
  return std::string(NormalizePath(path, mode, &scratch));
}

TEST(Target, IsSplitAtTheFirstQuestionMark) {
  const struct {
    std::string_view target, path, query;
  } cases[] = {
      {"/a?b=1?c", "/a", "?b=1?c"},
      {"/a", "/a", ""},
      {"/a?", "/a", "?"},
      {"", "/", ""},
      {"?x", "/", "?x"},
      {"/a#b?c", "/a", ""},
      {"/a?b#c", "/a", "?b"},
      {"#a", "/", ""},
      {"*", "*", ""},
      {"host:443", "host:443", ""},
      {"http://h/p?q", "/p", "?q"},
      {"HTTPS://h:8443/p", "/p", ""},
      {"http://h", "/", ""},
      {"http://h?q", "/", "?q"},
      {"http://h#f", "/", ""},
      {"/x?next=http://h/p", "/x", "?next=http://h/p"},
      {"foo?x=http://h/p", "foo", "?x=http://h/p"},
      {"//h/p", "//h/p", ""},
  };
  for (const auto& c : cases) {
    const Target target = SplitTarget(c.target);
    EXPECT_EQ(target.path, c.path) << c.target;
    EXPECT_EQ(target.query, c.query) << c.target;
  }
}

TEST(NormalizePath, RemovesDotSegmentsWithoutClimbingAboveTheRoot) {
  const struct {
    std::string_view path, want;
  } cases[] = {
      {"/x/../admin", "/admin"},
      {"/./admin/./users", "/admin/users"},
      {"/admin/..", "/"},
      {"/admin/../public", "/public"},
      {"/../../admin", "/admin"},
      {"/a/b/..", "/a/"},
      {"/a/b/.", "/a/b/"},
      {"/a/b/../..", "/"},
      {"/..", "/"},
      {"/.", "/"},
      {"/../", "/"},
      {"/a/...", "/a/..."},
      {"/a/.b/..c", "/a/.b/..c"},
      {"/a/./", "/a/"},
      {"//admin", "//admin"},
      {"//..", "/"},
      {"/a//../b", "/a/b"},
      {"//../x", "/x"},
      {"/a/b/c/./../../g", "/a/g"},
      {"/mid/content=5/../6", "/mid/6"},
  };
  for (const auto& c : cases) EXPECT_EQ(Normal(c.path), c.want) << c.path;
}

TEST(NormalizePath, DecodesUnreservedCharactersOnly) {
  const struct {
    std::string_view path, want;
  } cases[] = {
      {"/x/%2e%2e/admin", "/admin"},
      {"/x/.%2E/admin", "/admin"},
      {"/%61dmin", "/admin"},
      {"/%7euser%5f%2D", "/~user_-"},
      {"/a%2fb", "/a%2Fb"},
      {"/a%2F..%2fb", "/a%2F..%2Fb"},
      {"/a/%2e%2e%2fb", "/a/..%2Fb"},
      {"/%3f%23%25", "/%3F%23%25"},
      {"/%252e", "/%252e"},
      {"/%c3%a4", "/%C3%A4"},
      {"/%zz", "/%zz"},
      {"/%4", "/%4"},
      {"/%", "/%"},
      {"/%2", "/%2"},
      {"/a%00b", "/a%00b"},
      {"/%\xff%41",
       "/%\xff"
       "A"},
  };
  for (const auto& c : cases) EXPECT_EQ(Normal(c.path), c.want) << c.path;
}

TEST(NormalizePath, NeverMakesAnEscapeOutOfAnInvalidOne) {
  EXPECT_EQ(Normal("/%%32e%%32e/admin"), "/%%32e%%32e/admin");
  EXPECT_EQ(Normal("/%2%65"), "/%2%65");
  EXPECT_EQ(Normal("/%/%61dmin"), "/%/admin");
  EXPECT_EQ(Normal("/%%2e%2e"), "/%..");
}

TEST(NormalizePath, MergesSlashesAfterTheDotSegments) {
  EXPECT_EQ(Normal("//admin///users", kMerge), "/admin/users");
  EXPECT_EQ(Normal("/x/..//%61dmin", kMerge), "/admin");
  EXPECT_EQ(Normal("/a//../b", kMerge), "/a/b");
  EXPECT_EQ(Normal("/a/b//", kMerge), "/a/b/");
  EXPECT_EQ(Normal("//", kMerge), "/");
  EXPECT_EQ(Normal("/a%2F/b", kMerge), "/a%2F/b");
}

TEST(NormalizePath, LeavesOtherFormsAndTheOffModeAlone) {
  for (const std::string_view path : {"*", "foo/../bar", "host:443", "%2e%2e"}) {
    EXPECT_EQ(Normal(path, kMerge), path);
  }
  EXPECT_EQ(Normal("/x/%2e%2e/../a//b", Normalization::kOff), "/x/%2e%2e/../a//b");
  EXPECT_EQ(Normal(""), "/");
}

TEST(NormalizePath, ReturnsTheTextItselfWhereNothingChanges) {
  std::string scratch;
  for (const std::string_view path : {"/", "/a/b", "//a", "/a/...", "/%2F", "/a.b/.c", "*"}) {
    EXPECT_EQ(NormalizePath(path, kRfc, &scratch).data(), path.data()) << path;
  }
}

TEST(NormalizePath, IsLinearInTheLengthOfThePath) {
  std::string path;
  for (int i = 0; i < 200'000; ++i) path += "/a";
  for (int i = 0; i < 200'000; ++i) path += "/..";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(Normal(path), "/");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

std::string RandomPath(base::Random* random) {
  static constexpr std::string_view kPieces[] = {
      "/", "/", "/", ".", "..", "%2e", "%2E", "%", "%2", "%25", "%32", "%65", "%2f", "a", "e", "3"};
  std::string path = "/";
  for (uint64_t n = random->Below(14); n > 0; --n) path += kPieces[random->Below(16)];
  return path;
}

bool HasDotSegment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

TEST(NormalizePath, IsIdempotentAndLeavesNoDotSegment) {
  for (uint64_t seed = 1; seed <= 100'000; ++seed) {
    base::Random random(seed);
    const std::string path = RandomPath(&random);
    for (const Normalization mode : {kRfc, kMerge}) {
      const std::string once = Normal(path, mode);
      ASSERT_EQ(Normal(once, mode), once) << "seed " << seed << ": " << path;
      ASSERT_EQ(once[0], '/') << "seed " << seed << ": " << path;
      ASSERT_FALSE(HasDotSegment(once)) << "seed " << seed << ": " << path << " -> " << once;
      ASSERT_EQ(once.find("%2e"), std::string::npos) << "seed " << seed << ": " << path;
      ASSERT_EQ(once.find("%2E"), std::string::npos) << "seed " << seed << ": " << path;
    }
  }
}

TEST(PathPrefix, MatchesWholeElementsOnly) {
  EXPECT_TRUE(HasPathPrefix("/foo", "/foo"));
  EXPECT_TRUE(HasPathPrefix("/foo/", "/foo"));
  EXPECT_TRUE(HasPathPrefix("/foo/bar", "/foo"));
  EXPECT_FALSE(HasPathPrefix("/foobar", "/foo"));
  EXPECT_FALSE(HasPathPrefix("/fo", "/foo"));
  EXPECT_FALSE(HasPathPrefix("/items:publish", "/items"));
  EXPECT_TRUE(HasPathPrefix("/", ""));
  EXPECT_TRUE(HasPathPrefix("*", ""));
  EXPECT_FALSE(HasPathPrefix("", "/foo"));
}

TEST(PathPrefix, IsComparedWithoutOneTrailingSlash) {
  EXPECT_EQ(TrimPrefixValue("/"), "");
  EXPECT_EQ(TrimPrefixValue("/foo/"), "/foo");
  EXPECT_EQ(TrimPrefixValue("/foo"), "/foo");
  EXPECT_EQ(TrimPrefixValue(""), "");
}

}  // namespace
}  // namespace kgw::http
