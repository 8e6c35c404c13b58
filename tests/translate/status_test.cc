#include "translate/status.h"

#include <gtest/gtest.h>

#include <string>

#include "translate/world.h"

namespace kgw::translate {
namespace {

TEST(Conditions, ChangeTheirTimeOnlyWhenTheStatusFlips) {
  Conditions conditions;
  SetCondition({"Accepted", true, "Accepted", ""}, 1, 1000, &conditions);
  ASSERT_EQ(conditions.size(), 1);
  EXPECT_EQ(conditions[0].lasttransitiontime(), "1970-01-01T00:16:40Z");
  SetCondition({"Accepted", true, "Other", "why"}, 2, 2000, &conditions);
  ASSERT_EQ(conditions.size(), 1);
  EXPECT_EQ(conditions[0].lasttransitiontime(), "1970-01-01T00:16:40Z");
  EXPECT_EQ(conditions[0].reason(), "Other");
  EXPECT_EQ(conditions[0].message(), "why");
  EXPECT_EQ(conditions[0].observedgeneration(), 2);
  SetCondition({"Accepted", false, "Other", ""}, 2, 2000, &conditions);
  EXPECT_EQ(conditions[0].lasttransitiontime(), "1970-01-01T00:33:20Z");
  RemoveCondition("Nothing", &conditions);
  EXPECT_EQ(conditions.size(), 1);
  RemoveCondition("Accepted", &conditions);
  EXPECT_EQ(conditions.size(), 0);
}

std::string RouteWithStatus(std::string_view parents) {
  return Cat(GatewayText(kHttp),
             "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"
             "metadata: {name: r, generation: 5}\nspec: {parentRefs: [{name: edge}]}\n"
             "status:\n  parents:\n",
             parents);
}

constexpr char kTheirs[] =
    "  - parentRef: {name: elsewhere}\n    controllerName: them.test/gateway\n"
    "    conditions: [{type: Accepted, status: \"False\", reason: Theirs}]\n";

std::string Ours(std::string_view accepted, std::string_view name = "edge") {
  return Cat("  - parentRef: {name: ", name,
             ", namespace: default}\n"
             "    controllerName: kgw.dev/gateway-controller\n    conditions:\n"
             "    - {type: Accepted, status: \"",
             accepted,
             "\", reason: Old, observedGeneration: 1, lastTransitionTime: 2020-01-01T00:00:00Z}\n"
             "    - {type: PartiallyInvalid, status: \"True\", reason: Old}\n");
}

TEST(RouteStatus, KeepsTheEntriesOfOtherControllers) {
  World world(RouteWithStatus(kTheirs));
  const HTTPRouteStatus status = *world.StatusOf<HTTPRouteStatus, HTTPRoute>("r");
  ASSERT_EQ(status.parents_size(), 2);
  EXPECT_EQ(status.parents(0).controllername(), "them.test/gateway");
  EXPECT_EQ(Words(status.parents(0).conditions()), "Accepted=False/Theirs");
  EXPECT_EQ(status.parents(1).controllername(), "kgw.dev/gateway-controller");
}

TEST(RouteStatus, ReplacesOurOwnEntries) {
  World world(RouteWithStatus(Ours("True") + Ours("True", "left")));
  const HTTPRouteStatus status = *world.StatusOf<HTTPRouteStatus, HTTPRoute>("r");
  ASSERT_EQ(status.parents_size(), 1) << "the parent `left` is not referred to any more";
  EXPECT_EQ(Words(status.parents(0).conditions()),
            "Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs");
}

TEST(RouteStatus, KeepsTheTimeOfAConditionThatDidNotFlip) {
  World same(RouteWithStatus(Ours("True")));
  const auto status = same.StatusOf<HTTPRouteStatus, HTTPRoute>("r");
  EXPECT_EQ(status->parents(0).conditions(0).lasttransitiontime(), "2020-01-01T00:00:00Z");
  EXPECT_EQ(status->parents(0).conditions(0).observedgeneration(), 5);
  World flipped(RouteWithStatus(Ours("False")));
  EXPECT_EQ((flipped.StatusOf<HTTPRouteStatus, HTTPRoute>("r")
                 ->parents(0)
                 .conditions(0)
                 .lasttransitiontime()),
            "1970-01-01T00:16:40Z");
}

TEST(RouteStatus, WritesTheParentRefInFull) {
  World world(GatewayText(kHttp) + RouteText("r", "parentRefs: [{name: edge, sectionName: http}]"));
  const auto status = world.StatusOf<HTTPRouteStatus, HTTPRoute>("r");
  const auto& ref = status->parents(0).parentref();
  EXPECT_EQ(ref.group(), "gateway.networking.k8s.io");
  EXPECT_EQ(ref.kind(), "Gateway");
  EXPECT_EQ(ref.namespace_(), "default");
  EXPECT_EQ(ref.sectionname(), "http");
  EXPECT_FALSE(ref.has_port());
}

TEST(RouteStatus, NamesTheConfiguredController) {
  Options options;
  options.controller_name = "us.test/gateway";
  World world(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\n"
      "metadata: {name: kgw}\nspec: {controllerName: us.test/gateway}\n" +
          GatewayText(kHttp) + RouteText("r", kOnEdge),
      options);
  EXPECT_EQ((world.StatusOf<HTTPRouteStatus, HTTPRoute>("r")->parents(0).controllername()),
            "us.test/gateway");
}

}  // namespace
}  // namespace kgw::translate
