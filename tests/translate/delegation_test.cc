#include <gtest/gtest.h>

#include <string>

#include "translate/world.h"

namespace kgw::translate {
namespace {

constexpr char kInherit[] = "delegation.gateway.solo.io/inherit-parent-matcher: \"true\"";
constexpr char kParentWins[] = "kgateway.dev/inherited-policy-priority: ShallowMergePreferParent";

std::string Annotated(std::string_view name, std::string_view namespace_, std::string_view notes,
                      std::string_view spec) {
  return Cat(
      "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: ", name,
      ", namespace: ", namespace_, ", annotations: {", notes, "}}\nspec: {", spec, "}\n");
}

std::string Ref(std::string_view name, std::string_view namespace_ = "team") {
  return Cat("{group: gateway.networking.k8s.io, kind: HTTPRoute, name: \"", name,
             "\", namespace: ", namespace_, "}");
}

std::string Path(std::string_view path, std::string_view type = "PathPrefix") {
  return Cat("path: {type: ", type, ", value: \"", path, "\"}");
}

std::string RuleOf(std::string_view matches, std::string_view backends,
                   std::string_view rest = "") {
  return Cat("{matches: [", matches, "], backendRefs: [", backends, "]", rest, "}");
}

// The route at the top, with one rule.
std::string Top(std::string_view match, std::string_view backends, std::string_view rest = "") {
  return GatewayText(kHttp) +
         RouteText("top", Cat(kOnEdge, "hostnames: [a.test], rules: [",
                              RuleOf(Cat("{", match, "}"), backends, rest), "]"));
}

constexpr char kService[] = "{name: s, port: 80}";
std::string Leaf(std::string_view match, std::string_view rest = "") {
  return Cat("rules: [", RuleOf(Cat("{", match, "}"), kService, rest), "]");
}
std::string Services() { return ServiceText("s", "{port: 80}", "team") + ServiceText("s"); }

std::string Text(const model::Match& match) {
  constexpr const char* kTypes[] = {"=", "", "~"};
  std::string out = Cat(kTypes[static_cast<int>(match.path.type)], match.path.value);
  if (!match.method.empty()) out += Cat(" ", match.method);
  for (const auto& header : match.headers) out += Cat(" ", header.name, "=", header.value);
  for (const auto& query : match.query) out += Cat(" ?", query.name, "=", query.value);
  return out;
}

// "team/child 0.0 /api/x", one a match, of all that is attached to the first listener.
Texts Attached(const World& world) {
  Texts out;
  for (const auto& attached : world.model().gateways.at(0).listeners.at(0).routes) {
    EXPECT_EQ(attached.hostnames.at(0).effective, "a.test");
    const model::Route& route = world.model().routes.at(attached.route);
    for (size_t rule = 0; rule < route.rules.size(); ++rule) {
      for (const model::Match& match : route.rules[rule].matches) {
        out.push_back(Cat(route.FullName(), " ", std::to_string(rule), ".",
                          std::to_string(match.index), " ", Text(match)));
      }
    }
  }
  return out;
}

// The first attached route of that name.
const model::Route& Find(const World& world, std::string_view name) {
  for (const auto& attached : world.model().gateways.at(0).listeners.at(0).routes) {
    const model::Route& route = world.model().routes.at(attached.route);
    if (route.name == name) return route;
  }
  ADD_FAILURE() << "no route " << name;
  return world.model().routes.at(0);
}

// The findings but those about missing Services.
Texts Findings(const World& world) {
  Texts out;
  for (const Diagnostic& d : world.translation.findings) {
    out.push_back(Cat(d.name, " ", d.field, ": ", d.code));
  }
  return out;
}

TEST(Delegation, GivesTheChildsRulesTheHostnamesOfTheTop) {
  World world(Top(Path("/api"), Ref("child")) + RouteText("child", Leaf(Path("/api/x")), "team") +
              Services());
  EXPECT_EQ(Attached(world), (Texts{"team/child 0.0 /api/x"}));
  EXPECT_EQ(Find(world, "child").via, (Texts{"HTTPRoute default/top rule 0"}));
  EXPECT_EQ(Findings(world), Texts{});
  EXPECT_EQ(world.Parent("top"), "Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs");
  EXPECT_EQ(world.Parent("child", 0, "team"),
            "Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs")
      << "a child without parentRefs learns who delegates to it";
}

TEST(Delegation, KeepsOnlyWhatLiesUnderTheParentsMatch) {
  const std::string parent = Cat(Path("/api"),
                                 ", method: GET, headers: [{name: A, value: x}], queryParams: "
                                 "[{name: q, value: w}]");
  const std::string rest = ", headers: [{name: a, value: x}], queryParams: [{name: q, value: w}]";
  const std::string matches = Cat(
      "{", Path("/api/0"), ", method: GET", rest, "}, {", Path("/other"), ", method: GET", rest,
      "}, {", Path("/api"), rest, "}, {", Path("/api"),
      ", method: GET, headers: [{name: a, value: ", "z}], queryParams: [{name: q, value: w}]}, {",
      Path("/api"), ", method: GET, headers: [{name: a, value: x}]}, {", Path("/apix", "Exact"),
      ", method: GET", rest, "}");
  World world(Top(parent, Ref("child")) +
              RouteText("child", Cat("rules: [", RuleOf(matches, kService), "]"), "team") +
              Services());
  EXPECT_EQ(Attached(world),
            (Texts{"team/child 0.0 /api/0 GET a=x ?q=w", "team/child 0.5 =/apix GET a=x ?q=w"}))
      << "the path is compared as a text";
  Texts refused;
  for (const char* match : {"1", "2", "3", "4"}) {
    refused.push_back(Cat("child spec.rules[0].matches[", match, "]: NotUnderParent"));
  }
  EXPECT_EQ(Findings(world), refused);
}

TEST(Delegation, SaysWhatIsMissingUnderAMatchThatCouldDelegate) {
  World world(Top(Cat(Path("/api"), "}, {", Path("/e", "Exact")), Ref("child")) +
              RouteText("child",
                        Cat("rules: [",
                            RuleOf(Cat("{", Path("/api"), "}, {", Path("/x"), "}"), kService), "]"),
                        "team") +
              Services());
  ASSERT_FALSE(world.translation.findings.empty());
  EXPECT_EQ(world.translation.findings.back().message,
            "no rule that delegates to this route takes the match: its path does not begin with "
            "the parent's, /api");
}

TEST(Delegation, JoinsMatchesIfTheChildAsksForIt) {
  const std::string parent = Cat(Path("/api/"), ", method: GET, headers: [{name: a, value: x}]");
  const std::string matches =
      Cat("{", Path("/x"), ", method: PUT, headers: [{name: a, value: w}, {name: b, value: z}]}, {",
          Path("/", "Exact"), "}, {", Path("/e/", "Exact"), "}, {",
          Path("/r.*", "RegularExpression"), "}, {", Path("/1|/2", "RegularExpression"), "}, {}");
  World world(
      Top(parent, Ref("child")) +
      Annotated("child", "team", kInherit, Cat("rules: [", RuleOf(matches, kService), "]")) +
      Services());
  EXPECT_EQ(Attached(world),
            (Texts{"team/child 0.0 /api/x GET a=x b=z", "team/child 0.1 =/api GET a=x",
                   "team/child 0.2 =/api/e/ GET a=x", "team/child 0.3 ~/api/r.* GET a=x",
                   "team/child 0.4 ~/api(?:/1|/2) GET a=x", "team/child 0.5 /api GET a=x"}));
}

TEST(Delegation, NeverLetsAPatternOutOfTheParentsPrefix) {
  const std::string matches = Cat(
      "{", Path("/v1.0/.*", "RegularExpression"), "}, {", Path("^/v1\\\\.0/x", "RegularExpression"),
      "}, {", Path("/v1.0|/admin", "RegularExpression"), "}, {",
      Path("/v1.0?", "RegularExpression"), "}, {", Path("/v.*", "RegularExpression"), "}, {",
      Path("/v1.0(/a|/b)[|]", "RegularExpression"), "}, {",
      Path("/v1.0[[:alpha:]|]/a", "RegularExpression"), "}, {",
      Path("/v1.0[[:alpha:]]|/admin", "RegularExpression"), "}");
  World world(Top(Path("/v1.0"), Ref("child")) +
              RouteText("child", Cat("rules: [", RuleOf(matches, kService), "]"), "team") +
              Services());
  EXPECT_EQ(Attached(world),
            (Texts{"team/child 0.0 ~/v1\\.0/.*", "team/child 0.1 ~/v1\\.0/x",
                   "team/child 0.5 ~/v1\\.0(/a|/b)[|]", "team/child 0.6 ~/v1\\.0[[:alpha:]|]/a"}));
}

TEST(Delegation, FindsChildrenByNamespaceAndByLabel) {
  const std::string routes = RouteText("one", Leaf(Path("/a/1")), "team") +
                             RouteText("two", Leaf(Path("/a/2")), "team") +
                             "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"
                             "metadata: {name: three, namespace: far, labels: "
                             "{delegation.kgateway.dev/label: shop}}\nspec: {" +
                             Leaf(Path("/a/3")) + "}\n" + Services();
  EXPECT_EQ(Attached(World(Top(Path("/a"), Ref("*")) + routes)),
            (Texts{"team/one 0.0 /a/1", "team/two 0.0 /a/2"}));
  const std::string label = "{group: delegation.kgateway.dev, kind: label, name: shop, namespace: ";
  EXPECT_EQ(Attached(World(Top(Path("/a"), label + "far}") + routes)),
            (Texts{"far/three 0.0 /a/3"}));
  EXPECT_EQ(Attached(World(Top(Path("/a"), label + "all}") + routes)),
            (Texts{"far/three 0.0 /a/3"}));
  World none(Top(Path("/a"), label + "team}") + routes);
  EXPECT_EQ(none.Parent("top"), "Accepted=True/Accepted ResolvedRefs=False/BackendNotFound");
  World taken(Top(Path("/a"), label + "all}") + routes +
              "---\n{apiVersion: v1, kind: Namespace, "
              "metadata: {name: all}}\n");
  EXPECT_EQ(Find(taken, "top").rules[0].action.fail_reason, "UnsupportedValue");
}

TEST(Delegation, AsksTheChildsParentRefs) {
  const auto child = [](std::string_view refs) {
    return RouteText("child", Cat("parentRefs: [", refs, "], ", Leaf(Path("/a"))), "team") +
           Services();
  };
  const std::string top = Top(Path("/a"), Ref("child"));
  World named(top + child("{kind: HTTPRoute, name: top, namespace: default}"));
  EXPECT_EQ(Attached(named), (Texts{"team/child 0.0 /a"}));
  EXPECT_EQ(named.Parent("child", 0, "team"),
            "Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs");
  World other(top + child("{kind: HTTPRoute, name: top}"));
  EXPECT_EQ(Attached(other), (Texts{"default/top 0.0 /a"}));
  EXPECT_EQ(Findings(other), (Texts{"top spec.rules[0].backendRefs[0].name: BackendNotFound",
                                    "child spec.parentRefs[0].name: ParentNotFound"}));
  World stranger(Top(Path("/a"), Ref("*", "nowhere")) +
                 child("{kind: HTTPRoute, name: top, namespace: default}"));
  EXPECT_EQ(stranger.Parent("child", 0, "team"),
            "Accepted=False/NoMatchingParent ResolvedRefs=True/ResolvedRefs");
}

TEST(Delegation, AnswersForThoseWhoAreMissing) {
  World world(Top(Path("/a"), Cat(Ref("child"), ", ", Ref("gone"))) +
              RouteText("child", Leaf(Path("/a/x")), "team") + Services());
  EXPECT_EQ(Attached(world), (Texts{"default/top 0.0 /a", "team/child 0.0 /a/x"}));
  EXPECT_EQ(Find(world, "top").rules[0].action.fail_reason, "BackendNotFound");
  EXPECT_EQ(world.Parent("top"), "Accepted=True/Accepted ResolvedRefs=False/BackendNotFound");
  EXPECT_EQ(Findings(world), (Texts{"top spec.rules[0].backendRefs[1].name: BackendNotFound"}));
  World whole(Top(Path("/a"), Cat(Ref("child"), ", ", Ref("gone"))) +
              RouteText("child", Leaf(Path("/a")), "team") + Services());
  EXPECT_EQ(Attached(whole), (Texts{"team/child 0.0 /a"})) << "the child takes all that there is";
  World exact(Top(Path("/a", "Exact"), Ref("child")) +
              RouteText("child", Leaf(Path("/a/x")), "team") + Services());
  EXPECT_EQ(Attached(exact), (Texts{"default/top 0.0 =/a"}));
  EXPECT_EQ(Findings(exact).at(1), "top spec.rules[0].matches[0].path.type: UnsupportedValue");
}

TEST(Delegation, StandsBesideBackendsOfTheRule) {
  World world(Top(Path("/a"), Cat(Ref("child"), ", ", kService)) +
              RouteText("child", Leaf(Path("/a/x")), "team") + Services());
  EXPECT_EQ(Attached(world), (Texts{"default/top 0.0 /a", "team/child 0.0 /a/x"}));
  const model::Action& action = Find(world, "top").rules[0].action;
  EXPECT_EQ(action.fail_reason, "");
  ASSERT_EQ(action.backends.size(), 1U);
  EXPECT_EQ(action.backends[0].index, 1U);
}

TEST(Delegation, RefusesChildrenWithHostnames) {
  World world(Top(Path("/a"), Ref("*")) +
              RouteText("child", Cat("hostnames: [b.test], ", Leaf(Path("/a"))), "team") +
              Services());
  EXPECT_EQ(world.Parent("child", 0, "team"),
            "Accepted=False/UnsupportedValue ResolvedRefs=True/ResolvedRefs");
  EXPECT_EQ(Findings(world), (Texts{"child spec.hostnames: UnsupportedValue",
                                    "top spec.rules[0].backendRefs[0].name: BackendNotFound"}));
  EXPECT_EQ(Find(world, "top").rules[0].action.fail_reason, "BackendNotFound");
}

TEST(Delegation, FindsCycles) {
  const auto delegate = [](std::string_view path, std::string_view to) {
    return Cat("rules: [", RuleOf(Cat("{", Path(path), "}"), Ref(to)), "]");
  };
  World world(Top(Path("/a"), Ref("b")) + RouteText("b", delegate("/a", "c"), "team") +
              RouteText("c", delegate("/a", "b"), "team"));
  EXPECT_EQ(Attached(world), (Texts{"team/c 0.0 /a"}));
  EXPECT_EQ(Find(world, "c").rules[0].action.fail_reason, "RefNotPermitted");
  EXPECT_EQ(Find(world, "c").via,
            (Texts{"HTTPRoute default/top rule 0", "HTTPRoute team/b rule 0"}));
  EXPECT_EQ(world.Parent("c", 0, "team"),
            "Accepted=True/Accepted ResolvedRefs=False/RefNotPermitted");
  EXPECT_EQ(Findings(world), (Texts{"c spec.rules[0].backendRefs[0].name: RefNotPermitted"}));
  World self(Top(Path("/a"), Ref("top", "default")));
  EXPECT_EQ(Find(self, "top").rules[0].action.fail_reason, "RefNotPermitted");
}

TEST(Delegation, EndsAtSomeDepthAndSize) {
  std::string chain = Top(Path("/a"), Ref("r0"));
  for (int i = 0; i < 20; ++i) {
    chain +=
        RouteText(Cat("r", std::to_string(i)),
                  Cat("rules: [",
                      RuleOf(Cat("{", Path("/a"), "}"), Ref(Cat("r", std::to_string(i + 1)))), "]"),
                  "team");
  }
  EXPECT_EQ(Findings(World(chain)),
            (Texts{"r14 spec.rules[0].backendRefs[0].name: RefNotPermitted"}));

  std::string rules;  // each level has 8 times the routes of the one above
  for (int i = 0; i < 8; ++i)
    rules += Cat(i == 0 ? "" : ", ", RuleOf(Cat("{", Path("/a"), "}"), Ref("*", "NEXT")));
  std::string tree = Top(Path("/a"), Ref("*", "n0"));
  for (int i = 0; i < 10; ++i) {
    std::string own = rules;
    for (size_t at; (at = own.find("NEXT")) != std::string::npos;) {
      own.replace(at, 4, Cat("n", std::to_string(i + 1)));
    }
    tree += RouteText("r", Cat("rules: [", own, "]"), Cat("n", std::to_string(i)));
  }
  World world(tree + RouteText("r", Leaf(Path("/a")), "n10"));
  EXPECT_LE(world.model().routes.size(), 250'100U);
  EXPECT_EQ(world.Parent("r", 0, "n0"),
            "Accepted=True/Accepted ResolvedRefs=False/RefNotPermitted");
}

TEST(Delegation, LetsTheChildsPoliciesWinFieldByField) {
  const std::string parent =
      ", timeouts: {request: 9s}, retry: {attempts: 3}, filters: [{type: RequestHeaderModifier, "
      "requestHeaderModifier: {remove: [p]}}, {type: ResponseHeaderModifier, "
      "responseHeaderModifier: {remove: [p]}}, {type: URLRewrite, urlRewrite: {hostname: p.test, "
      "path: {type: ReplacePrefixMatch, replacePrefixMatch: /p}}}]";
  const std::string child =
      ", timeouts: {backendRequest: 1s}, filters: [{type: RequestHeaderModifier, "
      "requestHeaderModifier: {remove: [c]}}, {type: URLRewrite, urlRewrite: {hostname: c.test}}]";
  const std::string leaf = RouteText("child", Leaf(Path("/a/x"), child), "team") + Services();
  World world(Top(Path("/a"), Ref("child"), parent) + leaf);
  const model::Rule& rule = Find(world, "child").rules[0];
  EXPECT_EQ(rule.action.filters.request.remove, (Texts{"c"}));
  EXPECT_EQ(rule.action.filters.response.remove, (Texts{"p"}));
  EXPECT_EQ(rule.action.filters.host->value, "c.test");
  EXPECT_FALSE(rule.action.filters.path.has_value()) << "one filter is one field";
  EXPECT_FALSE(rule.action.timeouts.request.has_value());
  EXPECT_EQ(rule.action.timeouts.backend_request, 1000);
  EXPECT_EQ(rule.action.retry->attempts, 3U);
  EXPECT_EQ(rule.inherited,
            (Texts{"response headers and retries from HTTPRoute default/top rule 0"}));

  const auto top = [&](std::string_view notes) {
    return GatewayText(kHttp) +
           Annotated("top", "default", notes,
                     Cat(kOnEdge, "hostnames: [a.test], rules: [",
                         RuleOf(Cat("{", Path("/a"), "}"), Ref("child"), parent), "]"));
  };
  World wins(top(kParentWins) + leaf);
  const model::Action& forced = Find(wins, "child").rules[0].action;
  EXPECT_EQ(forced.filters.request.remove, (Texts{"p"}));
  EXPECT_EQ(forced.filters.host->value, "p.test");
  EXPECT_EQ(forced.filters.path->type, model::PathRewrite::Type::kMatchedPath);
  EXPECT_EQ(forced.timeouts.request, 9000);
  World some(top(Cat(kParentWins,
                     ", delegation.gateway.solo.io/enable-policy-overrides: "
                     "\"headermanipulation, x\"")) +
             leaf);
  EXPECT_EQ(Find(some, "child").rules[0].action.filters.request.remove, (Texts{"c"}));
  EXPECT_EQ(Find(some, "child").rules[0].action.filters.host->value, "p.test");
  EXPECT_EQ(Findings(some),
            (Texts{"top metadata.annotations.delegation.gateway.solo.io/enable-policy-overrides: "
                   "UnsupportedValue"}));
}

TEST(Delegation, LeavesTheTimeoutOfRetriesWithTheRetries) {
  const auto filter = [](std::string_view name) {
    return Cat(
        ", filters: [{type: ExtensionRef, extensionRef: {group: gateway.solo.io, kind: "
        "RouteOption, name: ",
        name, "}}]");
  };
  const auto option = [](std::string_view name, std::string_view namespace_,
                         std::string_view time) {
    return Document("gateway.solo.io/v1", "RouteOption", name,
                    Cat("spec: {options: {retries: {retryOn: 5xx, perTryTimeout: ", time, "}}}"),
                    namespace_);
  };
  World world(GatewayText(kHttp) +
              Annotated("top", "default",
                        Cat(kParentWins,
                            ", delegation.gateway.solo.io/enable-policy-overrides: \"retries\""),
                        Cat(kOnEdge, "hostnames: [a.test], rules: [",
                            RuleOf(Cat("{", Path("/a"), "}"), Ref("child"), filter("p")), "]")) +
              RouteText("child", Leaf(Path("/a/x"), filter("c")), "team") + Services() +
              option("p", "default", "1s") + option("c", "team", "9s"));
  EXPECT_EQ(Find(world, "child").rules[0].action.timeouts.backend_request, 9000);
}

TEST(Delegation, TakesRouteOptionsOfTheParentToo) {
  const std::string filter =
      ", filters: [{type: ExtensionRef, extensionRef: {group: gateway.solo.io, kind: RouteOption, "
      "name: o}}]";
  const std::string leaf = RouteText("child", Leaf(Path("/a/x")), "team") + Services();
  World world(Top(Path("/a"), Ref("child"), filter) + leaf +
              Document("gateway.solo.io/v1", "RouteOption", "o", "spec: {options: {timeout: 2s}}"));
  EXPECT_EQ(Find(world, "child").rules[0].action.timeouts.request, 2000);
  World missing(Top(Path("/a"), Ref("child"), filter) + leaf);
  EXPECT_EQ(Find(missing, "child").rules[0].action.fail_reason, "FilterNotFound");
}

TEST(Delegation, IsThereOnceForEachRuleThatDelegates) {
  World world(GatewayText(kHttp) +
              RouteText("top", Cat(kOnEdge, "hostnames: [a.test], rules: [",
                                   RuleOf(Cat("{", Path("/a"), "}"), Ref("child")), ", ",
                                   RuleOf(Cat("{", Path("/b"), "}"), Ref("child")), "]")) +
              Annotated("child", "team", kInherit, Leaf(Path("/x"))) + Services());
  EXPECT_EQ(Attached(world), (Texts{"team/child 0.0 /a/x", "team/child 0.0 /b/x"}));
  const auto status = world.StatusOf<HTTPRouteStatus, HTTPRoute>("child", "team");
  EXPECT_EQ(status->parents_size(), 1);
}

TEST(Delegation, SaysWhatItIgnores) {
  World world(Top(Path("/a"),
                  "{group: gateway.networking.k8s.io, kind: HTTPRoute, name: child, "
                  "namespace: team, port: 80, weight: 3, filters: [{type: "
                  "RequestHeaderModifier, requestHeaderModifier: {remove: [p]}}]}") +
              RouteText("child", Leaf(Path("/a/x")), "team") + Services());
  EXPECT_EQ(Findings(world), (Texts{"top spec.rules[0].backendRefs[0].port: IgnoredPort",
                                    "top spec.rules[0].backendRefs[0].weight: IgnoredWeight",
                                    "top spec.rules[0].backendRefs[0].filters: IgnoredFilter"}));
}

}  // namespace
}  // namespace kgw::translate
