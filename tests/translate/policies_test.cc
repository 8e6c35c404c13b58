#include "translate/policy/policies.h"

#include <gtest/gtest.h>

#include <string>

#include "translate/world.h"

namespace kgw::translate {
namespace {

// A RouteOption of that age with targetRefs.
std::string Attached(
    std::string_view name, std::string_view year, std::string_view options,
    std::string_view targets = "{group: gateway.networking.k8s.io, kind: HTTPRoute, name: r}",
    std::string_view namespace_ = "default") {
  return Cat("---\napiVersion: gateway.solo.io/v1\nkind: RouteOption\nmetadata:\n  name: ", name,
             "\n  namespace: ", namespace_,
             year.empty() ? "" : Cat("\n  creationTimestamp: \"", year, "-01-01T00:00:00Z\""),
             "\nspec:\n  targetRefs: [", targets, "]\n  options:\n    ", options, "\n");
}

std::string Plain(std::string_view name, std::string_view options) {
  return Attached(name, "", options, "");
}

std::string Route(std::string_view filters = "") {
  return Cat(GatewayText(kHttp),
             RouteText("r", Cat(kOnEdge, "rules: [{filters: [", filters, "]}]")));
}

constexpr char kNamed[] =
    "{type: ExtensionRef, extensionRef: {group: gateway.solo.io, kind: RouteOption, name: named}}";

// "timeout=\"5s\" RouteOption default/x test.yaml:12", in order.
Texts Sources(const World& world) {
  Texts out;
  if (world.Action().options == nullptr) return out;
  for (const model::OptionSource& source : *world.Action().options) {
    out.push_back(Cat(source.option, "=", source.value, " ", source.object));
  }
  return out;
}

TEST(Policies, OfFiltersComeBeforeThoseOfTargetRefs) {
  World world(Route(kNamed) + Attached("old", "2020", "{timeout: 1s, prefixRewrite: /old}") +
              Plain("named", "{timeout: 2s}"));
  EXPECT_EQ(world.Action().timeouts.request, 2000);
  EXPECT_EQ(world.Action().filters.path->value, "/old");
  EXPECT_EQ(Sources(world), (Texts{"prefixRewrite=\"/old\" RouteOption default/old",
                                   "timeout=\"2s\" RouteOption default/named"}));
}

TEST(Policies, OfTargetRefsComeByAgeThenByName) {
  World age(Route() + Attached("a", "2024", "{timeout: 1s}") +
            Attached("z", "2020", "{timeout: 2s}") + Attached("undated", "", "{timeout: 3s}"));
  EXPECT_EQ(age.Action().timeouts.request, 2000);
  World name(Route() + Attached("b", "2020", "{timeout: 1s}") +
             Attached("a", "2020", "{timeout: 2s}"));
  EXPECT_EQ(name.Action().timeouts.request, 2000);
}

TEST(Policies, AttachInTheirOwnNamespaceToRoutesThatAreThere) {
  const auto finding = [](std::string_view target, std::string_view namespace_ = "default") {
    World world(Route() + Attached("one", "2020", "{timeout: 1s}", target, namespace_));
    EXPECT_FALSE(world.Action().timeouts.request.has_value()) << target;
    EXPECT_EQ(world.translation.findings.size(), 1u) << target;
    return Codes(world.translation.findings)[0];
  };
  const std::string route = "group: gateway.networking.k8s.io, kind: HTTPRoute, name: r";
  EXPECT_EQ(finding(Cat("{", route, ", namespace: default}"), "far"),
            "spec.targetRefs[0].namespace: UnsupportedValue");
  EXPECT_EQ(finding(Cat("{", route, "}"), "far"), "spec.targetRefs[0].name: TargetNotFound");
  EXPECT_EQ(finding(Cat("{", route, ", sectionName: x}")),
            "spec.targetRefs[0].sectionName: UnsupportedValue");
  EXPECT_EQ(finding("{group: gateway.networking.k8s.io, kind: Gateway, name: edge}"),
            "spec.targetRefs[0].kind: UnsupportedValue");
  EXPECT_EQ(finding("{kind: HTTPRoute, name: r}"), "spec.targetRefs[0].group: UnsupportedValue");
}

TEST(Policies, OptionsOfOneGroupCountAsOne) {
  World world(Route() + Attached("a", "2020", "{autoHostRewrite: false, prefixRewrite: /a}") +
              Attached("b", "2021",
                       "{hostRewrite: b.test, regexRewrite: {pattern: {regex: a}}, timeout: 1s}"));
  EXPECT_FALSE(world.Action().filters.host.has_value()) << "an explicit false is set, too";
  EXPECT_EQ(world.Action().filters.path->value, "/a");
  EXPECT_EQ(world.Action().timeouts.request, 1000);
}

TEST(Policies, AreMergedShallowly) {
  World world(Route() + Attached("a", "2020", "{headerManipulation: {}}") +
              Attached("b", "2021", "{headerManipulation: {requestHeadersToRemove: [x]}}"));
  EXPECT_TRUE(world.Action().filters.request.empty()) << "an empty message is set, too";
}

TEST(Policies, ThatContradictEachOtherAreReportedOnTheLoser) {
  World world(Route() + Attached("a", "2020", "{timeout: 1s, hostRewrite: a.test}") +
              Attached("b", "2021", "{timeout: 2s, autoHostRewrite: true}") +
              Attached("c", "2022", "{timeout: 1s}"));
  EXPECT_EQ(Codes(world.translation.findings, true),
            (Texts{"32 spec.options.autoHostRewrite: Overridden",
                   "32 spec.options.timeout: Overridden"}));
  EXPECT_EQ(world.translation.findings[0].name, "b");
  EXPECT_EQ(world.translation.findings[0].message,
            "RouteOption default/a comes first for HTTPRoute default/r, and its hostRewrite is the "
            "one that counts");
}

TEST(Policies, OptionsKnowWhereTheyComeFrom) {
  World world(Route(kNamed) +
              Attached("old", "2020",
                       "timeout: 1s\n    headerManipulation:\n      "
                       "requestHeadersToRemove: [x]") +
              Plain("named", "prefixRewrite: /x"));
  ASSERT_NE(world.Action().options, nullptr);
  ASSERT_EQ(world.Action().options->size(), 3u);
  const model::OptionSource& headers = world.Action().options->at(2);
  EXPECT_EQ(headers.option, "headerManipulation");
  EXPECT_EQ(headers.value, "{\"requestHeadersToRemove\":[\"x\"]}");
  EXPECT_EQ(headers.object, "RouteOption default/old");
  EXPECT_EQ(headers.file, "test.yaml");
  EXPECT_EQ(headers.line, world.Action().options->at(1).line + 1);
}

TEST(Policies, SourcesLeaveOutWhatAFilterOfTheRuleOverrules) {
  World world(Route("{type: URLRewrite, urlRewrite: {hostname: rule.test}}") +
              Attached("a", "2020", "{hostRewrite: a.test, prefixRewrite: /a}"));
  EXPECT_EQ(Sources(world), (Texts{"prefixRewrite=\"/a\" RouteOption default/a"}));
}

TEST(Policies, RulesWithTheSameOnesShareWhatIsKnownOfThem) {
  World world(Cat(GatewayText(kHttp), RouteText("r", Cat(kOnEdge, "rules: [{}, {}]")),
                  Attached("a", "2020", "{timeout: 1s}")));
  ASSERT_NE(world.Action(0).options, nullptr);
  EXPECT_EQ(world.Action(0).options, world.Action(1).options);
}

}  // namespace
}  // namespace kgw::translate
