#include "inspect/explain.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "../router/served.h"
#include "kgw/json.h"

namespace kgw::inspect {
namespace {

using namespace std::string_view_literals;
using router::ForwardTo;
using router::PrefixMatch;

Explanation ExplainOn(model::Model model, const Request& request) {
  const auto store = std::make_shared<snapshot::SnapshotStore>();
  const auto upstreams = static_cast<uint32_t>(model.upstreams.size());
  store->Publish(std::make_unique<const snapshot::Snapshot>(std::move(model), Options{}, 1,
                                                            std::make_shared<balance::HostTable>()),
                 0, upstreams);
  return Explain(store, {}, 1, request);
}

bool Says(const std::vector<std::string>& steps, std::string_view text) {
  return std::any_of(steps.begin(), steps.end(),
                     [&](const std::string& step) { return step.find(text) != std::string::npos; });
}

// Three rules: POST /api, then /api, then everything.
model::Model ThreeRules() {
  model::Model model = router::OneRule(PrefixMatch("/api", "POST"), ForwardTo(router::kTwo));
  model::Rule rule;
  rule.name = "api";
  rule.matches = {PrefixMatch("/api")};
  rule.action = ForwardTo(router::kNamed);
  model.routes[0].rules.push_back(rule);
  rule.name = "rest";
  rule.matches = {PrefixMatch("")};
  model.routes[0].rules.push_back(rule);
  return model;
}

TEST(Explain, MarksTheWinnerAndSaysWhyTheOthersAreNot) {
  const Explanation e = ExplainOn(ThreeRules(), {.path = "/api/x"});
  ASSERT_EQ(e.candidates.size(), 3u);
  EXPECT_EQ(e.candidates[0].route, "HTTPRoute default/r");
  EXPECT_EQ(e.candidates[0].hostname, "*");
  EXPECT_EQ(e.candidates[0].predicates, "PathPrefix /api, method POST");
  EXPECT_FALSE(e.candidates[0].matched);
  EXPECT_EQ(e.candidates[0].failed, "method is GET, needs POST");
  EXPECT_TRUE(e.candidates[1].matched);
  EXPECT_EQ(e.candidates[1].failed, "");
  EXPECT_EQ(e.candidates[1].rule_name, "api");
  EXPECT_EQ(e.candidates[1].rule, 1u);
  EXPECT_FALSE(e.candidates[2].matched);
  EXPECT_EQ(e.candidates[2].failed, "it would match, but comes after the winner");
  EXPECT_EQ(e.candidates[2].predicates, "PathPrefix /");
}

TEST(Explain, TellsTheStepsOfAForward) {
  model::Filters filters;
  filters.path = model::PathRewrite{model::PathRewrite::Type::kPrefix, "/v2"};
  filters.host = {.type = model::HostRewrite::Type::kEndpoint};
  filters.request.remove = {"x-gone"};
  filters.request.set = {{"x-a", "1"}};
  filters.response.add = {{"x-b", "2"}};
  filters.mirrors = {{router::To(router::kTwo).target, 1, 1}};
  const Explanation e =
      ExplainOn(router::OneRule(PrefixMatch("/api"), ForwardTo(router::kNamed, filters)),
                {.authority = "a.example", .path = "/api/x"});
  ASSERT_FALSE(e.listener_steps.empty());
  EXPECT_TRUE(Says(e.listener_steps, "default/web"));
  for (const char* text :
       {"backend 0 is drawn: Service default/shop:80, weight 1 of 1",
        "RoundRobin picks endpoint shop.internal:8080, one of 1 of cluster named_default",
        "the path becomes /v2/x", "the authority becomes shop.internal",
        "request: header x-gone is removed", "request: header x-a is set to \"1\"",
        "response: header x-b gets one more value, \"2\"",
        "a copy goes to Service default/shop:80"}) {
    EXPECT_TRUE(Says(e.decision_steps, text)) << text;
  }
  EXPECT_NE(e.decision_json.find("\"verdict\":\"forward\""), std::string::npos);
}

TEST(Explain, TellsWhatAFunctionDictates) {
  model::Action action;
  action.backends = {router::ToFunction("resize")};
  const Explanation e = ExplainOn(router::OneRule(PrefixMatch("/api"), std::move(action)),
                                  {.authority = "a.example", .path = "/api/x"});
  for (const char* text :
       {"backend 0 is drawn: Service default/shop:80 function resize, weight 1 of 1",
        "the method becomes POST", "the path becomes /call/resize",
        "the authority becomes functions.example", "request: header x-how is set to \"now\""}) {
    EXPECT_TRUE(Says(e.decision_steps, text)) << text;
  }
  EXPECT_NE(e.decision_json.find("\"function\":\"resize\""), std::string::npos);
  EXPECT_NE(e.decision_json.find("\"method\":\"POST\""), std::string::npos);
}

TEST(Explain, TellsWhatIsRetried) {
  const auto says = [](model::Retry retry, std::string_view text) {
    model::Action action = ForwardTo(router::kNamed);
    action.retry = std::move(retry);
    return Says(ExplainOn(router::OneRule(PrefixMatch(""), action), {}).decision_steps, text);
  };
  EXPECT_TRUE(says({2, {500, 503}, 100},
                   "at most 2 retries after 500, 503, a connection error or a backend timeout, "
                   "each after 100 ms"));
  EXPECT_TRUE(says({1, {409, 500, 501, 502, 504, 505}, {}},
                   "after 409, 500-502, 504, 505, a connection error"));
  EXPECT_TRUE(says({1, {}, {}}, "at most 1 retry after a connection error or a backend timeout"));
  EXPECT_FALSE(Says(
      ExplainOn(router::OneRule(PrefixMatch(""), ForwardTo(router::kNamed)), {}).decision_steps,
      "retr"));
}

TEST(Explain, TellsWhereTheOptionsOfPoliciesComeFrom) {
  model::Action action = ForwardTo(router::kNamed);
  action.options = std::make_shared<const std::vector<model::OptionSource>>(
      1, model::OptionSource{"timeout", "\"5s\"", "RouteOption default/x", "a.yaml", 12});
  const Explanation e = ExplainOn(router::OneRule(PrefixMatch(""), action), {});
  EXPECT_TRUE(Says(e.decision_steps, "option timeout is \"5s\": RouteOption default/x, a.yaml:12"));
}

TEST(Explain, TellsWhoDelegated) {
  model::Model model = ThreeRules();
  model.routes[0].via = {"HTTPRoute default/top rule 2"};
  model.routes[0].rules[1].inherited = {"retries from HTTPRoute default/top rule 2"};
  const Explanation e = ExplainOn(std::move(model), {.path = "/api/x"});
  EXPECT_EQ(e.candidates[1].via, std::vector<std::string>{"HTTPRoute default/top rule 2"});
  EXPECT_TRUE(Says(e.decision_steps, "delegated to by HTTPRoute default/top rule 2"));
  EXPECT_TRUE(Says(e.decision_steps, "inherited: retries from HTTPRoute default/top rule 2"));
  EXPECT_NE(ExplanationJson(e).find(R"("via":["HTTPRoute default/top rule 2"])"),
            std::string::npos);
}

TEST(Explain, FindsABackendBehindOneThatDelegates) {
  model::Model model = ThreeRules();
  model.routes[0].rules[1].action.backends[0].index = 1;
  const Explanation e = ExplainOn(std::move(model), {.path = "/api/x"});
  EXPECT_TRUE(Says(e.decision_steps, "backend 1 is drawn"));
}

TEST(Explain, TellsTheOtherVerdictsToo) {
  EXPECT_TRUE(Says(ExplainOn(router::OneRule(PrefixMatch("/a"), {}), {}).decision_steps, "404"));
  EXPECT_TRUE(Says(ExplainOn(router::OneRule(PrefixMatch(""), {}), {}).decision_steps,
                   "the answer is 500: NoBackends"));
  EXPECT_TRUE(Says(ExplainOn(router::OneRule(PrefixMatch(""), {}), {.port = 81}).decision_steps,
                   "the connection is closed: NoListener"));
  model::Action redirect;
  redirect.filters.redirect.emplace();
  redirect.filters.redirect->status = 301;
  const Explanation e = ExplainOn(router::OneRule(PrefixMatch(""), redirect), {});
  EXPECT_TRUE(Says(e.decision_steps, "the rule redirects with status 301"));
  EXPECT_TRUE(Says(e.decision_steps, "location"));
}

TEST(Explain, APreflightIsMatchedByTheMethodItAsksFor) {
  model::Filters filters;
  filters.cors.emplace();
  filters.cors->allow_origins = {"*"};
  const std::vector<Header> headers = {{"origin", "https://a.example"},
                                       {"access-control-request-method", "PUT"}};
  const Explanation e =
      ExplainOn(router::OneRule(PrefixMatch("", "PUT"), ForwardTo(router::kTwo, filters)),
                {.method = "OPTIONS", .headers = headers});
  ASSERT_EQ(e.candidates.size(), 1u);
  EXPECT_TRUE(e.candidates[0].matched);
  EXPECT_TRUE(Says(e.decision_steps, "a CORS preflight"));
}

TEST(Explain, WhatNoRuleSeesHasNoCandidates) {
  const Explanation bad = ExplainOn(ThreeRules(), {.path = "/api\0"sv});
  EXPECT_TRUE(bad.candidates.empty());
  EXPECT_TRUE(Says(bad.listener_steps, "no rule sees it"));
  EXPECT_TRUE(Says(bad.decision_steps, "the answer is 400: BadRequest"));
  const Explanation tcp = ExplainOn(ThreeRules(), {.protocol = Protocol::kTcp});
  EXPECT_TRUE(tcp.candidates.empty());
  EXPECT_TRUE(Says(tcp.listener_steps, "protocol"));
  EXPECT_TRUE(Says(tcp.decision_steps, "NoListener"));
}

TEST(Explain, WithoutAConfigurationThereIsOnlyTheDecision) {
  const Explanation e = Explain(std::make_shared<snapshot::SnapshotStore>(), {}, 1, {});
  EXPECT_TRUE(e.candidates.empty());
  EXPECT_EQ(e.decision_json, R"({"verdict":"reject","reason":"NoListener"})");
}

}  // namespace
}  // namespace kgw::inspect
