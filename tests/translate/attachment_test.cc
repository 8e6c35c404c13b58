#include <gtest/gtest.h>

#include <string>

#include "translate/world.h"

namespace kgw::translate {
namespace {

constexpr char kAttached[] = "Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs";

std::string NotAccepted(std::string_view reason) {
  return Cat("Accepted=False/", reason, " ResolvedRefs=True/ResolvedRefs");
}

std::string Listener(std::string_view allowed) {
  return Cat("{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {", allowed,
             "}}}");
}

std::string NamespaceText(std::string_view name, std::string_view labels) {
  return Cat("---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ", name, ", labels: {", labels,
             "}}\n");
}

// Whether a route of namespace `far` attaches to a listener with these allowed namespaces.
bool FarAttaches(std::string_view allowed, std::string_view labels = "team: red") {
  World world(GatewayText(Listener(allowed)) + NamespaceText("far", labels) +
              RouteText("r", "parentRefs: [{name: edge, namespace: default}]", "far"));
  const std::string words = world.Parent("r", 0, "far");
  EXPECT_TRUE(words == kAttached || words == NotAccepted("NotAllowedByListeners")) << words;
  return words == kAttached;
}

TEST(Attachment, StaysInTheNamespaceByDefault) {
  World world(GatewayText(kHttp) + RouteText("r", kOnEdge));
  EXPECT_EQ(world.Parent("r"), kAttached);
  EXPECT_EQ(world.ListenerStatus("http").attachedroutes(), 1);
  EXPECT_FALSE(FarAttaches("from: Same"));
  EXPECT_TRUE(FarAttaches("from: All"));
  EXPECT_FALSE(FarAttaches("from: None"));
}

TEST(Attachment, SelectsNamespacesByLabels) {
  EXPECT_TRUE(FarAttaches("from: Selector, selector: {matchLabels: {team: red}}"));
  EXPECT_FALSE(FarAttaches("from: Selector, selector: {matchLabels: {team: blue}}"));
  EXPECT_FALSE(FarAttaches("from: Selector, selector: {matchLabels: {team: red, tier: one}}"));
  EXPECT_TRUE(FarAttaches("from: Selector, selector: {}")) << "an empty selector selects all";
  EXPECT_FALSE(FarAttaches("from: Selector")) << "no selector selects nothing";
}

TEST(Attachment, KnowsTheLabelThatEveryNamespaceHas) {
  EXPECT_TRUE(
      FarAttaches("from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: far}}"));
  World world(GatewayText(Listener("from: Selector, selector: {matchLabels: "
                                   "{kubernetes.io/metadata.name: undescribed}}")) +
              RouteText("r", "parentRefs: [{name: edge, namespace: default}]", "undescribed"));
  EXPECT_EQ(world.Parent("r", 0, "undescribed"), kAttached);
}

TEST(Attachment, SelectsNamespacesByExpressions) {
  const auto selects = [](std::string_view expressions) {
    return FarAttaches(Cat("from: Selector, selector: {matchExpressions: [", expressions, "]}"));
  };
  EXPECT_TRUE(selects("{key: team, operator: In, values: [blue, red]}"));
  EXPECT_FALSE(selects("{key: team, operator: In, values: [blue]}"));
  EXPECT_FALSE(selects("{key: absent, operator: In, values: [blue]}"));
  EXPECT_FALSE(selects("{key: team, operator: NotIn, values: [red]}"));
  EXPECT_TRUE(selects("{key: team, operator: NotIn, values: [blue]}"));
  EXPECT_TRUE(selects("{key: absent, operator: NotIn, values: [blue]}"));
  EXPECT_TRUE(selects("{key: team, operator: Exists}"));
  EXPECT_FALSE(selects("{key: absent, operator: Exists}"));
  EXPECT_FALSE(selects("{key: team, operator: DoesNotExist}"));
  EXPECT_TRUE(selects("{key: absent, operator: DoesNotExist}"));
  EXPECT_FALSE(selects("{key: team, operator: Exists}, {key: absent, operator: Exists}"));
}

TEST(Attachment, NeedsAListenerOfThatNameAndPort) {
  const std::string gateway =
      GatewayText("{name: a, port: 80, protocol: HTTP}, {name: b, port: 81, protocol: HTTP}");
  const auto attach = [&](std::string_view ref) {
    World world(gateway + RouteText("r", Cat("parentRefs: [{name: edge, ", ref, "}]")));
    return Cat(world.Parent("r"), " ", std::to_string(world.ListenerStatus("a").attachedroutes()),
               std::to_string(world.ListenerStatus("b").attachedroutes()));
  };
  EXPECT_EQ(attach("sectionName: a"), Cat(kAttached, " 10"));
  EXPECT_EQ(attach("port: 81"), Cat(kAttached, " 01"));
  EXPECT_EQ(attach("sectionName: b, port: 81"), Cat(kAttached, " 01"));
  EXPECT_EQ(attach("sectionName: a, port: 81"), Cat(NotAccepted("NoMatchingParent"), " 00"));
  EXPECT_EQ(attach("sectionName: c"), Cat(NotAccepted("NoMatchingParent"), " 00"));
}

TEST(Attachment, NeedsACommonHostname) {
  const std::string gateway =
      GatewayText("{name: http, port: 80, protocol: HTTP, hostname: \"*.a.test\"}");
  World none(gateway + RouteText("r", Cat(kOnEdge, "hostnames: [a.test, b.test]")));
  EXPECT_EQ(none.Parent("r"), NotAccepted("NoMatchingListenerHostname"));
  World one(gateway + RouteText("r", Cat(kOnEdge, "hostnames: [b.test, x.a.test]")));
  EXPECT_EQ(one.Parent("r"), kAttached);
}

// "effective<ranked" of each hostname under which the first route answers on the first listener.
Texts Hostnames(std::string_view listener, std::string_view route, bool intersected) {
  Options options;
  options.hostname_precedence_intersected = intersected;
  World world(GatewayText(Cat("{name: http, port: 80, protocol: HTTP", listener, "}")) +
                  RouteText("r", Cat(kOnEdge, route)),
              options);
  Texts out;
  for (const auto& hostname : world.model().gateways.at(0).listeners.at(0).routes.at(0).hostnames) {
    out.push_back(Cat(hostname.effective, "<", hostname.ranked));
  }
  return out;
}

TEST(Attachment, RanksARouteByItsOwnHostnameOrByTheIntersection) {
  const char wide[] = "hostnames: [\"*.a.test\"]";
  const char narrow[] = ", hostname: x.a.test";
  EXPECT_EQ(Hostnames(narrow, wide, false), (Texts{"x.a.test<*.a.test"}));
  EXPECT_EQ(Hostnames(narrow, wide, true), (Texts{"x.a.test<x.a.test"}));
  EXPECT_EQ(Hostnames(", hostname: \"*.test\"", wide, false), (Texts{"*.a.test<*.a.test"}));
  EXPECT_EQ(Hostnames("", wide, false), (Texts{"*.a.test<*.a.test"}));
  for (const bool intersected : {false, true}) {
    EXPECT_EQ(Hostnames(narrow, "hostnames: []", intersected), (Texts{"x.a.test<x.a.test"}));
    EXPECT_EQ(Hostnames("", "hostnames: []", intersected), (Texts{"<"}));
    EXPECT_EQ(Hostnames(narrow, "hostnames: [b.test, x.a.test]", intersected),
              (Texts{"x.a.test<x.a.test"}));
  }
}

TEST(Attachment, SaysNothingAboutParentsThatAreNotOurs) {
  World world(RouteText("r", "parentRefs: [{name: edge}, {group: \"\", kind: Service, name: s}]"));
  EXPECT_EQ((world.StatusOf<HTTPRouteStatus, HTTPRoute>("r")->parents_size()), 0);
  EXPECT_EQ(Codes(world.translation.findings), (Texts{"spec.parentRefs[0].name: ParentNotFound",
                                                      "spec.parentRefs[1].kind: ParentNotFound"}));
}

TEST(Attachment, JudgesEachParentRefOnItsOwn) {
  World world(
      GatewayText("{name: a, port: 80, protocol: HTTP}, {name: b, port: 81, protocol: HTTP, "
                  "hostname: b.test}") +
      RouteText("r",
                "parentRefs: [{name: edge, sectionName: a}, {name: edge, sectionName: "
                "b}, {name: edge, sectionName: c}], hostnames: [a.test]"));
  EXPECT_EQ(world.Parent("r", 0), kAttached);
  EXPECT_EQ(world.Parent("r", 1), NotAccepted("NoMatchingListenerHostname"));
  EXPECT_EQ(world.Parent("r", 2), NotAccepted("NoMatchingParent"));
}

}  // namespace
}  // namespace kgw::translate
