// model/model.h - a configuration after translation: what the data plane needs, and nothing else.
//
// No Kubernetes, no protobuf, no references left to resolve: names have become indexes. translate/
// builds a Model; snapshot/ compiles one; inspect/ reads one to explain. Read only once built: any
// number of threads may share it.
//
// A missing hostname ("any host") is an empty string; hostnames are lower case.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/action.h"
#include "model/match.h"
#include "model/upstream.h"

namespace kgw::model {

struct Rule {
  std::string name;
  std::vector<Match> matches;  // ORed; empty if every match was invalid, or if others answer
  Action action;
  // Where the action was taken over from: "request timeout from HTTPRoute default/parent rule 0".
  std::vector<std::string> inherited;
};

// One route object. Its rules are shared by all the listeners it is attached to. A route that
// others delegate to is here once for each rule that does, with what its rules are under that rule.
struct Route {
  static constexpr int64_t kUndated = std::numeric_limits<int64_t>::max();

  std::string kind = "HTTPRoute";
  std::string namespace_;
  std::string name;
  int64_t created = kUndated;  // unix seconds; the older of two equal matches wins
  std::vector<Rule> rules;     // as many as the object has, and in its order
  // Who delegated, outermost first: "HTTPRoute default/parent rule 0".
  std::vector<std::string> via;

  // The last criterion between routes: "namespace/name", compared as one text.
  std::string FullName() const { return namespace_ + "/" + name; }
};

// One hostname under which a route answers on a listener.
struct AttachedHostname {
  std::string effective;  // the route's hostname intersected with the listener's
  std::string ranked;     // the hostname that counts for precedence (HTTPRoute.spec.hostnames)
};

struct AttachedRoute {
  uint32_t route = 0;  // index into Model::routes
  std::vector<AttachedHostname> hostnames;
};

struct Listener {
  std::string name;
  uint16_t port = 0;
  bool tls = false;      // HTTPS: TLS is terminated here and the SNI selects the listener
  bool ready = true;     // false: takes its hostname, but closes every connection
  std::string hostname;  // "" any, "a.example.com", or "*.example.com"
  std::vector<AttachedRoute> routes;
};

struct Gateway {
  std::string name;  // "namespace/name"
  std::vector<Listener> listeners;
};

struct Model {
  std::vector<Gateway> gateways;  // sorted by name
  std::vector<Route> routes;
  std::vector<Upstream> upstreams;
};

}  // namespace kgw::model
