#include <gtest/gtest.h>

#include <string>

#include "translate/world.h"

namespace kgw::translate {
namespace {

std::string Option(std::string_view name, std::string_view options) {
  return Document("gateway.solo.io/v1", "RouteOption", name,
                  Cat("spec: {options: {", options, "}}"));
}

constexpr char kRef[] =
    "{type: ExtensionRef, extensionRef: {group: gateway.solo.io, kind: "
    "RouteOption, name: one}}";
constexpr char kRefTwo[] =
    "{type: ExtensionRef, extensionRef: {group: gateway.solo.io, kind: "
    "RouteOption, name: two}}";

std::string Rule(std::string_view filters, std::string_view rest = "") {
  return Cat(GatewayText(kHttp),
             RouteText("r", Cat(kOnEdge, "rules: [{filters: [", filters, "]", rest, "}]")));
}

// "kHeader x-host", with the pattern behind if there is one.
std::string HostText(const model::Action& action) {
  constexpr const char* kTypes[] = {"kLiteral", "kEndpoint", "kHeader", "kPathRegex"};
  if (!action.filters.host) return "none";
  const model::HostRewrite& host = *action.filters.host;
  return Cat(kTypes[static_cast<size_t>(host.type)], " ", host.value,
             host.pattern.empty() ? "" : " ", host.pattern);
}

TEST(RouteOptions, RewriteHostAndPath) {
  World world(Rule(kRef) +
              Option("one", "hostRewrite: in.test, prefixRewrite: /new, timeout: 1.5s"));
  const model::Action& action = world.Action();
  EXPECT_EQ(HostText(action), "kLiteral in.test");
  ASSERT_TRUE(action.filters.path.has_value());
  EXPECT_EQ(action.filters.path->type, model::PathRewrite::Type::kMatchedPath);
  EXPECT_EQ(action.filters.path->value, "/new");
  EXPECT_EQ(action.timeouts.request, 1500);
  World automatic(Rule(kRef) + Option("one", "autoHostRewrite: true, prefixRewrite: \"\""));
  EXPECT_EQ(HostText(automatic.Action()), "kEndpoint ");
  EXPECT_FALSE(automatic.Action().filters.path.has_value()) << "an empty text rewrites nothing";
}

TEST(RouteOptions, OfTheEarlierFilterWinFieldByField) {
  World world(Rule(Cat(kRef, ", ", kRefTwo)) +
              Option("one", "timeout: 1s, headerManipulation: {requestHeadersToRemove: [a]}") +
              Option("two",
                     "timeout: 2s, hostRewrite: two.test, headerManipulation: "
                     "{responseHeadersToRemove: [b]}"));
  EXPECT_EQ(world.Action().timeouts.request, 1000);
  EXPECT_EQ(HostText(world.Action()), "kLiteral two.test");
  EXPECT_EQ(world.Action().filters.request.remove, (Texts{"a"}));
  EXPECT_EQ(world.Action().filters.response.remove, Texts{}) << "two blocks never combine";
  World host(Rule(Cat(kRef, ", ", kRefTwo)) + Option("one", "autoHostRewrite: false") +
             Option("two", "hostRewrite: two.test"));
  EXPECT_FALSE(host.Action().filters.host.has_value()) << "an explicit false is set, too";
}

TEST(RouteOptions, TakeThePlaceOfHeaderModifiers) {
  const char modifiers[] =
      "{type: RequestHeaderModifier, requestHeaderModifier: {remove: [x]}}, "
      "{type: ResponseHeaderModifier, responseHeaderModifier: {remove: [z]}}, ";
  World world(Rule(Cat(modifiers, kRef)) +
              Option("one",
                     "headerManipulation: {requestHeadersToRemove: [A], requestHeadersToAdd: "
                     "[{header: {key: B, value: \"1\"}}, {header: {key: C, value: \"2\"}, "
                     "append: false}]}"));
  const model::Filters& filters = world.Action().filters;
  EXPECT_EQ(filters.request.remove, (Texts{"a"}));
  EXPECT_EQ(filters.request.add, (std::vector<model::HeaderLine>{{"b", "1"}}));
  EXPECT_EQ(filters.request.set, (std::vector<model::HeaderLine>{{"c", "2"}}));
  EXPECT_TRUE(filters.response.empty());
  World other(Rule(Cat(modifiers, kRef)) + Option("one", "timeout: 1s"));
  EXPECT_EQ(other.Action().filters.request.remove, (Texts{"x"})) << "it sets no headers";
}

TEST(RouteOptions, OverwriteWhatTheyAppendedBefore) {
  World world(Rule(kRef) +
              Option("one",
                     "headerManipulation: {requestHeadersToAdd: [{header: {key: a, value: "
                     "\"1\"}}, {header: {key: A, value: \"2\"}, append: false}, {header: "
                     "{key: a, value: \"3\"}}]}"));
  EXPECT_EQ(world.Action().filters.request.set, (std::vector<model::HeaderLine>{{"a", "2"}}));
  EXPECT_EQ(world.Action().filters.request.add, (std::vector<model::HeaderLine>{{"a", "3"}}));
}

TEST(RouteOptions, GiveWayToAUrlRewrite) {
  const char rewrite[] =
      "{type: URLRewrite, urlRewrite: {hostname: rule.test, path: {type: "
      "ReplaceFullPath, replaceFullPath: /rule}}}, ";
  const std::string option = Option("one", "hostRewrite: option.test, prefixRewrite: /option");
  World world(Rule(Cat(rewrite, kRef)) + option);
  EXPECT_EQ(HostText(world.Action()), "kLiteral rule.test");
  EXPECT_EQ(world.Action().filters.path->value, "/rule");
  World part(Rule(Cat("{type: URLRewrite, urlRewrite: {hostname: rule.test}}, ", kRef)) +
             Option("one", "autoHostRewrite: true, prefixRewrite: /option"));
  EXPECT_EQ(HostText(part.Action()), "kLiteral rule.test");
  EXPECT_EQ(part.Action().filters.path->value, "/option");
}

TEST(RouteOptions, WinOverTheTimeoutOfTheRule) {
  const char timeouts[] = ", timeouts: {request: 10s, backendRequest: 5s}";
  World world(Rule(kRef, timeouts) + Option("one", "timeout: 0s"));
  EXPECT_EQ(world.Action().timeouts.request, 0);
  EXPECT_EQ(world.Action().timeouts.backend_request, 5000);
  World unset(Rule(kRef, timeouts) + Option("one", "hostRewrite: a.test"));
  EXPECT_EQ(unset.Action().timeouts.request, 10000);
}

TEST(RouteOptions, ThatAreMissingAnswer500UnlessTheOldWayIsAskedFor) {
  World world(Rule(kRef));
  EXPECT_EQ(world.Action().fail_reason, "FilterNotFound");
  EXPECT_EQ(world.Parent("r"), "Accepted=True/Accepted ResolvedRefs=False/BackendNotFound");
  Options legacy;
  legacy.legacy_extension_ref = true;
  World old(Rule(kRef), legacy);
  EXPECT_EQ(old.Action().fail_reason, "");
  EXPECT_EQ(old.Parent("r"), "Accepted=True/Accepted ResolvedRefs=False/BackendNotFound");
  World far(Rule(kRef) +
            Document("gateway.solo.io/v1", "RouteOption", "one", "spec: {options: {}}", "far"));
  EXPECT_EQ(far.Action().fail_reason, "FilterNotFound") << "only the route's namespace counts";
}

TEST(RouteOptions, ThatAreInvalidAreNotThere) {
  struct Case {
    const char *options, *finding;
  };
  const Case cases[] = {
      {"prefixRewrite: /a//b", "spec.options.prefixRewrite: InvalidPath"},
      {"prefixRewrite: \"/a b\"", "spec.options.prefixRewrite: InvalidPath"},
      {"hostRewrite: a.test, autoHostRewrite: true", "spec.options: InvalidUnion"},
      {"prefixRewrite: /a, regexRewrite: {pattern: {regex: a}}", "spec.options: InvalidUnion"},
      {"hostRewriteHeader: x, hostRewritePathRegex: {pattern: {regex: a}}",
       "spec.options: InvalidUnion"},
      {"hostRewriteHeader: \":authority\"", "spec.options.hostRewriteHeader: InvalidFormat"},
      {"regexRewrite: {pattern: {regex: \"(\"}}",
       "spec.options.regexRewrite.pattern.regex: InvalidRegex"},
      {"regexRewrite: {pattern: {regex: a}, substitution: '\\1'}",
       "spec.options.regexRewrite.substitution: InvalidFormat"},
      {"regexRewrite: {substitution: a}", "spec.options.regexRewrite.pattern: MissingField"},
      {"hostRewritePathRegex: {pattern: {regex: \"(\"}}",
       "spec.options.hostRewritePathRegex.pattern.regex: InvalidRegex"},
      {"retries: {retryOn: 5xx, retryBackOff: {baseInterval: 0s}}",
       "spec.options.retries.retryBackOff.baseInterval: OutOfRange"},
      {"retries: {retryOn: 5xx, retriableStatusCodes: [42]}",
       "spec.options.retries.retriableStatusCodes[0]: OutOfRange"},
      {"cors: {allowMethods: [GET]}", "spec.options.cors: MissingField"},
      {"cors: {disableForRoute: true}", "spec.options.cors: MissingField"},
      {"cors: {allowOriginRegex: [a, \"(\"]}",
       "spec.options.cors.allowOriginRegex[1]: InvalidRegex"},
      {"shadowing: {percentage: 1}", "spec.options.shadowing.upstream: MissingField"},
      {"shadowing: {upstream: {name: a}, percentage: 100.5}",
       "spec.options.shadowing.percentage: OutOfRange"},
      {"shadowing: {upstream: {name: a}, percentage: some}",
       "spec.options.shadowing.percentage: InvalidType"},
      {"timeout: -1s", "spec.options.timeout: InvalidDuration"},
      {"headerManipulation: {requestHeadersToAdd: [{header: {value: x}}]}",
       "spec.options.headerManipulation.requestHeadersToAdd[0].header: MissingField"},
      {"headerManipulation: {responseHeadersToAdd: [{header: {key: \":status\", value: x}}]}",
       "spec.options.headerManipulation.responseHeadersToAdd[0].header: InvalidFormat"},
      {"headerManipulation: {requestHeadersToAdd: [{header: {key: Host, value: x}}]}",
       "spec.options.headerManipulation.requestHeadersToAdd[0].header: UnsupportedValue"},
      {"headerManipulation: {requestHeadersToAdd: [{header: {key: \"a b\", value: x}}]}",
       "spec.options.headerManipulation.requestHeadersToAdd[0].header.key: InvalidFormat"},
      {"headerManipulation: {requestHeadersToAdd: [{header: {key: a, value: \"x\\r\\nb: y\"}}]}",
       "spec.options.headerManipulation.requestHeadersToAdd[0].header.value: InvalidFormat"},
      {"hostRewrite: \"a b/c\"", "spec.options.hostRewrite: InvalidFormat"},
      {"hostRewritePathRegex: {pattern: {regex: a}, substitution: \"a\\nb\"}",
       "spec.options.hostRewritePathRegex.substitution: InvalidFormat"},
      {"cors: {allowOrigin: [a], exposeHeaders: [\"a\\nb\"]}",
       "spec.options.cors.exposeHeaders[0]: InvalidFormat"},
      {"headerManipulation: {requestHeadersToRemove: [a, Host]}",
       "spec.options.headerManipulation.requestHeadersToRemove[1]: UnsupportedValue"},
      {"headerManipulation: {responseHeadersToRemove: [\":status\"]}",
       "spec.options.headerManipulation.responseHeadersToRemove[0]: UnsupportedValue"},
  };
  for (const Case& c : cases) {
    World world(Rule(kRef) + Option("one", c.options));
    EXPECT_EQ(Codes(world.load_findings), (Texts{c.finding}));
    EXPECT_EQ(world.Action().fail_reason, "FilterNotFound") << c.options;
  }
}

TEST(RouteOptions, ThatAreHalfActedOnSaySo) {
  struct Case {
    const char *options, *first;
  };
  const Case cases[] = {
      {"retries: {retryOn: 5xx, retryBackOff: {maxInterval: 1s}}",
       "spec.options.retries.retryBackOff.maxInterval: NotActedOn"},
      {"retries: {numRetries: 2}", "spec.options.retries: MissingField"},
      {"retries: {retryOn: \"5xx,unavailable\"}", "spec.options.retries.retryOn: NotActedOn"},
      {"retries: {retryOn: 5yy}", "spec.options.retries.retryOn: UnsupportedValue"},
      {"cors: {allowOrigin: [\"*\"], maxAge: 1d}", "spec.options.cors.maxAge: InvalidFormat"},
      {"idleTimeout: 5s", "spec.options.idleTimeout: NotActedOn"},
      {"headerManipulation: {requestHeadersToAdd: [{header: {key: a, value: \"%PROTOCOL%\"}}]}",
       "spec.options.headerManipulation.requestHeadersToAdd[0].header.value: NotActedOn"},
  };
  for (const Case& c : cases) {
    World world(Rule(kRef) + Option("one", c.options));
    ASSERT_FALSE(world.load_findings.empty()) << c.options;
    EXPECT_EQ(Codes(world.load_findings)[0], c.first);
  }
  World both(Rule(kRef) + Option("one",
                                 "retries: {retryOn: 5xx, retryBackOff: {baseInterval: 2s, "
                                 "maxInterval: 1s}}"));
  EXPECT_EQ(both.load_findings.back().message, "base interval: 2s is > max interval: 1s");
}

TEST(RouteOptions, LeaveOutHeadersWhoseValueIsASecrets) {
  World world(Rule(kRef) +
              Option("one",
                     "headerManipulation: {requestHeadersToAdd: [{headerSecretRef: {name: s}}, "
                     "{header: {key: a, value: \"100 % of 5%\"}}]}"));
  EXPECT_EQ(Codes(world.load_findings),
            (Texts{"spec.options.headerManipulation.requestHeadersToAdd[0].headerSecretRef: "
                   "NotActedOn"}));
  ASSERT_EQ(world.Action().filters.request.add.size(), 1u);
  EXPECT_EQ(world.Action().filters.request.add[0].first, "a");
}

TEST(RouteOptions, RewriteByPattern) {
  World world(Rule(kRef) + Option("one",
                                  "regexRewrite: {pattern: {googleRe2: {}, regex: \"/a(.)\"}, "
                                  "substitution: '/b\\1'}, hostRewriteHeader: X-Host, "
                                  "appendXForwardedHost: true"));
  EXPECT_EQ(Codes(world.load_findings), Texts{});
  const model::Filters& filters = world.Action().filters;
  ASSERT_TRUE(filters.path.has_value());
  EXPECT_EQ(filters.path->type, model::PathRewrite::Type::kRegex);
  EXPECT_EQ(filters.path->pattern, "/a(.)");
  EXPECT_EQ(filters.path->value, "/b\\1");
  EXPECT_EQ(HostText(world.Action()), "kHeader x-host");
  EXPECT_TRUE(filters.keeps_old_host);
  World path(Rule(kRef) + Option("one",
                                 "hostRewritePathRegex: {pattern: {regex: \"/(.*)\"}, "
                                 "substitution: '\\1'}"));
  EXPECT_EQ(HostText(path.Action()), "kPathRegex \\1 /(.*)");
}

TEST(RouteOptions, SayWhatIsRetriedAndTakeThePlaceOfTheRulesRetry) {
  const auto retry = [](std::string_view options) {
    World world(Rule(kRef, ", retry: {codes: [500], attempts: 7}") + Option("one", options));
    const model::Action& action = world.Action();
    if (!action.retry) return std::string("none");
    std::string out = Cat(std::to_string(action.retry->attempts), " after");
    for (const uint16_t code : action.retry->codes) out += Cat(" ", std::to_string(code));
    return Cat(out, ", ", std::to_string(action.retry->backoff_ms.value_or(-1)), ", ",
               std::to_string(action.timeouts.backend_request.value_or(-1)));
  };
  EXPECT_EQ(retry("timeout: 1s"), "7 after 500, -1, -1");
  EXPECT_EQ(retry("retries: {retryOn: \"gateway-error, connect-failure\", numRetries: 3, "
                  "perTryTimeout: 2s, retryBackOff: {baseInterval: 50ms}}"),
            "3 after 502 503 504, 50, 2000");
  EXPECT_EQ(retry("retries: {retryOn: \"retriable-status-codes,retriable-4xx\", "
                  "retriableStatusCodes: [429, 409]}"),
            "1 after 409 429, -1, -1");
  EXPECT_EQ(retry("retries: {retryOn: connect-failure, numRetries: 0, retriableStatusCodes: "
                  "[429]}"),
            "1 after, -1, -1");
  EXPECT_EQ(retry("retries: {numRetries: 3}"), "none");
  EXPECT_EQ(retry("retries: {retryOn: unavailable}"), "none");
}

constexpr char kCorsFilter[] = "{type: CORS, cors: {allowOrigins: [\"*\"]}}, ";

TEST(RouteOptions, SetCorsOrSwitchItOff) {
  World world(
      Rule(Cat(kCorsFilter, kRef)) +
      Option("one",
             "cors: {allowOrigin: [\"*\", \"https://a.test\"], allowOriginRegex: [b], "
             "allowMethods: [GET], allowHeaders: [x], exposeHeaders: [x-out], maxAge: \"60\", "
             "allowCredentials: true}"));
  ASSERT_TRUE(world.Action().filters.cors.has_value());
  const model::Cors& cors = *world.Action().filters.cors;
  EXPECT_EQ(cors.allow_origins, (Texts{"*"}));
  EXPECT_EQ(cors.exact_origins, (Texts{"https://a.test"}));
  EXPECT_EQ(cors.origin_patterns, (Texts{"b"}));
  EXPECT_EQ(cors.allow_methods, (Texts{"GET"}));
  EXPECT_EQ(cors.allow_headers, (Texts{"x"}));
  EXPECT_EQ(cors.expose_headers, (Texts{"x-out"}));
  EXPECT_EQ(cors.max_age, "60");
  EXPECT_TRUE(cors.allow_credentials);
  World off(Rule(Cat(kCorsFilter, kRef)) +
            Option("one", "cors: {allowOrigin: [a], disableForRoute: true}"));
  EXPECT_FALSE(off.Action().filters.cors.has_value());
}

TEST(RouteOptions, ShadowToAnUpstream) {
  const std::string tape = UpstreamText("tape", "static: {hosts: [{addr: 192.0.2.1, port: 80}]}");
  World world(Rule(kRef) + tape +
              Option("one", "shadowing: {upstream: {name: tape}, percentage: 12.5}"));
  ASSERT_EQ(world.Action().filters.mirrors.size(), 1u);
  const model::Mirror& mirror = world.Action().filters.mirrors[0];
  EXPECT_EQ(mirror.target.name, "tape");
  EXPECT_EQ(mirror.target.namespace_, "default");
  EXPECT_EQ(uint64_t{mirror.numerator} * 8, mirror.denominator);
  EXPECT_TRUE(mirror.appends_shadow);
  EXPECT_EQ(mirror.authority, "");
  World named(Rule(kRef) + tape +
              Option("one",
                     "shadowing: {upstream: {name: tape}, percentage: 100, "
                     "disableShadowHostSuffixAppend: true, hostRewriteLiteral: tape.test}"));
  EXPECT_EQ(named.Action().filters.mirrors[0].numerator,
            named.Action().filters.mirrors[0].denominator);
  EXPECT_FALSE(named.Action().filters.mirrors[0].appends_shadow);
  EXPECT_EQ(named.Action().filters.mirrors[0].authority, "tape.test");
  World none(Rule(kRef) + tape + Option("one", "shadowing: {upstream: {name: tape}}"));
  EXPECT_TRUE(none.Action().filters.mirrors.empty());
}

TEST(RouteOptions, DoNotShadowToWhatIsNotThereOrNotTheirs) {
  World gone(Rule(Cat(kRef, "]}, {filters: [", kRef)) +
             Option("one", "shadowing: {upstream: {name: tape}, percentage: 100}"));
  EXPECT_TRUE(gone.Action().filters.mirrors.empty());
  EXPECT_EQ(gone.Action().fail_reason, "");
  EXPECT_EQ(Codes(gone.translation.findings),
            (Texts{"spec.options.shadowing.upstream.name: BackendNotFound"}))
      << "once, although two rules use it";
  const std::string far =
      Cat(Rule(kRef), UpstreamText("tape", "static: {hosts: [{addr: 192.0.2.1, port: 80}]}", "far"),
          Option("one", "shadowing: {upstream: {name: tape, namespace: far}, percentage: 100}"));
  World denied(far);
  EXPECT_EQ(Codes(denied.translation.findings),
            (Texts{"spec.options.shadowing.upstream.name: RefNotPermitted"}));
  World granted(far + GrantText("far",
                                "{group: gateway.solo.io, kind: RouteOption, namespace: default}",
                                "{group: gloo.solo.io, kind: Upstream}"));
  EXPECT_EQ(granted.Action().filters.mirrors.size(), 1u);
}

TEST(RouteOptions, ThatNeedABackendSayWhereARuleRedirects) {
  World world(Rule(Cat("{type: RequestRedirect, requestRedirect: {scheme: https}}, ", kRef)) +
              Option("one",
                     "cors: {allowOrigin: [a]}, shadowing: {upstream: {name: tape}, percentage: "
                     "1}, timeout: 1s, prefixRewrite: /a, hostRewrite: a"));
  EXPECT_FALSE(world.Action().filters.cors.has_value());
  EXPECT_FALSE(world.Action().filters.path.has_value());
  EXPECT_EQ(Codes(world.translation.findings),
            (Texts{"spec.options.prefixRewrite: IncompatibleFilters",
                   "spec.options.hostRewrite: IncompatibleFilters",
                   "spec.options.cors: IncompatibleFilters",
                   "spec.options.shadowing: IncompatibleFilters"}));
  ASSERT_NE(world.Action().options, nullptr);
  EXPECT_EQ(world.Action().options->size(), 1u) << "what does nothing is not in effect";
}

TEST(RouteOptions, WithNothingInThemDoNothing) {
  World world(Rule(kRef) + Document("gateway.solo.io/v1", "RouteOption", "one", "spec: {}"));
  EXPECT_EQ(world.Action().fail_reason, "");
  EXPECT_FALSE(world.Action().timeouts.request.has_value());
}

}  // namespace
}  // namespace kgw::translate
