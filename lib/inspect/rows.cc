#include "inspect/rows.h"

#include <algorithm>

#include "base/strings.h"
#include "inspect/naive_matcher.h"

namespace kgw::inspect {
namespace {

using base::Cat;

std::string RedirectText(const model::Redirect& redirect) {
  std::string out = Cat("redirect ", std::to_string(redirect.status));
  if (!redirect.scheme.empty()) out += Cat(" ", redirect.scheme);
  if (!redirect.hostname.empty()) out += Cat(" ", redirect.hostname);
  if (redirect.port) out += Cat(" :", std::to_string(*redirect.port));
  if (redirect.path) out += Cat(" ", redirect.path->value);
  return out;
}

std::string Percent(uint64_t weight, uint64_t total) {
  if (total == 0) return "0%";
  const uint64_t tenths = (weight * 1000 + total / 2) / total;
  const std::string whole = std::to_string(tenths / 10);
  return tenths % 10 == 0 ? Cat(whole, "%") : Cat(whole, ".", std::to_string(tenths % 10), "%");
}

std::string BackendText(const model::Model& model, const model::BackendTarget& target) {
  if (target.upstream != model::kNoUpstream && target.reason.empty()) {
    const std::string& name = model.upstreams[target.upstream].display;
    return target.function.empty() ? name : Cat(name, " function ", target.function);
  }
  return Cat(target.namespace_, "/", target.name, " (", target.reason, ")");
}

std::string ActionText(const model::Model& model, const model::Action& action) {
  if (!action.fail_reason.empty()) {
    return Cat(std::to_string(action.fail_status), " ", action.fail_reason);
  }
  if (action.filters.redirect) return RedirectText(*action.filters.redirect);
  if (action.backends.empty()) return "500 NoBackends";
  uint64_t total = 0;
  for (const model::Backend& backend : action.backends) total += backend.weight;
  std::string out = "forward";
  const char* separator = " ";
  for (const model::Backend& backend : action.backends) {
    out += Cat(separator, BackendText(model, backend.target));
    if (action.backends.size() > 1) out += Cat(" (", Percent(backend.weight, total), ")");
    separator = ", ";
  }
  return out;
}

RouteRow MakeRow(const model::Model& model, const model::Gateway& gateway,
                 const model::Listener& listener, const Candidate& candidate) {
  RouteRow row;
  row.gateway = gateway.name;
  row.listener = listener.name;
  row.port = listener.port;
  row.hostname = candidate.hostname->effective.empty() ? "*" : candidate.hostname->effective;
  row.path_type = PathTypeName(candidate.match->path.type);
  row.path = PathText(candidate.match->path);
  row.method = candidate.match->method.empty() ? "*" : candidate.match->method;
  for (const auto& header : candidate.match->headers) row.headers.push_back(PredicateText(header));
  for (const auto& query : candidate.match->query) row.query.push_back(PredicateText(query));
  row.route_kind = candidate.route->kind;
  row.route_namespace = candidate.route->namespace_;
  row.route_name = candidate.route->name;
  row.rule = static_cast<uint32_t>(candidate.rule - candidate.route->rules.data());
  row.match = candidate.match->index;
  row.action = ActionText(model, candidate.rule->action);
  row.via = candidate.route->via;
  return row;
}

std::vector<Candidate> Candidates(const model::Model& model, const model::Listener& listener,
                                  const match::Options& options) {
  std::vector<Candidate> out;
  for (const model::AttachedRoute& attached : listener.routes) {
    const model::Route& route = model.routes[attached.route];
    for (const model::AttachedHostname& hostname : attached.hostnames) {
      for (const model::Rule& rule : route.rules) {
        for (const model::Match& match : rule.matches) {
          out.push_back({&route, &rule, &match, &hostname, {}});
        }
      }
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [&](const Candidate& a, const Candidate& b) { return Precedes(a, b, options); });
  return out;
}

}  // namespace

std::string PathTypeName(model::PathType type) {
  switch (type) {
    case model::PathType::kExact:
      return "Exact";
    case model::PathType::kRegularExpression:
      return "RegularExpression";
    case model::PathType::kPathPrefix:
      break;
  }
  return "PathPrefix";
}

std::string PathText(const model::PathMatch& path) {
  return path.type == model::PathType::kPathPrefix && path.value.empty() ? "/" : path.value;
}

std::string PredicateText(const model::ValueMatch& match) {
  return Cat(match.name, match.regex ? "~=" : "=", match.value);
}

std::string EndpointText(std::string_view address, std::string_view hostname, uint16_t port) {
  const std::string_view host = address.empty() ? hostname : address;
  if (host.starts_with(model::kUnixScheme)) return std::string(host);
  const bool v6 = host.find(':') != std::string_view::npos && host[0] != '[';
  return Cat(v6 ? "[" : "", host, v6 ? "]:" : ":", std::to_string(port));
}

std::vector<RouteRow> ListRoutes(const model::Model& model, const match::Options& options) {
  std::vector<RouteRow> out;
  for (const model::Gateway& gateway : model.gateways) {
    for (const model::Listener& listener : gateway.listeners) {
      for (const Candidate& candidate : Candidates(model, listener, options)) {
        out.push_back(MakeRow(model, gateway, listener, candidate));
      }
    }
  }
  return out;
}

std::vector<EndpointRow> ListEndpoints(const model::Model& model) {
  std::vector<EndpointRow> out;
  for (const model::Upstream& upstream : model.upstreams) {
    for (const model::Endpoint& endpoint : upstream.endpoints) {
      EndpointRow& row = out.emplace_back();
      row.cluster = upstream.cluster;
      row.upstream = upstream.display;
      row.endpoint = EndpointText(endpoint.address, endpoint.hostname, endpoint.port);
      row.weight = endpoint.weight;
      row.health = "healthy";  // nothing has said otherwise
      row.tls = endpoint.tls ? endpoint.tls->sni : "off";
    }
  }
  return out;
}

std::vector<EndpointRow> ListEndpoints(const snapshot::Snapshot& snapshot) {
  std::vector<EndpointRow> rows = ListEndpoints(snapshot.model());
  auto row = rows.begin();
  const auto& upstreams = snapshot.model().upstreams;
  for (uint32_t i = 0; i < upstreams.size(); ++i) {
    for (const snapshot::Host& compiled : snapshot.HostsOf(snapshot.ClusterOf(i))) {
      const balance::HostState& host = snapshot.hosts().At(compiled.slot);
      row->active_requests = host.active.load(std::memory_order_relaxed);
      row->finished_requests = host.finished.load(std::memory_order_relaxed);
      row->failed_requests = host.failed.load(std::memory_order_relaxed);
      ++row;
    }
  }
  return rows;
}

}  // namespace kgw::inspect
