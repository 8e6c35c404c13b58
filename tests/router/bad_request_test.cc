#include <gtest/gtest.h>

#include "router/request_check.h"
#include "served.h"

namespace kgw::router {
namespace {

using namespace std::string_view_literals;

Served& Anything() {
  static Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo)));
  return served;
}

TEST(BadRequest, ASchemeHasNoLineEndEither) {
  Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo)));
  EXPECT_EQ(served.Route({.scheme = "http\r\nset-cookie: a=b\r\nx"}).response.status, 400u);
}

TEST(BadRequest, NulBytesAreAnsweredWith400) {
  const std::vector<Header> in_name = {{"x\0y"sv, "1"}}, in_value = {{"x", "a\0"sv}};
  for (const Request& request :
       {Request{.method = "GE\0T"sv}, Request{.authority = "a\0.example"sv},
        Request{.path = "/a\0"sv}, Request{.path = "\0"sv}, Request{.sni = "\0"sv},
        Request{.headers = in_name}, Request{.headers = in_value}}) {
    const Decision d = Anything().Route(request);
    EXPECT_EQ(d.verdict, Verdict::kError);
    EXPECT_EQ(d.response.status, 400);
    EXPECT_EQ(d.reason, "BadRequest");
    EXPECT_EQ(d.route.kind, "");
  }
}

TEST(BadRequest, ATargetOverTheLimitIs414) {
  const std::string target = "/" + std::string(64 * 1024 - 1, 'a');
  EXPECT_EQ(Anything().Route({.path = target}).verdict, Verdict::kForward);
  const Decision d = Anything().Route({.path = target + "a"});
  EXPECT_EQ(d.verdict, Verdict::kError);
  EXPECT_EQ(d.response.status, 414);
  EXPECT_EQ(d.reason, "BadRequest");
}

TEST(BadRequest, TooManyOrTooLongHeadersAre431) {
  std::vector<Header> headers(1000, Header{"x", "1"});
  EXPECT_EQ(Anything().Route({.headers = headers}).verdict, Verdict::kForward);
  headers.push_back({"x", "1"});
  EXPECT_EQ(Anything().Route({.headers = headers}).response.status, 431);
  const std::string value(256 * 1024 - 1, 'v');
  headers = {{"x", value}};
  EXPECT_EQ(Anything().Route({.headers = headers}).verdict, Verdict::kForward);
  headers.push_back({"y", ""});
  EXPECT_EQ(Anything().Route({.headers = headers}).response.status, 431);
}

TEST(BadRequest, EmptyPartsAndBadEscapesGetADecision) {
  for (const Request& request :
       {Request{}, Request{.method = "", .scheme = "", .path = ""}, Request{.path = "/%"},
        Request{.path = "/%zz%4"}, Request{.path = "/%%32e/../%c0%af"}, Request{.path = "no-slash"},
        Request{.authority = "[::1"}, Request{.authority = ":::::"}, Request{.authority = "..."},
        Request{.path = "/\xff\xfe?\x80"}, Request{.gateway = ""}}) {
    const Decision d = Anything().Route(request);
    EXPECT_EQ(d.verdict, Verdict::kForward) << request.path;
    EXPECT_FALSE(d.request.path.empty());
  }
}

TEST(BadRequest, DecidesWithoutALookAtTheRules) {
  Served nothing{model::Model{}};
  EXPECT_EQ(nothing.Route({.path = "/\0"sv}).reason, "BadRequest");
  EXPECT_EQ(nothing.Route({.path = "/"}).reason, "NoListener");
}

TEST(CheckRequest, KeepsToTheLimitsItIsGiven) {
  const std::vector<Header> headers = {{"ab", "cd"}, {"e", ""}};
  const Request request{.path = "/12345", .headers = headers};
  EXPECT_EQ(CheckRequest(request, {6, 2, 5}), 0);
  EXPECT_EQ(CheckRequest(request, {5, 2, 5}), 414);
  EXPECT_EQ(CheckRequest(request, {6, 1, 5}), 431);
  EXPECT_EQ(CheckRequest(request, {6, 2, 4}), 431);
}

}  // namespace
}  // namespace kgw::router
