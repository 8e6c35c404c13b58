// Requests: never a crash, a decision that can be written, repeated and explained.
//
// An input that begins with '{' is a line of JSON as for `kgw route --requests`; any other is cut
// into the parts of a request.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "kgw/engine.h"
#include "kgw/json.h"
#include "require.h"

namespace kgw::fuzz {
namespace {

// Every Upstream has one host, so that a request with a random number of its own repeats itself.
constexpr std::string_view kConfiguration = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web}
spec:
  gatewayClassName: kgw
  listeners:
  - {name: any, port: 80, protocol: HTTP}
  - {name: wild, port: 80, protocol: HTTP, hostname: "*.example"}
  - {name: alt, port: 8080, protocol: HTTP}
  - {name: tls, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: none}]}}
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: one}
spec: {static: {hosts: [{addr: one.internal, port: 80}]}}
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: two}
spec: {useHttp2: true, static: {useTls: true, hosts: [{addr: 192.0.2.1, port: 8443}]}}
---
apiVersion: gateway.solo.io/v1
kind: RouteOption
metadata: {name: options}
spec:
  options:
    prefixRewrite: /b
    autoHostRewrite: true
    timeout: 3s
    headerManipulation: {requestHeadersToRemove: [x-gone]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  parentRefs: [{name: web}]
  hostnames: [shop.example, "*.shop.example"]
  rules:
  - matches:
    - path: {type: Exact, value: /exact}
    - path: {type: RegularExpression, value: "/v[0-9]+(/.*)?"}
      headers: [{name: x-a, value: "1"}, {name: x-b, type: RegularExpression, value: "[a-z]+"}]
    - path: {value: /find}
      method: POST
      queryParams: [{name: q, value: "a b"}, {name: r, type: RegularExpression, value: ".*x"}]
    filters:
    - type: RequestHeaderModifier
      requestHeaderModifier: {set: [{name: x-set, value: "1"}], add: [{name: x-add, value: "2"}], remove: [x-c]}
    - type: CORS
      cors: {allowOrigins: ["https://*.example", "http://a.example:8080"], allowCredentials: true, allowMethods: ["*"], allowHeaders: ["*"]}
    - type: RequestMirror
      requestMirror: {backendRef: {group: gloo.solo.io, kind: Upstream, name: two}, percent: 50}
    backendRefs:
    - {group: gloo.solo.io, kind: Upstream, name: one, weight: 3}
    - {group: gloo.solo.io, kind: Upstream, name: two, weight: 1}
    - {group: gloo.solo.io, kind: Upstream, name: none, weight: 1}
  - matches: [{path: {value: /old}}, {path: {value: /older/}}]
    filters:
    - type: RequestRedirect
      requestRedirect: {scheme: https, port: 8443, path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}, statusCode: 301}
  - matches: [{path: {value: /rewrite}}]
    filters:
    - type: URLRewrite
      urlRewrite: {hostname: new.example, path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}
    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: one}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: rest}
spec:
  parentRefs: [{name: web}]
  rules:
  - matches: [{path: {value: /a}}]
    filters: [{type: ExtensionRef, extensionRef: {group: gateway.solo.io, kind: RouteOption, name: options}}]
    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: one}]
  - matches: [{path: {value: /plain}}]
    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: two}]
  - matches: [{path: {value: /nobody}}]
    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: one, weight: 0}]
  - matches: [{path: {value: /go}, method: GET}]
    filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplaceFullPath, replaceFullPath: "/gone"}}}]
)";

class Judge {
 public:
  Judge() : engine_(Options{.seed = 1}) {
    engine_.Apply("fuzz.yaml", kConfiguration);
    reader_ = engine_.NewReader();
    Decision d;
    reader_->Route({.authority = "shop.example", .path = "/plain"}, &d);
    Require(d.verdict == Verdict::kForward, "the configuration does not work", DecisionJson(d));
  }

  void See(const Request& request) {
    Decision decision;
    reader_->Route(request, &decision);
    const std::string json = DecisionJson(decision);
    RequireJson(json);
    RequireSense(request, decision, json);
    if (!request.random) return;
    reader_->Route(request, &decision);
    Require(DecisionJson(decision) == json, "the second answer differs from the first", json);
    Compare(engine_.Explain(request), decision, json);
  }

 private:
  static void RequireSense(const Request& request, const Decision& d, const std::string& json) {
    const bool forwards = d.verdict == Verdict::kForward;
    const std::string_view path = d.request.path, came = request.path;
    Require(forwards == !path.empty(), "only forwards have a path", json);
    Require(!forwards || d.endpoint.port != 0, "a forward without an endpoint", json);
    Require(path.find_first_of(std::string_view("#\0", 2)) == path.npos,
            "a fragment or NUL is forwarded", json);
    const bool rooted = path.starts_with('/');
    Require(!forwards || rooted || path.data() == came.data() || came.find('#') != came.npos,
            "a new path without its slash", json);
    Require(std::string_view(d.request.authority).find('\0') == path.npos, "NUL in a host", json);
    const bool answers = !forwards && d.verdict != Verdict::kReject;
    Require(answers == (d.response.status != 0), "a status where there should be none", json);
    const bool well = forwards || d.verdict == Verdict::kRedirect || d.verdict == Verdict::kRespond;
    Require(well == d.reason.empty(), "a reason where there should be none", json);
    Require(!well || !d.route.kind.empty(), "nobody's route", json);
    const auto locations =
        std::count_if(d.response.edits.set.begin(), d.response.edits.set.end(),
                      [](const Header& header) { return header.name == "location"; });
    Require((d.verdict == Verdict::kRedirect) == (locations == 1), "one location", json);
  }

  static void Compare(const Explanation& explanation, const Decision& d, const std::string& json) {
    RequireJson(ExplanationJson(explanation));
    Require(explanation.decision_json == json, "the explanation decides differently", json);
    const auto winners = std::count_if(explanation.candidates.begin(), explanation.candidates.end(),
                                       [](const ExplainedCandidate& c) { return c.matched; });
    Require(winners == (d.route.kind.empty() ? 0 : 1), "the explanation has another winner",
            ExplanationJson(explanation));
  }

  Engine engine_;
  std::unique_ptr<Reader> reader_;
};

// Words of the configuration, so that the fuzzer need not guess them.
std::string Text(FuzzedDataProvider* data) {
  static constexpr const char* kWords[] = {"shop.example",
                                           "a.shop.example",
                                           "GET",
                                           "POST",
                                           "OPTIONS",
                                           "https",
                                           "http",
                                           "/exact",
                                           "/v1/",
                                           "/find?q=a+b&r=x",
                                           "/old",
                                           "/rewrite",
                                           "/a",
                                           "/plain",
                                           "/go",
                                           "origin",
                                           "access-control-request-method",
                                           "https://a.example",
                                           "x-a",
                                           "x-b",
                                           "1"};
  const uint8_t word = data->ConsumeIntegral<uint8_t>();
  std::string out = word < std::size(kWords) ? kWords[word] : "";
  return out + data->ConsumeRandomLengthString();
}

void SeeParts(FuzzedDataProvider* data, Judge* judge) {
  const std::string method = Text(data), scheme = Text(data), authority = Text(data);
  const std::string path = Text(data), sni = Text(data),
                    gateway = data->ConsumeBool() ? "default/web" : "";
  std::vector<std::pair<std::string, std::string>> lines;
  for (size_t n = data->ConsumeIntegralInRange<size_t>(0, 8); n > 0; --n) {
    lines.emplace_back(Text(data), "");
    lines.back().second = Text(data);
  }
  std::vector<Header> headers;
  for (const auto& [name, value] : lines) headers.push_back({name, value});
  const uint8_t port = data->ConsumeIntegral<uint8_t>();
  judge->See({.method = method,
              .scheme = scheme,
              .authority = authority,
              .path = path,
              .headers = headers,
              .sni = sni,
              .gateway = gateway,
              .protocol = data->PickValueInArray({Protocol::kHttp, Protocol::kHttp, Protocol::kGrpc,
                                                  Protocol::kTls, Protocol::kTcp, Protocol::kUdp}),
              .port = static_cast<uint16_t>(port < 128   ? 0
                                            : port < 192 ? 80
                                                         : 8080),
              .random = data->ConsumeIntegral<uint32_t>()});
}

}  // namespace
}  // namespace kgw::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static kgw::fuzz::Judge judge;
  if (size > 0 && data[0] == '{') {
    kgw::ParsedRequest parsed;
    const std::string problem = parsed.Parse({reinterpret_cast<const char*>(data), size});
    if (!problem.empty()) return 0;
    kgw::Request request = parsed.request();
    request.random = size;
    judge.See(request);
    return 0;
  }
  FuzzedDataProvider provider(data, size);
  kgw::fuzz::SeeParts(&provider, &judge);
  return 0;
}
