#include "inspect/rows.h"

#include <gtest/gtest.h>

#include "../router/served.h"

namespace kgw::inspect {
namespace {

using router::ForwardTo;
using router::OneRule;
using router::PrefixMatch;
using router::To;

std::string ActionOf(model::Action action) {
  return ListRoutes(OneRule(PrefixMatch(""), std::move(action)), {}).at(0).action;
}

TEST(RouteRows, ComeInMatchingOrderWithAllTheirPredicates) {
  model::Match match = PrefixMatch("/a", "GET");
  match.headers = {{"x-a", "1", false}, {"x-b", "[0-9]", true}};
  match.query = {{"q", "2", false}};
  model::Model model = OneRule(PrefixMatch(""), ForwardTo(router::kTwo));
  model.routes[0].rules[0].matches.push_back(match);
  model.routes[0].rules[0].matches.back().index = 1;
  model.routes[0].rules[0].matches.push_back({.index = 2, .path = {model::PathType::kExact, "/"}});
  model.gateways[0].listeners[0].routes[0].hostnames = {{"", ""}, {"a.example", "a.example"}};
  const std::vector<RouteRow> rows = ListRoutes(model, {});
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[0].hostname, "a.example");
  EXPECT_EQ(rows[0].path_type, "Exact");
  EXPECT_EQ(rows[1].path, "/a");
  EXPECT_EQ(rows[1].method, "GET");
  EXPECT_EQ(rows[1].headers, (std::vector<std::string>{"x-a=1", "x-b~=[0-9]"}));
  EXPECT_EQ(rows[1].query, std::vector<std::string>{"q=2"});
  EXPECT_EQ(rows[1].match, 1u);
  EXPECT_EQ(rows[2].path, "/");
  EXPECT_EQ(rows[2].path_type, "PathPrefix");
  EXPECT_EQ(rows[2].method, "*");
  EXPECT_EQ(rows[3].hostname, "*");
  EXPECT_EQ(rows[0].gateway, "default/web");
  EXPECT_EQ(rows[0].listener, "http");
  EXPECT_EQ(rows[0].port, 80);
  EXPECT_EQ(rows[0].route_name, "r");
}

TEST(RouteRows, SayWhatTheRuleDoes) {
  EXPECT_EQ(ActionOf(ForwardTo(router::kTwo)), "forward default/two");
  EXPECT_EQ(ActionOf({}), "500 NoBackends");
  model::Action action;
  action.fail_reason = "DroppedRule";
  EXPECT_EQ(ActionOf(action), "500 DroppedRule");
  action = {};
  action.backends = {To(router::kTwo, 2), To(router::kNamed, 1)};
  EXPECT_EQ(ActionOf(action), "forward default/two (66.7%), default/named (33.3%)");
  action.backends = {To(router::kTwo, 90), To(router::kNamed, 10)};
  action.backends[1].target.reason = "RefNotPermitted";
  EXPECT_EQ(ActionOf(action), "forward default/two (90%), default/shop (RefNotPermitted) (10%)");
  action.backends = {To(router::kTwo, 0), To(router::kNamed, 0)};
  EXPECT_EQ(ActionOf(action), "forward default/two (0%), default/named (0%)");
  action = {};
  action.backends = {router::ToFunction("resize")};
  EXPECT_EQ(ActionOf(action), "forward default/two function resize");
  action.filters.redirect =
      model::Redirect{.scheme = "https", .hostname = "b.example", .port = 8443, .status = 301};
  action.filters.redirect->path = model::PathRewrite{.value = "/x"};
  EXPECT_EQ(ActionOf(action), "redirect 301 https b.example :8443 /x");
}

TEST(EndpointRows, AreOneAnEndpoint) {
  const std::vector<EndpointRow> rows = ListEndpoints({.upstreams = router::Upstreams()});
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[0].cluster, "named_default");
  EXPECT_EQ(rows[0].upstream, "default/named");
  EXPECT_EQ(rows[0].endpoint, "shop.internal:8080");
  EXPECT_EQ(rows[0].tls, "off");
  EXPECT_EQ(rows[1].endpoint, "10.0.0.1:80");
  EXPECT_EQ(rows[3].tls, "pay.example");
  EXPECT_EQ(rows[3].health, "healthy");
}

TEST(EndpointText, PutsBracketsAroundIpv6) {
  EXPECT_EQ(EndpointText("2001:db8::1", "", 80), "[2001:db8::1]:80");
  EXPECT_EQ(EndpointText("[::1]", "", 80), "[::1]:80");
  EXPECT_EQ(EndpointText("10.0.0.1", "named.example", 80), "10.0.0.1:80");
  EXPECT_EQ(EndpointText("", "named.example", 443), "named.example:443");
  EXPECT_EQ(EndpointText("", "", 1), ":1");
}

TEST(EndpointText, OfASocketIsItsPath) {
  EXPECT_EQ(EndpointText("unix:/run/a.sock", "", model::kUnixPort), "unix:/run/a.sock");
}

}  // namespace
}  // namespace kgw::inspect
