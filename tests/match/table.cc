#include "table.h"

#include <optional>

#include "base/strings.h"
#include "http/hostname.h"
#include "http/request_view.h"
#include "inspect/naive_matcher.h"

namespace kgw::match {
namespace {

model::Match WithPath(model::PathType type, std::string_view value) {
  model::Match match;
  match.path = {type, std::string(value)};
  return match;
}

std::string Shown(const Result& result) {
  switch (result.outcome) {
    case Outcome::kMatched:
      return base::Cat(result.route->name, ".",
                       std::to_string(result.rule - result.route->rules.data()), ".",
                       std::to_string(result.match - result.rule->matches.data()));
    case Outcome::kNoRoute:
      return result.listener == nullptr ? "404 without listener" : "404";
    case Outcome::kMisdirected:
      return "421";
    case Outcome::kNoListener:
      break;
  }
  return "close";
}

bool Same(const Result& a, const Result& b) {
  return a.outcome == b.outcome && a.gateway == b.gateway && a.listener == b.listener &&
         a.route == b.route && a.rule == b.rule && a.match == b.match;
}

}  // namespace

model::Match Exact(std::string value) { return WithPath(model::PathType::kExact, value); }
model::Match Prefix(std::string value) {
  return WithPath(model::PathType::kPathPrefix, http::TrimPrefixValue(value));
}
model::Match RegularExpression(std::string value) {
  return WithPath(model::PathType::kRegularExpression, value);
}
model::Match Method(model::Match match, std::string method) {
  match.method = std::move(method);
  return match;
}
model::Match WithHeader(model::Match match, std::string name, std::string value, bool regex) {
  match.headers.push_back({std::move(name), std::move(value), regex});
  return match;
}
model::Match WithQuery(model::Match match, std::string name, std::string value, bool regex) {
  match.query.push_back({std::move(name), std::move(value), regex});
  return match;
}

Table& Table::Gateway(std::string name) {
  if (model.gateways.empty() || !model.gateways.back().listeners.empty()) {
    model.gateways.emplace_back();
  }
  model.gateways.back().name = std::move(name);
  return *this;
}

Table& Table::Listen(std::string name, std::string hostname, uint16_t port, bool tls) {
  model.gateways.back().listeners.push_back(
      {std::move(name), port, tls, true, std::move(hostname), {}});
  return *this;
}

Table& Table::NotReady() {
  model.gateways.back().listeners.back().ready = false;
  return *this;
}

Table& Table::Route(std::string name, std::vector<std::string> hostnames,
                    std::vector<model::Match> rules, int64_t created) {
  model::Route& route = model.routes.emplace_back();
  route.namespace_ = "default";
  route.name = std::move(name);
  route.created = created;
  for (model::Match& match : rules) route.rules.emplace_back().matches = {std::move(match)};
  Attach(static_cast<uint32_t>(model.routes.size() - 1), hostnames);
  return *this;
}

Table& Table::OneRule(std::string name, std::vector<model::Match> matches) {
  for (uint32_t i = 0; i < matches.size(); ++i) matches[i].index = i;
  Route(std::move(name), {}, {{}});
  model.routes.back().rules[0].matches = std::move(matches);
  return *this;
}

Table& Table::Kind(std::string kind) {
  model.routes.back().kind = std::move(kind);
  return *this;
}

void Table::Attach(uint32_t route, const std::vector<std::string>& hostnames) {
  for (model::Gateway& gateway : model.gateways) {
    for (model::Listener& listener : gateway.listeners) {
      model::AttachedRoute attached{route, {}};
      for (const std::string& hostname : hostnames) {
        const auto effective = http::Intersect(hostname, listener.hostname);
        if (effective) attached.hostnames.push_back({std::string(*effective), hostname});
      }
      if (hostnames.empty()) attached.hostnames.push_back({listener.hostname, listener.hostname});
      if (!attached.hostnames.empty()) listener.routes.push_back(attached);
    }
  }
}

std::string Table::Ask(const Asked& asked) const {
  kgw::Request request;
  request.method = asked.method;
  request.authority = asked.authority;
  request.path = asked.path;
  request.headers = asked.headers;
  http::RequestView view;
  view.Reset(request, http::Normalization::kRfc3986);
  const Result compiled = Matcher(model, options).Find(asked.arrival, view, asked.method);
  const Result naive =
      inspect::MatchNaively(model, options, asked.arrival, view, asked.method).result;
  if (Same(compiled, naive)) return Shown(compiled);
  return base::Cat("compiled: ", Shown(compiled), ", naive: ", Shown(naive));
}

}  // namespace kgw::match
