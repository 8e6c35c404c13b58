#include "match/matcher.h"

#include <gtest/gtest.h>

#include "table.h"

namespace kgw::match {
namespace {

Table Http() {
  Table table;
  table.Listen("http");
  return table;
}

std::string AskPath(const Table& table, std::string path) {
  return table.Ask({.path = std::move(path)});
}

std::string AskHost(const Table& table, std::string authority, std::string path = "/") {
  return table.Ask({.authority = std::move(authority), .path = std::move(path)});
}

TEST(ExactPath, IsByteEqualWithItsTrailingSlash) {
  Table table = Http();
  table.Route("r", {}, {Exact("/a"), Exact("/b/")});
  EXPECT_EQ(AskPath(table, "/a"), "r.0.0");
  EXPECT_EQ(AskPath(table, "/a?x=1"), "r.0.0");
  EXPECT_EQ(AskPath(table, "/a/"), "404");
  EXPECT_EQ(AskPath(table, "/A"), "404");
  EXPECT_EQ(AskPath(table, "/b/"), "r.1.0");
  EXPECT_EQ(AskPath(table, "/b"), "404");
}

TEST(PathPrefix, MatchesWholeElementsOnly) {
  Table table = Http();
  table.Route("r", {}, {Prefix("/v2"), Prefix("/foo/")});
  EXPECT_EQ(AskPath(table, "/v2"), "r.0.0");
  EXPECT_EQ(AskPath(table, "/v2/x"), "r.0.0");
  EXPECT_EQ(AskPath(table, "/v2example"), "404");
  EXPECT_EQ(AskPath(table, "/v2:publish"), "404");
  EXPECT_EQ(AskPath(table, "/foo"), "r.1.0");
  EXPECT_EQ(AskPath(table, "/foo/"), "r.1.0");
}

TEST(PathPrefix, LongerWins) {
  Table table = Http();
  table.Route("r", {}, {Prefix("/"), Prefix("/a"), Prefix("/a/b/c"), Prefix("/a/b")});
  EXPECT_EQ(AskPath(table, "/a/b/c/d"), "r.2.0");
  EXPECT_EQ(AskPath(table, "/a/b/cd"), "r.3.0");
  EXPECT_EQ(AskPath(table, "/a/x/y/z"), "r.1.0");
  EXPECT_EQ(AskPath(table, "/x"), "r.0.0");
}

TEST(PathPrefix, OfTheRootMatchesWhatIsNoPathToo) {
  Table table = Http();
  table.Route("r", {}, {Prefix("/"), Prefix("/a")});
  EXPECT_EQ(table.Ask({.path = "*", .method = "OPTIONS"}), "r.0.0");
}

TEST(PathPrefix, MayBeDeeperThanTheHashTableLooks) {
  std::string deep, deeper;
  for (int i = 0; i < 70; ++i) deep += "/a";
  for (int i = 0; i < 90; ++i) deeper += "/a";
  Table table = Http();
  table.Route("r", {}, {Prefix("/a/a"), Prefix(deep), Prefix(deeper), Exact(deeper + "/b")});
  EXPECT_EQ(AskPath(table, deep + "/x"), "r.1.0");
  EXPECT_EQ(AskPath(table, deeper + "/x"), "r.2.0");
  EXPECT_EQ(AskPath(table, deeper + "/b"), "r.3.0");
  EXPECT_EQ(AskPath(table, deep.substr(2) + "/x"), "r.0.0");
}

TEST(RegularExpression, MatchesTheWholePathWithoutQuery) {
  Table table = Http();
  table.Route("r", {}, {RegularExpression("/users/[0-9]+")});
  EXPECT_EQ(AskPath(table, "/users/42?x=/"), "r.0.0");
  EXPECT_EQ(AskPath(table, "/users/42/"), "404");
  EXPECT_EQ(AskPath(table, "/x/users/42"), "404");
}

TEST(RegularExpression, LongestPatternWinsWhateverItsLiteralPrefix) {
  Table table = Http();
  table.Route("r", {},
              {RegularExpression("/a/b/.*"), RegularExpression("/a/[a-z]+/[a-z]+"),
               RegularExpression(".*")});
  EXPECT_EQ(AskPath(table, "/a/b/c"), "r.1.0");
  EXPECT_EQ(AskPath(table, "/a/b/1"), "r.0.0");
  EXPECT_EQ(AskPath(table, "/b"), "r.2.0");
}

TEST(RegularExpression, MayBeginDeeperThanTheHashTableLooks) {
  std::string deep;
  for (int i = 0; i < 80; ++i) deep += "/a";
  Table table = Http();
  table.Route("r", {}, {RegularExpression(deep + "/[0-9]"), RegularExpression("/[0-9]")});
  EXPECT_EQ(AskPath(table, deep + "/1"), "r.0.0");
  EXPECT_EQ(AskPath(table, "/1"), "r.1.0");
}

TEST(RegularExpression, ThatDoesNotCompileMatchesNothing) {
  Table table = Http();
  table.Route("r", {},
              {RegularExpression("/["), WithHeader(Prefix("/"), "x-a", "(", true),
               WithQuery(Prefix("/"), "q", "*", true)});
  EXPECT_EQ(table.Ask({.path = "/[?q=*", .headers = {{"x-a", "("}}}), "404");
}

TEST(PathType, ExactBeforeRegularExpressionBeforePrefix) {
  Table table = Http();
  table.Route("r", {}, {Prefix("/a/b"), RegularExpression("/a.*"), Exact("/a/b")});
  EXPECT_EQ(AskPath(table, "/a/b"), "r.2.0");
  EXPECT_EQ(AskPath(table, "/a/b/c"), "r.1.0");
}

TEST(PathType, PrefixBeforeRegularExpressionByOption) {
  Table table = Http();
  table.options.path_type_prefix_first = true;
  table.Route("r", {}, {RegularExpression("/a.*"), Prefix("/a/b"), Exact("/a/b")});
  EXPECT_EQ(AskPath(table, "/a/b"), "r.2.0");
  EXPECT_EQ(AskPath(table, "/a/b/c"), "r.1.0");
  EXPECT_EQ(AskPath(table, "/ab"), "r.0.0");
}

TEST(Precedence, AKeyWhoseOtherPredicatesFailIsNoAnswer) {
  Table table = Http();
  table.Route("r", {},
              {Method(Exact("/a/b"), "PUT"), WithHeader(RegularExpression("/.*"), "x", "1"),
               WithQuery(Prefix("/a/b"), "q", "1"), Prefix("/a")});
  EXPECT_EQ(AskPath(table, "/a/b"), "r.3.0");
  EXPECT_EQ(AskPath(table, "/a/b?q=1"), "r.2.0");
  EXPECT_EQ(table.Ask({.path = "/a/b?q=1", .headers = {{"X", "1"}}}), "r.1.0");
  EXPECT_EQ(table.Ask({.path = "/a/b?q=1", .method = "PUT", .headers = {{"X", "1"}}}), "r.0.0");
}

TEST(Precedence, AMethodOutranksHeadersAndHeadersOutrankQueryParameters) {
  Table table = Http();
  const model::Match headers = WithHeader(WithHeader(Prefix("/"), "x-a", "1"), "x-b", "1");
  const model::Match query =
      WithQuery(WithQuery(WithHeader(Prefix("/"), "x-a", "1"), "q", "1"), "r", "1");
  table.Route("r", {}, {query, headers, Method(Prefix("/"), "GET")});
  const std::vector<kgw::Header> sent = {{"x-a", "1"}, {"x-b", "1"}};
  EXPECT_EQ(table.Ask({.path = "/?q=1&r=1", .headers = sent}), "r.2.0");
  EXPECT_EQ(table.Ask({.path = "/?q=1&r=1", .method = "PUT", .headers = sent}), "r.1.0");
}

TEST(Precedence, OlderRouteThenNameThenKindThenRule) {
  Table table = Http();
  table.Route("b", {}, {Prefix("/old")}, 5).Route("a", {}, {Prefix("/old")});
  table.Route("d", {}, {Prefix("/name")}).Route("c", {}, {Prefix("/name")});
  table.Route("e", {}, {Prefix("/kind")}).Route("e", {}, {Prefix("/no"), Prefix("/kind")});
  table.Kind("GRPCRoute");
  table.Route("f", {}, {Prefix("/rule"), Prefix("/rule")});
  EXPECT_EQ(AskPath(table, "/old"), "b.0.0");
  EXPECT_EQ(AskPath(table, "/name"), "c.0.0");
  EXPECT_EQ(AskPath(table, "/kind"), "e.1.0");
  EXPECT_EQ(AskPath(table, "/rule"), "f.0.0");
}

TEST(Precedence, NamespaceAndNameAreComparedAsOneText) {
  Table table = Http();
  table.Route("z", {}, {Prefix("/")}).Route("a", {}, {Prefix("/")});
  table.model.routes[0].namespace_ = "ns-1";  // "ns-1/z" < "ns/a": '-' comes before '/'
  table.model.routes[1].namespace_ = "ns";
  EXPECT_EQ(AskPath(table, "/"), "z.0.0");
}

TEST(Precedence, MatchesOfARuleCountOneByOne) {
  Table table = Http();
  table.OneRule("r", {WithHeader(Prefix("/"), "x-a", "1"), WithHeader(Prefix("/"), "x-b", "1")});
  table.Route("s", {}, {WithHeader(WithQuery(Prefix("/"), "q", "1"), "x-b", "1")});
  EXPECT_EQ(table.Ask({.path = "/?q=1", .headers = {{"x-a", "1"}, {"x-b", "1"}}}), "s.0.0");
  EXPECT_EQ(table.Ask({.path = "/", .headers = {{"x-a", "1"}, {"x-b", "1"}}}), "r.0.0");
  EXPECT_EQ(table.Ask({.path = "/", .headers = {{"x-b", "1"}}}), "r.0.1");
}

TEST(Headers, RepeatedLinesAreJoinedAndNamesIgnoreCase) {
  Table table = Http();
  table.Route(
      "r", {},
      {WithHeader(Prefix("/"), "x-a", "1,2"), WithHeader(Prefix("/"), "x-a", "[a-z]+", true),
       WithHeader(Prefix("/"), "host", "A.example.com:81")});
  EXPECT_EQ(table.Ask({.headers = {{"X-A", "1"}, {"y", ""}, {"x-a", "2"}}}), "r.0.0");
  EXPECT_EQ(table.Ask({.headers = {{"X-A", "abc"}}}), "r.1.0");
  EXPECT_EQ(table.Ask({.headers = {{"X-A", "abc1"}}}), "404");
  EXPECT_EQ(table.Ask({.authority = "A.example.com:81"}), "r.2.0");
}

TEST(Headers, MoreNamesThanARequestRemembersStillMatch) {
  Table table = Http();
  std::vector<model::Match> rules;
  for (int i = 0; i < 100; ++i)
    rules.push_back(WithHeader(Prefix("/"), "x-" + std::to_string(i), "1"));
  table.Route("r", {}, rules);
  EXPECT_EQ(table.Ask({.headers = {{"x-3", "1"}}}), "r.3.0");
  EXPECT_EQ(table.Ask({.headers = {{"x-63", "1"}}}), "r.63.0");
  EXPECT_EQ(table.Ask({.headers = {{"x-64", "1"}}}), "r.64.0");
  EXPECT_EQ(table.Ask({.headers = {{"x-99", "1"}}}), "r.99.0");
  EXPECT_EQ(table.Ask({.headers = {{"x-100", "1"}}}), "404");
}

TEST(Query, NamesAreCaseSensitiveAndTheFirstCounts) {
  Table table = Http();
  table.Route("r", {}, {WithQuery(Prefix("/"), "q", "a b"), WithQuery(Prefix("/"), "Q", "")});
  EXPECT_EQ(AskPath(table, "/?q=a+b&q=c"), "r.0.0");
  EXPECT_EQ(AskPath(table, "/?q=c&q=a+b"), "404");
  EXPECT_EQ(AskPath(table, "/?Q"), "r.1.0");
}

TEST(Method, IsCaseSensitiveAndHeadIsNotGet) {
  Table table = Http();
  table.Route("r", {}, {Method(Prefix("/"), "GET")});
  EXPECT_EQ(table.Ask({.method = "GET"}), "r.0.0");
  EXPECT_EQ(table.Ask({.method = "HEAD"}), "404");
  EXPECT_EQ(table.Ask({.method = "get"}), "404");
}

TEST(Hostnames, ExactBeforeLongerWildcardBeforeShorterBeforeNone) {
  Table table = Http();
  table.Route("none", {}, {Prefix("/")}, 1).Route("short", {"*.com"}, {Prefix("/")}, 2);
  table.Route("long", {"*.example.com"}, {Prefix("/")}, 3);
  table.Route("exact", {"a.example.com"}, {Prefix("/")}, 4);
  EXPECT_EQ(AskHost(table, "A.example.com.:80"), "exact.0.0");
  EXPECT_EQ(AskHost(table, "x.a.example.com"), "long.0.0");
  EXPECT_EQ(AskHost(table, "example.com"), "short.0.0");
  EXPECT_EQ(AskHost(table, "com"), "none.0.0");
  EXPECT_EQ(AskHost(table, ""), "none.0.0");
  EXPECT_EQ(AskHost(table, "[2001:db8::1]:80"), "none.0.0");
}

TEST(Hostnames, FallThroughToLessSpecificOnesOfTheSameListener) {
  Table table = Http();
  table.Route("none", {}, {Prefix("/")}).Route("wild", {"*.example.com"}, {Prefix("/w")});
  table.Route("exact", {"a.example.com"}, {Prefix("/e")});
  EXPECT_EQ(AskHost(table, "a.example.com", "/e"), "exact.0.0");
  EXPECT_EQ(AskHost(table, "a.example.com", "/w"), "wild.0.0");
  EXPECT_EQ(AskHost(table, "a.example.com", "/x"), "none.0.0");
  table.options.host_fallthrough = false;
  EXPECT_EQ(AskHost(table, "a.example.com", "/w"), "404");
  EXPECT_EQ(AskHost(table, "b.example.com", "/w"), "wild.0.0");
}

TEST(Hostnames, TheRoutesOwnHostnameRanksEvenIfTheListenerNarrowsIt) {
  Table table;
  table.Listen("a", "a.example.com");
  table.Route("wild", {"*.example.com"}, {Prefix("/"), Prefix("/w")}, 1);
  table.Route("none", {}, {Prefix("/")}, 3).Route("exact", {"a.example.com"}, {Prefix("/")}, 2);
  EXPECT_EQ(AskHost(table, "a.example.com", "/w"), "exact.0.0");
  table.options.host_fallthrough = false;  // all three answer for a.example.com
  table.model.routes[1].rules.clear();
  table.model.routes[2].rules.clear();
  EXPECT_EQ(AskHost(table, "a.example.com", "/w"), "wild.1.0");
}

TEST(Listeners, TheMostSpecificOneIsIsolated) {
  Table table;
  table.Listen("any").Listen("wild", "*.example.com").Listen("exact", "a.example.com");
  table.Route("any", {"*.org"}, {Prefix("/")});
  table.Route("wild", {"b.example.com"}, {Prefix("/")});
  EXPECT_EQ(AskHost(table, "x.org"), "any.0.0");
  EXPECT_EQ(AskHost(table, "b.example.com"), "wild.0.0");
  EXPECT_EQ(AskHost(table, "c.example.com"), "404");
  EXPECT_EQ(AskHost(table, "a.example.com"), "404");
  table.Route("all", {}, {Prefix("/")});
  EXPECT_EQ(AskHost(table, "a.example.com"), "all.0.0");
}

TEST(Listeners, OneThatIsNotReadyKeepsItsHostnameAndCloses) {
  Table table;
  table.Listen("any").Listen("a", "a.example.com").NotReady();
  table.Route("r", {}, {Prefix("/")});
  EXPECT_EQ(AskHost(table, "a.example.com"), "close");
  EXPECT_EQ(AskHost(table, "b.example.com"), "r.0.0");
}

TEST(Listeners, ThePortAndTheKindOfConnectionMustFit) {
  Table table = Http();
  table.Route("r", {}, {Prefix("/")});
  EXPECT_EQ(table.Ask({.arrival = {.port = 81}}), "close");
  EXPECT_EQ(table.Ask({.arrival = {.port = 80, .tls = true, .sni = "a.example.com"}}), "close");
}

TEST(Gateways, TheFirstThatHasAListenerForTheHostDecides) {
  Table table;
  table.Gateway("default/a").Listen("l", "a.example.com");
  table.Gateway("default/b").Listen("l", "b.example.com");
  table.Gateway("default/c").Listen("l");
  table.Route("r", {}, {Prefix("/")});
  table.model.gateways[0].listeners[0].routes.clear();
  EXPECT_EQ(AskHost(table, "a.example.com"), "404");
  EXPECT_EQ(AskHost(table, "b.example.com"), "r.0.0");
  EXPECT_EQ(AskHost(table, "c.example.com"), "r.0.0");
  EXPECT_EQ(table.Ask({.authority = "b.example.com", .arrival = {.gateway = "default/a"}}),
            "404 without listener");
  EXPECT_EQ(table.Ask({.arrival = {.gateway = "default/nobody"}}), "close");
}

std::string AskTls(const Table& table, std::string_view sni, std::string authority) {
  return table.Ask(
      {.authority = std::move(authority), .arrival = {.port = 443, .tls = true, .sni = sni}});
}

TEST(Tls, TheHostMustBelongToTheListenerOfTheServerName) {
  Table table;
  table.Listen("any", "", 443, true).Listen("wild", "*.example.com", 443, true);
  table.Listen("exact", "a.example.com", 443, true).Route("r", {}, {Prefix("/")});
  EXPECT_EQ(AskTls(table, "a.example.com", "a.example.com"), "r.0.0");
  EXPECT_EQ(AskTls(table, "b.example.com", "c.example.com"), "r.0.0");
  EXPECT_EQ(AskTls(table, "a.example.com", "b.example.com"), "421");
  EXPECT_EQ(AskTls(table, "a.example.com", "x.org"), "421");
  EXPECT_EQ(AskTls(table, "", "x.org"), "r.0.0");
  EXPECT_EQ(AskTls(table, "", "a.example.com"), "421");
}

TEST(Tls, WithoutAListenerForTheServerNameTheConnectionIsClosed) {
  Table table;
  table.Listen("wild", "*.example.com", 443, true).Route("r", {}, {Prefix("/")});
  EXPECT_EQ(AskTls(table, "x.org", "a.example.com"), "close");
  EXPECT_EQ(AskTls(table, "", "a.example.com"), "close");
  EXPECT_EQ(AskTls(table, "x.y.example.com", "a.example.com"), "r.0.0");
  EXPECT_EQ(AskTls(table, "a.example.com", "x.org"), "404 without listener");
  table.NotReady();
  EXPECT_EQ(AskTls(table, "a.example.com", "a.example.com"), "close");
}

TEST(Matcher, AnEmptyModelClosesEverything) {
  const Table table;
  EXPECT_EQ(AskHost(table, "a.example.com"), "close");
}

}  // namespace
}  // namespace kgw::match
