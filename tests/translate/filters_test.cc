// Rules of HTTPRoutes: what validation drops of them, and what their filters become.

#include <gtest/gtest.h>

#include <string>

#include "translate/world.h"

namespace kgw::translate {
namespace {

constexpr char kAttached[] = "Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs";

std::string Rules(std::string_view rules) {
  return Cat(GatewayText(kHttp), RouteText("r", Cat(kOnEdge, "rules: [", rules, "]")));
}

std::string Filter(std::string_view filter) { return Rules(Cat("{filters: [", filter, "]}")); }

std::string Message(World* world, std::string_view type) {
  const auto status = world->StatusOf<HTTPRouteStatus, HTTPRoute>("r");
  for (const auto& condition : status->parents(0).conditions()) {
    if (condition.type() == type) return condition.message();
  }
  return {};
}

TEST(Rules, DropAloneAndAnswer500) {
  World world(
      Rules("{matches: [{path: {type: Prefx, value: /a}}, {path: {value: /b}}]}, "
            "{matches: [{path: {value: /c}}]}"));
  EXPECT_EQ(world.Parent("r"), Cat(kAttached, " PartiallyInvalid=True/UnsupportedValue"));
  EXPECT_EQ(Message(&world, "PartiallyInvalid").rfind("Dropped Rule: ", 0), 0u);
  EXPECT_EQ(world.Action(0).fail_reason, "DroppedRule");
  ASSERT_EQ(world.Rule(0).matches.size(), 1u) << "a match of an unknown type matches nothing";
  EXPECT_EQ(world.Rule(0).matches[0].index, 1u);
  EXPECT_EQ(world.Action(1).fail_reason, "");
  EXPECT_EQ(world.ListenerStatus("http").attachedroutes(), 1);
}

TEST(Rules, AreSkippedIfThatIsTheOption) {
  Options options;
  options.dropped_rule_skip = true;
  World world(Rules("{matches: [{path: {type: Prefx}}, {path: {value: /b}}]}, {name: good}"),
              options);
  EXPECT_EQ(world.Rule(0).matches.size(), 0u);
  EXPECT_EQ(world.Rule(1).matches.size(), 1u);
}

TEST(Rules, AllDroppedTakeTheRouteOutOfEffect) {
  World world(Rules("{matches: [{method: get, path: {value: /a}}, {path: {value: /b}}]}"));
  EXPECT_EQ(world.Parent("r"), "Accepted=False/UnsupportedValue ResolvedRefs=True/ResolvedRefs");
  EXPECT_EQ(world.ListenerStatus("http").attachedroutes(), 0);
  EXPECT_EQ(world.Action(0).fail_reason, "DroppedRule") << "but it answers where it would match";
  EXPECT_EQ(world.model().gateways[0].listeners[0].routes.size(), 1u);
}

TEST(Rules, DropForAPatternThatDoesNotCompile) {
  for (const char* match : {"{path: {type: RegularExpression, value: \"(\"}}",
                            "{headers: [{type: RegularExpression, name: a, value: \"(\"}]}",
                            "{queryParams: [{type: RegularExpression, name: a, value: \"(\"}]}"}) {
    World world(Rules(Cat("{matches: [", match, "]}, {name: good}")));
    EXPECT_EQ(world.load_findings.at(0).code, "InvalidRegex") << match;
    EXPECT_EQ(world.Action(0).fail_reason, "DroppedRule") << match;
    EXPECT_EQ(world.Rule(0).matches.size(), 0u) << match;
    EXPECT_EQ(world.Action(1).fail_reason, "") << match;
  }
}

TEST(Rules, HaveOneActionForAHeader) {
  const auto drops = [](std::string_view modifier) {
    World world(
        Filter(Cat("{type: RequestHeaderModifier, requestHeaderModifier: {", modifier, "}}")));
    return world.load_findings.empty()
               ? std::string()
               : Cat(world.Action(0).fail_reason, " ", world.load_findings[0].code);
  };
  EXPECT_EQ(drops("set: [{name: a, value: b}], add: [{name: c, value: d}], remove: [e]"), "");
  EXPECT_EQ(drops("set: [{name: Foo, value: b}, {name: foo, value: b}]"),
            "DroppedRule IncompatibleFilters");
  EXPECT_EQ(drops("set: [{name: Foo, value: b}], remove: [foo]"),
            "DroppedRule IncompatibleFilters");
  EXPECT_EQ(drops("set: [{name: Host, value: b}]"), "DroppedRule UnsupportedValue");
  EXPECT_EQ(drops("remove: [host]"), "DroppedRule UnsupportedValue");
}

TEST(Rules, NormaliseTheirPathsAsRequestsAre) {
  World world(
      Rules("{matches: [{path: {value: /%61/}}, {path: {type: Exact, value: /%7Eb/}}, "
            "{path: {type: RegularExpression, value: \"/%61\"}}, {path: {value: /}}]}"));
  const auto& matches = world.Rule(0).matches;
  EXPECT_EQ(matches[0].path.value, "/a");
  EXPECT_EQ(matches[1].path.value, "/~b/");
  EXPECT_EQ(matches[2].path.value, "/%61");
  EXPECT_EQ(matches[3].path.value, "");
}

TEST(Rules, CountTheFirstOfEquivalentHeaderNames) {
  World world(
      Rules("{matches: [{headers: [{name: X-A, value: one}, {name: x-a, value: two}], "
            "queryParams: [{name: A, value: one}, {name: a, value: two}]}]}"));
  const auto& match = world.Rule(0).matches.at(0);
  ASSERT_EQ(match.headers.size(), 1u);
  EXPECT_EQ(match.headers[0].name, "x-a");
  EXPECT_EQ(match.headers[0].value, "one");
  EXPECT_EQ(match.query.size(), 2u) << "parameter names know their case";
}

TEST(Rules, MatchAllWithoutMatchesOrRules) {
  World absent(Cat(GatewayText(kHttp), RouteText("r", "parentRefs: [{name: edge}]")));
  ASSERT_EQ(absent.model().routes.at(0).rules.size(), 1u);
  EXPECT_EQ(absent.Rule(0).matches.size(), 1u);
  World empty(Rules("{matches: []}"));
  ASSERT_EQ(empty.Rule(0).matches.size(), 1u);
  EXPECT_EQ(empty.Rule(0).matches[0].path.value, "");
}

TEST(Filters, BecomeEditsRedirectsAndRewrites) {
  World world(Filter(
      "{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: X-A, value: \"1\"}], "
      "add: [{name: X-B, value: \"2\"}], remove: [X-C]}}, "
      "{type: ResponseHeaderModifier, responseHeaderModifier: {remove: [Server]}}, "
      "{type: URLRewrite, urlRewrite: {hostname: in.test, path: {type: ReplacePrefixMatch, "
      "replacePrefixMatch: /new}}}, "
      "{type: CORS, cors: {allowOrigins: [\"https://a.test\"], allowCredentials: true}}"));
  const model::Filters& filters = world.Action().filters;
  EXPECT_EQ(filters.request.set, (std::vector<model::HeaderLine>{{"x-a", "1"}}));
  EXPECT_EQ(filters.request.add, (std::vector<model::HeaderLine>{{"x-b", "2"}}));
  EXPECT_EQ(filters.request.remove, (Texts{"x-c"}));
  EXPECT_EQ(filters.response.remove, (Texts{"server"}));
  EXPECT_EQ(filters.host->value, "in.test");
  ASSERT_TRUE(filters.path.has_value());
  EXPECT_EQ(filters.path->type, model::PathRewrite::Type::kPrefix);
  EXPECT_EQ(filters.path->value, "/new");
  ASSERT_TRUE(filters.cors.has_value());
  EXPECT_EQ(filters.cors->max_age, "5");
  EXPECT_TRUE(filters.cors->allow_credentials);
  World redirect(
      Filter("{type: RequestRedirect, requestRedirect: {scheme: https, port: 8443, path: "
             "{type: ReplaceFullPath, replaceFullPath: /x}}}"));
  ASSERT_TRUE(redirect.Action().filters.redirect.has_value());
  EXPECT_EQ(redirect.Action().filters.redirect->status, 302);
  EXPECT_EQ(redirect.Action().filters.redirect->port, 8443);
  EXPECT_EQ(redirect.Action().filters.redirect->path->value, "/x");
}

TEST(Filters, BelongToTheirBackend) {
  World world(Rules("{backendRefs: [{name: a, port: 80, weight: 0, filters: [{type: "
                    "RequestHeaderModifier, requestHeaderModifier: {remove: [x]}}]}, {name: b, "
                    "port: 80}]}") +
              ServiceText("a") + ServiceText("b"));
  const auto& backends = world.Action().backends;
  ASSERT_EQ(backends.size(), 2u);
  EXPECT_EQ(backends[0].filters.request.remove, (Texts{"x"}));
  EXPECT_EQ(backends[0].weight, 0u);
  EXPECT_TRUE(backends[1].filters.request.empty());
  EXPECT_EQ(backends[1].weight, 1u);
  EXPECT_EQ(backends[1].index, 1u);
}

TEST(Filters, AnswerForOneThatIsNotActedOn) {
  World world(Filter("{type: ExternalAuth, externalAuth: {protocol: HTTP}}"));
  EXPECT_EQ(world.Action().fail_reason, "DroppedRule") << "it must not let requests through";
}

TEST(Filters, AnswerForAnExtensionThatIsMissing) {
  World world(Filter("{type: ExtensionRef, extensionRef: {group: x.test, kind: Thing, name: t}}"));
  EXPECT_EQ(world.Action().fail_reason, "FilterNotFound");
  EXPECT_EQ(world.Parent("r"), "Accepted=True/Accepted ResolvedRefs=False/BackendNotFound");
  EXPECT_EQ(Codes(world.translation.findings),
            (Texts{"spec.rules[0].filters[0].extensionRef.name: FilterNotFound"}));
  World backend(Rules("{backendRefs: [{name: a, port: 80, filters: [{type: ExtensionRef, "
                      "extensionRef: {group: gateway.solo.io, kind: RouteOption, name: t}}]}]}") +
                ServiceText("a") +
                Document("gateway.solo.io/v1", "RouteOption", "t", "spec: {options: {}}"));
  EXPECT_EQ(backend.Action().fail_reason, "");
  EXPECT_EQ(backend.Action().backends.at(0).target.reason, "FilterNotFound")
      << "options attach to rules; this share answers 500";
  World redirect(
      Rules("{backendRefs: [{name: a, port: 80, filters: [{type: ExtensionRef, extensionRef: "
            "{group: x.test, kind: Thing, name: t}}, {type: RequestRedirect, requestRedirect: "
            "{scheme: https}}]}]}") +
      ServiceText("a"));
  EXPECT_EQ(redirect.Action().backends.at(0).target.reason, "FilterNotFound");
  EXPECT_FALSE(redirect.Action().backends.at(0).filters.redirect.has_value());
}

TEST(Filters, DropAMirrorThatCannotBeResolved) {
  World world(
      Filter("{type: RequestMirror, requestMirror: {backendRef: {name: gone, port: 80}}}, "
             "{type: RequestMirror, requestMirror: {percent: 5, backendRef: {name: a, port: "
             "80}}}, {type: RequestMirror, requestMirror: {fraction: {numerator: 1, "
             "denominator: 3}, backendRef: {name: a, port: 80}}}") +
      ServiceText("a"));
  EXPECT_EQ(world.Parent("r"), "Accepted=True/Accepted ResolvedRefs=False/BackendNotFound");
  EXPECT_EQ(world.Action().fail_reason, "");
  const auto& mirrors = world.Action().filters.mirrors;
  ASSERT_EQ(mirrors.size(), 2u);
  EXPECT_EQ(mirrors[0].numerator, 5u);
  EXPECT_EQ(mirrors[0].denominator, 100u);
  EXPECT_EQ(mirrors[1].numerator, 1u);
  EXPECT_EQ(mirrors[1].denominator, 3u);
}

TEST(Rules, TellNoTimeoutFromADisabledOne) {
  World world(Rules("{timeouts: {request: 0s, backendRequest: 1m}}, {name: none}"));
  EXPECT_EQ(world.Action(0).timeouts.request, 0);
  EXPECT_EQ(world.Action(0).timeouts.backend_request, 60000);
  EXPECT_FALSE(world.Action(1).timeouts.request.has_value());
}

TEST(Rules, SayWhenAndHowOftenToRetry) {
  World world(
      Rules("{retry: {codes: [503, 500, 0x1f7], attempts: 2, backoff: 1s50ms}}, {retry: {}}, "
            "{name: none}"));
  EXPECT_EQ(Codes(world.load_findings), Texts());
  const auto& retry = world.Action(0).retry;
  ASSERT_TRUE(retry.has_value());
  EXPECT_EQ(retry->attempts, 2u);
  EXPECT_EQ(retry->codes, (std::vector<uint16_t>{500, 503})) << "0x1f7 is 503 again";
  EXPECT_EQ(retry->backoff_ms, 1050);
  const auto& bare = world.Action(1).retry;
  ASSERT_TRUE(bare.has_value());
  EXPECT_EQ(bare->attempts, 1u);
  EXPECT_TRUE(bare->codes.empty());
  EXPECT_FALSE(bare->backoff_ms.has_value());
  EXPECT_FALSE(world.Action(2).retry.has_value());
}

}  // namespace
}  // namespace kgw::translate
