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

TEST(RouteOptions, RewriteHostAndPath) {
  World world(Rule(kRef) +
              Option("one", "hostRewrite: in.test, prefixRewrite: /new, timeout: 1.5s"));
  const model::Action& action = world.Action();
  EXPECT_EQ(action.filters.host, "in.test");
  EXPECT_FALSE(action.filters.auto_host);
  ASSERT_TRUE(action.filters.path.has_value());
  EXPECT_EQ(action.filters.path->type, model::PathRewrite::Type::kMatchedPath);
  EXPECT_EQ(action.filters.path->value, "/new");
  EXPECT_EQ(action.timeouts.request, 1500);
  World automatic(Rule(kRef) + Option("one", "autoHostRewrite: true, prefixRewrite: \"\""));
  EXPECT_TRUE(automatic.Action().filters.auto_host);
  EXPECT_FALSE(automatic.Action().filters.path.has_value()) << "an empty text rewrites nothing";
}

TEST(RouteOptions, OfTheEarlierFilterWinFieldByField) {
  World world(Rule(Cat(kRef, ", ", kRefTwo)) +
              Option("one", "timeout: 1s, headerManipulation: {requestHeadersToRemove: [a]}") +
              Option("two",
                     "timeout: 2s, hostRewrite: two.test, headerManipulation: "
                     "{responseHeadersToRemove: [b]}"));
  EXPECT_EQ(world.Action().timeouts.request, 1000);
  EXPECT_EQ(world.Action().filters.host, "two.test");
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
  EXPECT_EQ(world.Action().filters.host, "rule.test");
  EXPECT_EQ(world.Action().filters.path->value, "/rule");
  World part(Rule(Cat("{type: URLRewrite, urlRewrite: {hostname: rule.test}}, ", kRef)) +
             Option("one", "autoHostRewrite: true, prefixRewrite: /option"));
  EXPECT_EQ(part.Action().filters.host, "rule.test");
  EXPECT_FALSE(part.Action().filters.auto_host);
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
      {"timeout: -1s", "spec.options.timeout: InvalidDuration"},
      {"headerManipulation: {requestHeadersToAdd: [{header: {value: x}}]}",
       "spec.options.headerManipulation.requestHeadersToAdd[0].header: MissingField"},
      {"headerManipulation: {responseHeadersToAdd: [{header: {key: \":status\", value: x}}]}",
       "spec.options.headerManipulation.responseHeadersToAdd[0].header: InvalidFormat"},
      {"headerManipulation: {requestHeadersToAdd: [{header: {key: Host, value: x}}]}",
       "spec.options.headerManipulation.requestHeadersToAdd[0].header: UnsupportedValue"},
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

TEST(RouteOptions, WithNothingInThemDoNothing) {
  World world(Rule(kRef) + Document("gateway.solo.io/v1", "RouteOption", "one", "spec: {}"));
  EXPECT_EQ(world.Action().fail_reason, "");
  EXPECT_FALSE(world.Action().timeouts.request.has_value());
}

}  // namespace
}  // namespace kgw::translate
