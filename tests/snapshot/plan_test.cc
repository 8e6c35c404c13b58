#include "snapshot/plan.h"

#include <gtest/gtest.h>

#include "snapshot/snapshot.h"

namespace kgw::snapshot {
namespace {

TEST(Plan, OfNoFiltersDoesNothing) {
  const model::Filters rule, backend;
  const Plan plan = ComposePlan(rule, &backend);
  EXPECT_EQ(plan.request, nullptr);
  EXPECT_EQ(plan.response, nullptr);
  EXPECT_EQ(plan.redirect, nullptr);
  EXPECT_EQ(plan.path, nullptr);
  EXPECT_EQ(plan.host, nullptr);
  EXPECT_EQ(plan.cors, nullptr);
  EXPECT_TRUE(plan.mirrors.empty());
}

TEST(Plan, WhatTheBackendSaysWins) {
  model::Filters rule, backend;
  rule.path = model::PathRewrite{model::PathRewrite::Type::kFull, "/rule"};
  rule.host = {.value = "rule.example"};
  rule.cors.emplace();
  rule.redirect.emplace();
  backend.path = model::PathRewrite{model::PathRewrite::Type::kFull, "/backend"};
  backend.host = {.value = "backend.example"};
  backend.cors.emplace();
  backend.redirect.emplace();
  const Plan own = ComposePlan(rule, nullptr);
  EXPECT_EQ(own.path, &*rule.path);
  EXPECT_EQ(own.host, &*rule.host);
  EXPECT_EQ(&own.cors->rules(), &*rule.cors);
  EXPECT_EQ(own.redirect, &*rule.redirect);
  const Plan both = ComposePlan(rule, &backend);
  EXPECT_EQ(both.path, &*backend.path);
  EXPECT_EQ(both.host, &*backend.host);
  EXPECT_EQ(&both.cors->rules(), &*backend.cors);
  EXPECT_EQ(both.redirect, &*backend.redirect);
  const model::Filters silent;
  EXPECT_EQ(ComposePlan(rule, &silent).path, &*rule.path);
}

TEST(Plan, PatternsAreCompiledOnce) {
  model::Filters rule, backend;
  rule.path = {model::PathRewrite::Type::kRegex, "/b", "/a"};
  rule.host = {model::HostRewrite::Type::kPathRegex, "b", "a+"};
  rule.keeps_old_host = true;
  const Plan plan = ComposePlan(rule, &backend);
  ASSERT_NE(plan.path_pattern, nullptr);
  EXPECT_TRUE(plan.path_pattern->FullMatch("/a"));
  ASSERT_NE(plan.host_pattern, nullptr);
  EXPECT_TRUE(plan.host_pattern->FullMatch("aa"));
  EXPECT_TRUE(plan.keeps_old_host);
  backend.path = {model::PathRewrite::Type::kFull, "/c", {}};
  EXPECT_EQ(ComposePlan(rule, &backend).path_pattern, nullptr) << "the backend's wins";
}

TEST(Plan, MirrorsOfBothAreKept) {
  model::Filters rule, backend;
  rule.mirrors.resize(2);
  backend.mirrors.resize(1);
  const Plan plan = ComposePlan(rule, &backend);
  ASSERT_EQ(plan.mirrors.size(), 3u);
  EXPECT_EQ(plan.mirrors[0], &rule.mirrors[0]);
  EXPECT_EQ(plan.mirrors[2], &backend.mirrors[0]);
}

TEST(Plan, EditsOfBothBecomeOneList) {
  model::Filters rule, backend;
  rule.request.set = {{"x-a", "rule"}};
  rule.request.add = {{"x-b", "rule"}};
  backend.request.remove = {"x-a"};
  backend.request.add = {{"x-b", "backend"}};
  const Plan plan = ComposePlan(rule, &backend);
  const HeaderEdits edits = plan.request->view();
  ASSERT_EQ(edits.remove.size(), 1u);
  EXPECT_EQ(edits.remove[0], "x-a");
  EXPECT_TRUE(edits.set.empty());
  ASSERT_EQ(edits.add.size(), 2u);
  EXPECT_EQ(edits.add[1].value, "backend");
  EXPECT_EQ(plan.response, nullptr);
}

TEST(Snapshot, FindsThePlanOfEveryRuleOfEveryRoute) {
  model::Model model;
  model.routes.resize(3);
  model.routes[0].rules.resize(2);
  model.routes[2].rules.resize(1);
  auto& backends = model.routes[2].rules[0].action.backends;
  backends.resize(2);
  backends[0].target.reason = backends[1].target.reason = "BackendNotFound";
  backends[1].target.name = "second";
  model.routes[0].rules[1].action.filters.host = {.value = "x"};
  const Snapshot snapshot(std::move(model), {}, 7, std::make_shared<balance::HostTable>());
  EXPECT_EQ(snapshot.generation(), 7u);
  const auto by_itself = [&](uint32_t rule) -> const Destination& {
    return snapshot.DestinationOf(snapshot.PlanOf(rule), balance::Split::kNone);
  };
  EXPECT_EQ(by_itself(0).plan.host, nullptr);
  EXPECT_EQ(by_itself(0).decision.reason, "NoBackends");
  EXPECT_EQ(by_itself(1).plan.host->value, "x");
  EXPECT_EQ(by_itself(1).decision.route.rule, 1u);
  const RulePlan& plan = snapshot.PlanOf(2);
  EXPECT_EQ(plan.split.total(), 2u);
  EXPECT_EQ(snapshot.DestinationOf(plan, 1).decision.backend.name, "second");
  EXPECT_EQ(snapshot.DestinationOf(plan, 1).decision.reason, "BackendNotFound");
}

TEST(Destination, ARedirectOfTheRuleDrawsNoBackend) {
  model::Model model;
  model.routes.resize(1);
  model.routes[0].rules.resize(1);
  model::Action& action = model.routes[0].rules[0].action;
  action.backends.resize(2);
  action.filters.redirect.emplace().status = 301;
  std::vector<Destination> destinations;
  const RulePlan plan =
      CompileRule(model, model.routes[0], model.routes[0].rules[0], &destinations);
  EXPECT_EQ(plan.split.total(), 0u);
  ASSERT_EQ(destinations.size(), 1u);
  EXPECT_EQ(destinations[0].decision.verdict, Verdict::kRedirect);
  EXPECT_EQ(destinations[0].decision.response.status, 301u);
  EXPECT_TRUE(destinations[0].decision.backend.kind.empty());
}

TEST(Destination, OfAnUpstreamKnowsAllButTheEndpoint) {
  model::Model model;
  model.upstreams.resize(1);
  model.upstreams[0].cluster = "shop_default";
  model.upstreams[0].protocol = model::Protocol::kHttp2;
  model.routes.resize(1);
  model.routes[0].rules.resize(1);
  model::Action& action = model.routes[0].rules[0].action;
  action.backends.resize(1);
  action.backends[0].target.upstream = 0;
  action.timeouts.request = 250;
  std::vector<Destination> destinations;
  CompileRule(model, model.routes[0], model.routes[0].rules[0], &destinations);
  ASSERT_EQ(destinations.size(), 1u);
  const Decision& known = destinations[0].decision;
  EXPECT_EQ(known.verdict, Verdict::kForward);
  EXPECT_EQ(known.cluster, "shop_default");
  EXPECT_EQ(known.transport.protocol, TransportProtocol::kHttp2);
  EXPECT_EQ(known.timeouts.request, 250);
  EXPECT_EQ(known.endpoint.port, 0u);
}

TEST(Snapshot, AnUnknownPolicyIsNone) {
  model::Model model;
  model.upstreams.resize(2);
  model.upstreams[1].policy = "NobodyKnowsIt";
  const Snapshot snapshot(std::move(model), {}, 1, std::make_shared<balance::HostTable>());
  EXPECT_NE(snapshot.ClusterOf(0).policy, nullptr);
  EXPECT_EQ(snapshot.ClusterOf(1).policy, nullptr);
}

}  // namespace
}  // namespace kgw::snapshot
