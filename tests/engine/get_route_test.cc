// Property: what `kgw get` prints, loaded again, decides as the original does.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "kgw/json.h"
#include "texts.h"

namespace kgw {
namespace {

namespace fs = std::filesystem;

std::string EverythingOf(const Engine& engine) {
  std::string out;
  for (const KindInfo& kind : engine.Kinds()) {
    for (const ObjectView& object : engine.Objects(kind.kind)) out += "---\n" + object.yaml;
  }
  return out;
}

// The decisions for every authority, path, method and header list below.
std::vector<std::string> Decide(Engine* engine) {
  const std::vector<std::vector<Header>> header_lists = {
      {}, {{"x-version", "v2"}}, {{"Origin", "https://app.example"}, {"x-tag", "1"}}};
  std::vector<std::string> out;
  const auto reader = engine->NewReader();
  for (const char* authority : {"static.example", "billing.example", "petstore.example",
                                "shop.example", "albums.example", "deep.shop.example", ""}) {
    for (const char* path : {"/", "/api", "/api/pets?x=1", "/albums/1", "/photos", "/old/a",
                             "/v7/x", "/exact", "/exact/", "/go", "/mirror"}) {
      for (const char* method : {"GET", "POST", "OPTIONS"}) {
        for (const auto& headers : header_lists) {
          for (const uint16_t port : {uint16_t{80}, uint16_t{8080}}) {
            Decision d;
            reader->Route({.method = method,
                           .authority = authority,
                           .path = path,
                           .headers = headers,
                           .port = port,
                           .random = 7},
                          &d);
            out.push_back(DecisionJson(d));
          }
        }
      }
    }
  }
  return out;
}

void ExpectTheSameAfterGet(const std::vector<Source>& sources) {
  const Options options{.seed = 5, .unix_seconds = [] { return 1'700'000'000; }};
  Engine first(options), second(options);
  const Report report = first.Apply(sources);
  for (const Diagnostic& d : report.diagnostics) {
    if (d.severity == Severity::kError) ADD_FAILURE() << DiagnosticJson(d);
  }
  const std::string text = EverythingOf(first);
  const Report again = second.Apply("get.yaml", text);
  EXPECT_EQ(again.objects, report.objects) << text;
  EXPECT_EQ(again.diagnostics.size(), report.diagnostics.size()) << text;
  const std::vector<std::string> decisions = Decide(&first);
  const auto forwards = std::count_if(decisions.begin(), decisions.end(), [](const auto& json) {
    return json.starts_with("{\"verdict\":\"forward\"");
  });
  EXPECT_GT(forwards, 20);
  EXPECT_EQ(Decide(&second), decisions) << text;
  EXPECT_EQ(EverythingOf(second), text);
}

fs::path Examples() {
  const char* root = std::getenv("KGW_SOURCE_ROOT");
  return fs::path(root == nullptr ? "." : root) / "examples" / "upstreams";
}

Source Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {path.filename().string(),
          {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}};
}

TEST(GetRoute, TheExamplesDecideTheSame) {
  std::vector<Source> sources;
  for (const auto& entry : fs::directory_iterator(Examples())) {
    if (entry.path().extension() != ".yaml" || entry.path().stem() == "mistake") continue;
    sources.push_back(Read(entry.path()));
  }
  ASSERT_GE(sources.size(), 5u);
  ExpectTheSameAfterGet(sources);
}

constexpr std::string_view kFilters = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: filters, creationTimestamp: 2024-05-01T10:00:00Z, generation: 3}
spec:
  parentRefs: [{name: web}]
  hostnames: [shop.example, "*.shop.example"]
  rules:
  - name: old
    matches:
    - path: {value: /old}
      headers: [{name: X-Tag, value: "1"}]
    - path: {type: RegularExpression, value: "/v[0-9]/.*"}
      queryParams: [{name: x, type: RegularExpression, value: "[0-9]*"}]
    - path: {type: RegularExpression, value: "/v[0-9]/.*"}
    filters:
    - type: RequestHeaderModifier
      requestHeaderModifier: {set: [{name: A, value: "no"}], add: [{name: b, value: 'x: "y"'}], remove: [c]}
    - type: URLRewrite
      urlRewrite: {hostname: new.example, path: {type: ReplaceFullPath, replaceFullPath: "/#"}}
    timeouts: {request: 1m30s, backendRequest: 500ms}
    backendRefs: [{name: shop, port: 80, weight: 3}, {name: none, port: 80}, {name: shop, port: 80, weight: 0}]
  - matches: [{path: {type: Exact, value: /exact}, method: POST}]
    filters:
    - type: CORS
      cors: {allowOrigins: ["https://*.example"], allowCredentials: true, allowMethods: [GET, PUT], maxAge: 60}
    backendRefs:
    - name: shop
      port: 80
      filters:
      - type: ResponseHeaderModifier
        responseHeaderModifier: {remove: [server]}
  - matches: [{path: {value: /go}}]
    filters:
    - type: RequestRedirect
      requestRedirect: {scheme: https, port: 8443, statusCode: 301, path: {type: ReplacePrefixMatch, replacePrefixMatch: ""}}
  - matches: [{path: {value: /mirror}}]
    filters:
    - type: RequestMirror
      requestMirror: {backendRef: {name: shop, port: 80}, fraction: {numerator: 1, denominator: 3}}
    - type: RequestMirror
      requestMirror: {backendRef: {name: shop, port: 80}, percent: 50}
    backendRefs: [{name: shop, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: shop, annotations: {"on": "yes", "~": "null"}}
spec: {ports: [{name: web, port: 80, targetPort: web}], clusterIP: 10.2.0.1}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: shop-1, labels: {kubernetes.io/service-name: shop}}
addressType: IPv6
ports: [{name: web, port: 8080}]
endpoints:
- {addresses: ["2001:db8::1"]}
- {addresses: ["2001:db8::2"], conditions: {ready: false}}
---
apiVersion: v1
kind: Namespace
metadata: {name: default, labels: {team: "007"}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kgw}
spec: {controllerName: example.com/gateway}
)";

TEST(GetRoute, FiltersServicesAndOddTextsDecideTheSame) {
  ExpectTheSameAfterGet(
      {{"gateway.yaml", std::string(kGateway)}, {"filters.yaml", std::string(kFilters)}});
}

constexpr std::string_view kUpstreams = R"(
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: weights}
spec:
  useHttp2: true
  static:
    useTls: true
    autoSniRewrite: false
    hosts:
    - {addr: a.example, port: 443, sniAddr: sni.example, loadBalancingWeight: 5}
    - {addr: 192.0.2.1, port: 8443}
---
apiVersion: gateway.solo.io/v1
kind: RouteOption
metadata: {name: options}
spec:
  options:
    prefixRewrite: /b/
    hostRewrite: ""
    timeout: 0s
    headerManipulation:
      requestHeadersToAdd: [{header: {key: X-A, value: "1"}, append: false}]
      responseHeadersToRemove: [x-b]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: options}
spec:
  parentRefs: [{name: web, sectionName: http}]
  rules:
  - filters: [{type: ExtensionRef, extensionRef: {group: gateway.solo.io, kind: RouteOption, name: options}}]
    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: weights}]
)";

TEST(GetRoute, UpstreamsAndRouteOptionsDecideTheSame) {
  ExpectTheSameAfterGet(
      {{"gateway.yaml", std::string(kGateway)}, {"upstreams.yaml", std::string(kUpstreams)}});
}

}  // namespace
}  // namespace kgw
