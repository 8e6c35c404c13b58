// tests/engine/texts.h - short configurations for the engine's tests.
#pragma once

#include <string>
#include <string_view>

#include "kgw/engine.h"

namespace kgw {

inline constexpr std::string_view kGateway = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web}
spec:
  gatewayClassName: kgw
  listeners:
  - {name: http, port: 80, protocol: HTTP}
)";

// An Upstream with one host of the same name.
inline std::string UpstreamText(const std::string& name) {
  return "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: " + name +
         "}\nspec: {static: {hosts: [{addr: " + name + ".example, port: 80}]}}\n---\n";
}

// A route for a path prefix to an Upstream.
inline std::string RouteText(const std::string& name, const std::string& prefix,
                             const std::string& upstream) {
  return "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: " + name +
         "}\nspec:\n  parentRefs: [{name: web}]\n  rules:\n"
         "  - matches: [{path: {value: " +
         prefix +
         "}}]\n"
         "    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: " +
         upstream + "}]\n---\n";
}

// What a new reader says of a path: the endpoint, or the verdict's status and reason.
inline std::string Ask(Engine* engine, std::string_view path) {
  const auto reader = engine->NewReader();
  Decision d;
  reader->Route({.authority = "a.example", .path = path}, &d);
  if (d.verdict == Verdict::kForward) {
    return std::string(d.endpoint.hostname.empty() ? d.endpoint.address : d.endpoint.hostname);
  }
  return std::to_string(d.response.status) + " " + std::string(d.reason);
}

}  // namespace kgw
