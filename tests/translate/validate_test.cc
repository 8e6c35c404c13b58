// The rules between fields: a table of configurations, each with the one finding it must have.

#include <gtest/gtest.h>

#include <string>

#include "config/schema.h"
#include "translate/gateway/path_rules.h"
#include "translate/world.h"

namespace kgw::translate {
namespace {

struct Case {
  const char* spec;     // from line 5 on
  const char* finding;  // "line field: Code"; empty: none
};

std::string Judge(std::string_view kind, std::string_view spec) {
  World world(Cat("apiVersion: gateway.networking.k8s.io/v1\nkind: ", kind,
                  "\nmetadata: {name: x}\nspec:\n", spec, "\n"));
  std::string out;
  for (const std::string& text : Codes(world.load_findings, true)) {
    out += (out.empty() ? "" : ", ") + text;
  }
  EXPECT_EQ(world.rejected, out.empty() ? 0u : 1u) << spec;
  return out;
}

constexpr char kPrefix[] =
    "[{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]";

TEST(ValidateHTTPRoute, FindsEachBrokenRuleAtItsPlace) {
  const Case cases[] = {
      // References to parents.
      {"  parentRefs: [{name: a},\n {name: a}]", "6 spec.parentRefs[1]: DuplicateItem"},
      {"  parentRefs: [{name: a, sectionName: s},\n {name: a}]",
       "6 spec.parentRefs[1]: DuplicateItem"},
      {"  parentRefs: [{name: a, sectionName: s},\n {name: a, port: 80}]",
       "6 spec.parentRefs[1]: DuplicateItem"},
      {"  parentRefs: [{name: a, port: 80},\n {name: b},\n {name: a, port: 80}]",
       "7 spec.parentRefs[2]: DuplicateItem"},
      {"  parentRefs: [{name: a, sectionName: s}, {name: a, sectionName: t}]", ""},
      {"  parentRefs: [{name: a, sectionName: s, port: 1}, {name: a, sectionName: s, port: 2}]",
       ""},
      {"  parentRefs: [{name: a}, {name: a, namespace: other}, {name: a, kind: Service, group: "
       "\"\"}]",
       ""},
      // Rules as a whole.
      {"  rules:\n  - name: a\n  - name: b\n  - name: a", "8 spec.rules[2].name: DuplicateItem"},
      {"  rules:\n  - filters: [{type: RequestRedirect, requestRedirect: {}}]\n"
       "    backendRefs: [{name: a, port: 80}]",
       "6 spec.rules[0]: IncompatibleFilters"},
      {"  rules:\n  - timeouts: {request: 1s, backendRequest: 2s}",
       "6 spec.rules[0].timeouts: OutOfRange"},
      {"  rules:\n  - timeouts: {request: 0s, backendRequest: 2s}", ""},
      {"  rules:\n  - timeouts: {request: 2s, backendRequest: 2s}", ""},
      {"  rules:\n  - timeouts: {backendRequest: 2s}", ""},
      // Paths.
      {"  rules:\n  - matches:\n    - path: {value: api}",
       "7 spec.rules[0].matches[0].path.value: InvalidPath"},
      {"  rules:\n  - matches:\n    - path: {value: \"\"}",
       "7 spec.rules[0].matches[0].path.value: InvalidPath"},
      {"  rules:\n  - matches:\n    - path: {type: Exact, value: /a//b}",
       "7 spec.rules[0].matches[0].path.value: InvalidPath"},
      {"  rules:\n  - matches:\n    - path: {value: /a/./b}",
       "7 spec.rules[0].matches[0].path.value: InvalidPath"},
      {"  rules:\n  - matches:\n    - path: {value: /a/../b}",
       "7 spec.rules[0].matches[0].path.value: InvalidPath"},
      {"  rules:\n  - matches:\n    - path: {value: /a%2Fb}",
       "7 spec.rules[0].matches[0].path.value: InvalidPath"},
      {"  rules:\n  - matches:\n    - path: {value: \"/a#b\"}",
       "7 spec.rules[0].matches[0].path.value: InvalidPath"},
      {"  rules:\n  - matches:\n    - path: {value: /a/.}",
       "7 spec.rules[0].matches[0].path.value: InvalidPath"},
      {"  rules:\n  - matches:\n    - path: {value: /a/..}",
       "7 spec.rules[0].matches[0].path.value: InvalidPath"},
      {"  rules:\n  - matches:\n    - path: {value: \"/a b\"}",
       "7 spec.rules[0].matches[0].path.value: InvalidPath"},
      {"  rules:\n  - matches:\n    - path: {value: /a%2}",
       "7 spec.rules[0].matches[0].path.value: InvalidPath"},
      {"  rules:\n  - matches: [{path: {value: \"/%41-._~!$&'()*+,;=:@/...\"}}]", ""},
      {"  rules:\n  - matches: [{path: {type: RegularExpression, value: \".*//.*\"}}]", ""},
      // Retries.
      {"  rules:\n  - retry: {codes: [400, 599], attempts: 1, backoff: 0s}", ""},
      {"  rules:\n  - retry:\n      codes: [500,\n 399]",
       "8 spec.rules[0].retry.codes[1]: OutOfRange"},
      {"  rules:\n  - retry:\n      codes: [600]", "7 spec.rules[0].retry.codes[0]: OutOfRange"},
      {"  rules:\n  - retry:\n      codes: [5xx]", "7 spec.rules[0].retry.codes[0]: InvalidType"},
      {"  rules:\n  - retry:\n      codes: [500,\n 500]",
       "8 spec.rules[0].retry.codes[1]: DuplicateItem"},
      {"  rules:\n  - retry:\n      attempts: 0", "7 spec.rules[0].retry.attempts: OutOfRange"},
      {"  rules:\n  - retry:\n      attempts: 4294967297",
       "7 spec.rules[0].retry.attempts: OutOfRange"},
      {"  rules:\n  - retry:\n      backoff: 1.5s",
       "7 spec.rules[0].retry.backoff: InvalidDuration"},
      {"  rules:\n  - retry: 3", "6 spec.rules[0].retry: InvalidType"},
      // Filters.
      {"  rules:\n  - filters:\n    - {type: URLRewrite, urlRewrite: {}}\n"
       "    - {type: URLRewrite, urlRewrite: {}}",
       "6 spec.rules[0].filters: DuplicateItem"},
      {"  rules:\n  - filters:\n    - {type: URLRewrite, urlRewrite: {}}\n"
       "    - {type: RequestRedirect, requestRedirect: {}}",
       "6 spec.rules[0].filters: IncompatibleFilters"},
      {"  rules:\n  - backendRefs:\n    - name: a\n      port: 80\n"
       "      filters: [{type: CORS, cors: {}}, {type: CORS, cors: {}}]",
       "9 spec.rules[0].backendRefs[0].filters: DuplicateItem"},
      {"  rules:\n  - filters:\n    - type: RequestMirror\n"
       "      requestMirror: {percent: 1, fraction: {numerator: 1}, backendRef: {name: a, port: "
       "1}}",
       "8 spec.rules[0].filters[0].requestMirror: InvalidUnion"},
      {"  rules:\n  - filters:\n    - type: RequestMirror\n      requestMirror:\n"
       "        backendRef: {name: a, port: 1}\n        fraction: {numerator: 101}",
       "10 spec.rules[0].filters[0].requestMirror.fraction: OutOfRange"},
      {"  rules:\n  - filters:\n    - type: RequestMirror\n      requestMirror:\n"
       "        backendRef: {name: a}",
       "9 spec.rules[0].filters[0].requestMirror.backendRef: MissingField"},
      {"  rules:\n  - backendRefs: [{name: b, port: 1},\n {name: a}]",
       "7 spec.rules[0].backendRefs[1]: MissingField"},
      {"  rules: [{backendRefs: [{name: a, kind: Upstream, group: gloo.solo.io}]}]", ""},
      {"  rules:\n  - filters:\n    - type: CORS\n      cors:\n        allowOrigins: [\"*\", "
       "\"https://a.test\"]",
       "9 spec.rules[0].filters[0].cors.allowOrigins: InvalidValue"},
      {"  rules:\n  - filters:\n    - type: CORS\n      cors:\n        allowMethods: [GET, \"*\"]",
       "9 spec.rules[0].filters[0].cors.allowMethods: InvalidValue"},
      {"  rules:\n  - filters:\n    - type: CORS\n      cors:\n        allowHeaders: [a, \"*\"]",
       "9 spec.rules[0].filters[0].cors.allowHeaders: InvalidValue"},
      {"  rules: [{filters: [{type: CORS, cors: {allowOrigins: [\"*\"], allowMethods: [\"*\"]}}]}]",
       ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Judge("HTTPRoute", c.spec), c.finding) << c.spec;
}

TEST(ValidateHTTPRoute, ReplacesAPrefixOnlyOfOnePrefixMatch) {
  const auto judge = [](std::string_view rule) {
    return Judge("HTTPRoute", Cat("  rules: [{", rule, "}]"));
  };
  const std::string filters = Cat(", filters: ", kPrefix);
  EXPECT_EQ(judge(Cat("matches: [{path: {value: /a}}]", filters)), "");
  EXPECT_EQ(judge(Cat("name: default-match", filters)), "");
  EXPECT_EQ(judge(Cat("matches: [{path: {value: /a}}, {path: {value: /b}}]", filters)),
            "5 spec.rules[0].filters[0]: IncompatibleFilters");
  EXPECT_EQ(judge(Cat("matches: [{path: {type: Exact, value: /a}}]", filters)),
            "5 spec.rules[0].filters[0]: IncompatibleFilters");
  const std::string backend = Cat("{name: a, port: 1, filters: ", kPrefix, "}");
  EXPECT_EQ(judge(Cat("matches: [{path: {type: Exact, value: /a}}], backendRefs: [", backend, ", ",
                      backend, "]")),
            "5 spec.rules[0].backendRefs[0].filters[0]: IncompatibleFilters, "
            "5 spec.rules[0].backendRefs[1].filters[0]: IncompatibleFilters");
}

TEST(ValidateHTTPRoute, CountsTheMatchesOfAllRules) {
  const auto rules = [](int matches) {
    std::string out = "  rules:\n";
    for (int i = 0; i < matches; ++i) {
      if (i % 64 == 0) out += "  - matches:\n";
      out += Cat("    - path: {value: /", std::to_string(i), "}\n");
    }
    return out;
  };
  EXPECT_EQ(Judge("HTTPRoute", rules(128)), "");
  EXPECT_EQ(Judge("HTTPRoute", rules(129)), "5 spec.rules: TooMany");
}

TEST(ValidateGateway, FindsEachBrokenRuleAtItsPlace) {
  const char tls[] = "tls: {certificateRefs: [{name: c}]}";
  struct GatewayCase {
    std::string listeners;  // from line 7 on, then further fields
    const char* finding;
  };
  const GatewayCase cases[] = {
      {Cat("  - {name: a, port: 80, protocol: HTTP, ", tls, "}"),
       "7 spec.listeners[0].tls: InvalidValue"},
      {"  - {name: a, port: 80, protocol: TCP}\n  - {name: b, port: 81, protocol: UDP, "
       "tls: {mode: Passthrough}}",
       "8 spec.listeners[1].tls: InvalidValue"},
      {"  - name: a\n    port: 443\n    protocol: HTTPS\n    tls:\n      mode: Passthrough",
       "11 spec.listeners[0].tls.mode: InvalidValue"},
      {"  - {name: a, port: 443, protocol: TLS}", "7 spec.listeners[0]: MissingField"},
      {"  - {name: a, port: 443, protocol: TLS, tls: {mode: Passthrough}}", ""},
      {"  - name: a\n    port: 443\n    protocol: HTTPS\n    tls: {mode: Terminate}",
       "10 spec.listeners[0].tls: MissingField"},
      {"  - {name: a, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: c}]}}", ""},
      {"  - {name: a, port: 80, protocol: TCP, hostname: a.test}",
       "7 spec.listeners[0].hostname: InvalidValue"},
      {"  - {name: a, port: 80, protocol: HTTP}\n  - {name: b, port: 80, protocol: HTTP}",
       "8 spec.listeners[1]: DuplicateItem"},
      {"  - {name: a, port: 80, protocol: HTTP}\n  - {name: a, port: 81, protocol: HTTP}",
       "8 spec.listeners[1]: DuplicateItem"},
      {"  - {name: a, port: 80, protocol: HTTP}\n  infrastructure:\n    labels:\n      a/b/c: d",
       "10 spec.infrastructure.labels[a/b/c]: InvalidFormat"},
      {"  - {name: a, port: 80, protocol: HTTP}\n  infrastructure:\n    annotations:\n      -a: d",
       "10 spec.infrastructure.annotations[-a]: InvalidFormat"},
      {"  - {name: a, port: 80, protocol: HTTP}\n  infrastructure:\n    labels:\n      a: b c",
       "10 spec.infrastructure.labels[a]: InvalidFormat"},
      {"  - {name: a, port: 80, protocol: HTTP}\n  infrastructure: {labels: {a.test/b: \"\"}, "
       "annotations: {a: any thing}}",
       ""},
  };
  for (const GatewayCase& c : cases) {
    EXPECT_EQ(Judge("Gateway", Cat("  gatewayClassName: c\n  listeners:\n", c.listeners)),
              c.finding)
        << c.listeners;
  }
}

TEST(ValidateGateway, ChecksRequestedAddresses) {
  const auto judge = [](std::string_view addresses) {
    World world(
        Cat("apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: x}\n"
            "spec: {gatewayClassName: c, listeners: [",
            kHttp, "], addresses: [", addresses, "]}\n"));
    std::string out;
    for (const Diagnostic& d : world.load_findings) {
      if (d.severity == Severity::kError)
        out += Cat(out.empty() ? "" : ", ", d.field, ": ", d.code);
    }
    return out;
  };
  EXPECT_EQ(judge("{value: 192.0.2.1}, {value: \"2001:db8::1\"}, {type: Hostname, value: a.test}"),
            "");
  EXPECT_EQ(judge("{value: a.test}"), "spec.addresses[0].value: InvalidFormat");
  EXPECT_EQ(judge("{value: 192.0.2.1}, {value: 192.0.2.1}"), "spec.addresses[1]: DuplicateItem");
  EXPECT_EQ(judge("{type: Hostname, value: a.test}, {type: Hostname, value: a.test}"),
            "spec.addresses[1]: DuplicateItem");
}

TEST(CheckPathValue, NamesTheWholeCharacterAndItsEscape) {
  EXPECT_EQ(gateway::CheckPathValue("/caf\xC3\xA9s"),
            "a path cannot contain '\xC3\xA9': write %C3%A9");
  EXPECT_EQ(gateway::CheckPathValue("/a b"), "a path cannot contain ' ': write %20");
  EXPECT_EQ(gateway::CheckPathValue("/a%2"), "a path cannot contain an incomplete escape");
  EXPECT_EQ(gateway::CheckPathValue("/%C3%A9"), "");
}

TEST(Kinds, EachHaveABinding) {
  const upstream::Plugins plugins = upstream::Plugins::Builtin();
  const config::Registry registry = MakeRegistry(plugins);
  for (const auto& kind : config::Schema::Get().kinds()) {
    const config::KindBinding* binding = registry.Find(*kind);
    ASSERT_NE(binding->prototype, nullptr) << kind->name << " is in no row of MakeRegistry()";
    EXPECT_EQ(binding->prototype->GetTypeName(), kind->type_name);
  }
}

// The text of the API forbids it, its pattern does not: an API server takes it.
TEST(ValidateHTTPRoute, WarnsOfAnAddressAmongTheHostnames) {
  World world(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: x}\n"
      "spec: {hostnames: [a.test, 192.0.2.1]}\n");
  EXPECT_EQ(Codes(world.load_findings), (Texts{"spec.hostnames[1]: InvalidFormat"}));
  EXPECT_EQ(world.rejected, 0u);
}

}  // namespace
}  // namespace kgw::translate
