// kgw/inspect.h - looking inside an Engine: objects, tables, and why a request goes where it goes.
//
// Plain values, filled by inspect/ for people and tools; they stay valid when the Engine changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kgw/decision.h"

namespace kgw {

struct KindInfo {  // one of the kinds that the engine reads
  std::string group;
  std::string kind;      // "HTTPRoute"
  std::string plural;    // "httproutes"
  std::string singular;  // "httproute"
  std::vector<std::string> short_names;
  bool namespaced = true;
};

struct ObjectView {  // one object with defaults filled in and the status that kgw computed
  std::string kind, namespace_, name;
  std::string api_version;
  std::string file;
  uint32_t line = 0;
  std::string json;  // compact, one line, keys in schema order; Secrets redacted
  std::string yaml;  // the same as YAML
  std::vector<std::pair<std::string, std::string>> columns;  // for a table: title, text; as kubectl
  std::vector<std::pair<std::string, std::string>> wide_columns;  // further ones for -o wide
};

struct RouteRow {  // one match of the compiled table; rows come in matching order
  std::string gateway, listener;
  uint16_t port = 0;
  std::string hostname;  // "*" for any
  std::string path_type, path;
  std::string method;                // "*" for any
  std::vector<std::string> headers;  // "x-a=1", "x-b~=regex"
  std::vector<std::string> query;
  std::string route_kind, route_namespace, route_name;
  uint32_t rule = 0, match = 0;
  std::string
      action;  // "forward default/shop:80 (90%), ...", "redirect 302 https", "500 DroppedRule"
  std::vector<std::string> via;  // as ExplainedCandidate::via
};

struct EndpointRow {
  std::string cluster;
  std::string upstream;  // "namespace/name", a Service with ":port"
  std::string endpoint;  // "10.0.0.1:8080", "api.example.com:443"
  uint32_t weight = 1;
  uint32_t priority = 0;
  std::string locality;
  std::string health;  // "healthy"
  std::string tls;     // "off", or the SNI
  // Of tickets: under way, done, and of those the ones that the endpoint answered with 5xx or not
  // at all.
  uint64_t active_requests = 0, finished_requests = 0, failed_requests = 0;
};

struct ExplainedCandidate {
  std::string route;  // "HTTPRoute default/shop"
  uint32_t rule = 0, match = 0;
  std::string rule_name;
  std::string hostname;    // under which it was considered; "*" for any
  std::string predicates;  // "PathPrefix /api, method GET, header x-a=1"
  bool matched = false;
  std::string failed;  // the first predicate that does not hold, with what the request has
  // The rules that delegated to this one, outermost first: "HTTPRoute default/parent rule 0".
  std::vector<std::string> via;
};

struct Explanation {
  std::vector<std::string> listener_steps;     // how Gateway and listener were chosen
  std::vector<ExplainedCandidate> candidates;  // in order of precedence; the first match wins
  std::vector<std::string> decision_steps;     // filters, backend and endpoint, one sentence each
  std::string decision_json;                   // as DecisionJson()
};

}  // namespace kgw
