#include "inspect/naive_matcher.h"

#include <algorithm>
#include <tuple>

#include "base/regex.h"
#include "base/strings.h"
#include "http/hostname.h"

namespace kgw::inspect {
namespace {

using base::Cat;
using match::Outcome;
using Listeners = std::vector<const model::Listener*>;

std::string Shown(std::string_view hostname) {
  return std::string(hostname.empty() ? "*" : hostname);
}

// Gateway API, Listener.hostname: the most specific hostname that matches takes the request.
const model::Listener* MostSpecific(const Listeners& listeners, std::string_view host) {
  const model::Listener* best = nullptr;
  for (const model::Listener* listener : listeners) {
    if (!http::HostMatches(listener->hostname, host)) continue;
    if (best == nullptr ||
        http::HostnameRank(listener->hostname) > http::HostnameRank(best->hostname)) {
      best = listener;
    }
  }
  return best;
}

// Without a server name only a listener for any host can answer.
const model::Listener* ForServerName(const Listeners& listeners, std::string_view sni) {
  if (!sni.empty()) return MostSpecific(listeners, sni);
  for (const model::Listener* listener : listeners) {
    if (listener->hostname.empty()) return listener;
  }
  return nullptr;
}

// Asks each Gateway in turn. True: `answer->result` is final, or its listener is to be searched.
class ListenerChoice {
 public:
  ListenerChoice(const match::Arrival& arrival, std::string_view host, NaiveResult* answer)
      : arrival_(arrival), host_(host), answer_(answer) {}

  bool Ask(const model::Gateway& gateway) {
    if (!arrival_.gateway.empty() && gateway.name != arrival_.gateway) return false;
    Listeners listeners;
    for (const model::Listener& listener : gateway.listeners) {
      if (listener.port == arrival_.port && listener.tls == arrival_.tls) {
        listeners.push_back(&listener);
      }
    }
    if (listeners.empty()) {
      Say(gateway, Cat("no ", arrival_.tls ? "HTTPS" : "HTTP", " listener on port ",
                       std::to_string(arrival_.port)));
      return false;
    }
    return arrival_.tls ? AskTls(gateway, listeners) : AskPlain(gateway, listeners);
  }

 private:
  bool AskPlain(const model::Gateway& gateway, const Listeners& listeners) {
    const model::Listener* chosen = MostSpecific(listeners, host_);
    if (chosen != nullptr) {
      Say(gateway, Cat("listener ", chosen->name, " (", Shown(chosen->hostname),
                       ") is the most specific one for host ", host_));
      return Take(gateway, *chosen);
    }
    Say(gateway, Cat("no listener on the port has host ", host_));
    if (result().gateway == nullptr) result() = {Outcome::kNoRoute, &gateway};
    return false;
  }

  bool AskTls(const model::Gateway& gateway, const Listeners& listeners) {
    const std::string sni = arrival_.sni.empty() ? "without SNI" : Cat("with SNI ", arrival_.sni);
    const model::Listener* chosen = ForServerName(listeners, arrival_.sni);
    if (chosen == nullptr) {
      Say(gateway, Cat("no listener on the port takes a connection ", sni));
      return false;
    }
    Say(gateway, Cat("listener ", chosen->name, " (", Shown(chosen->hostname),
                     ") takes a connection ", sni));
    if (!Take(gateway, *chosen) || result().outcome == Outcome::kNoListener) return true;

    const model::Listener* of_host = MostSpecific(listeners, host_);
    if (of_host == nullptr) {
      result() = {Outcome::kNoRoute, &gateway};
      Say(gateway, Cat("no listener on the port has host ", host_));
    } else if (of_host != chosen) {
      result().outcome = Outcome::kMisdirected;
      Say(gateway, Cat("host ", host_, " belongs to listener ", of_host->name,
                       ", not to the one of the connection"));
    }
    return true;
  }

  bool Take(const model::Gateway& gateway, const model::Listener& listener) {
    result() = {};
    if (listener.ready) {
      result() = {Outcome::kNoRoute, &gateway, &listener};
    } else {
      Say(gateway, Cat("listener ", listener.name, " is not ready: the connection is closed"));
    }
    return true;
  }

  match::Result& result() { return answer_->result; }
  void Say(const model::Gateway& gateway, const std::string& text) {
    answer_->steps.push_back(Cat("Gateway ", gateway.name, ": ", text));
  }

  const match::Arrival& arrival_;
  std::string_view host_;
  NaiveResult* answer_;
};

// The hostname for which the route is considered: its best that stands for the host. Without
// fall-through only hostnames as specific as `least` count.
const model::AttachedHostname* BestHostname(const model::AttachedRoute& route,
                                            std::string_view host, uint64_t least) {
  const model::AttachedHostname* best = nullptr;
  for (const model::AttachedHostname& hostname : route.hostnames) {
    if (!http::HostMatches(hostname.effective, host)) continue;
    if (http::HostnameRank(hostname.effective) < least) continue;
    if (best == nullptr || http::HostnameRank(hostname.ranked) > http::HostnameRank(best->ranked)) {
      best = &hostname;
    }
  }
  return best;
}

uint64_t MostSpecificRank(const model::Listener& listener, std::string_view host) {
  uint64_t rank = 0;
  for (const model::AttachedRoute& route : listener.routes) {
    for (const model::AttachedHostname& hostname : route.hostnames) {
      if (!http::HostMatches(hostname.effective, host)) continue;
      rank = std::max(rank, http::HostnameRank(hostname.effective));
    }
  }
  return rank;
}

int PathTypeRank(model::PathType type, const match::Options& options) {
  if (type == model::PathType::kExact) return 0;
  return (type == model::PathType::kPathPrefix) == options.path_type_prefix_first ? 1 : 2;
}

bool Equals(const model::ValueMatch& match, std::string_view value) {
  return match.regex ? base::Regex(match.value).FullMatch(value) : match.value == value;
}

std::string FailedValue(std::string_view what, const model::ValueMatch& match,
                        std::optional<std::string_view> value) {
  if (!value) return Cat("no ", what, " ", match.name);
  if (Equals(match, *value)) return {};
  return Cat(what, " ", match.name, " is \"", *value, "\", needs ",
             match.regex ? "a match of " : "", "\"", match.value, "\"");
}

std::string FailedPath(const model::PathMatch& match, std::string_view path) {
  switch (match.type) {
    case model::PathType::kExact:
      if (path == match.value) return {};
      return Cat("path ", path, " is not ", match.value);
    case model::PathType::kPathPrefix:
      if (match.value.empty() || http::HasPathPrefix(path, match.value)) return {};
      return Cat("path ", path, " is not under PathPrefix ", match.value);
    case model::PathType::kRegularExpression:
      break;
  }
  const base::Regex regex(match.value);
  if (!regex.ok()) return Cat("the regular expression ", match.value, " is invalid");
  if (regex.FullMatch(path)) return {};
  return Cat("path ", path, " does not match the regular expression ", match.value);
}

// The first predicate that does not hold.
std::string Failed(const model::Match& match, const http::RequestView& request,
                   std::string_view method) {
  std::string failed = FailedPath(match.path, request.path());
  if (failed.empty() && !match.method.empty() && match.method != method) {
    return Cat("method is ", method, ", needs ", match.method);
  }
  for (size_t i = 0; failed.empty() && i < match.headers.size(); ++i) {
    failed = FailedValue("header", match.headers[i], request.Header(match.headers[i].name));
  }
  for (size_t i = 0; failed.empty() && i < match.query.size(); ++i) {
    failed = FailedValue("query parameter", match.query[i], request.Query(match.query[i].name));
  }
  return failed;
}

std::vector<Candidate> Candidates(const model::Model& model, const match::Options& options,
                                  const model::Listener& listener, std::string_view host) {
  const uint64_t least = options.host_fallthrough ? 0 : MostSpecificRank(listener, host);
  std::vector<Candidate> candidates;
  for (const model::AttachedRoute& attached : listener.routes) {
    const model::AttachedHostname* hostname = BestHostname(attached, host, least);
    if (hostname == nullptr) continue;
    const model::Route& route = model.routes[attached.route];
    for (const model::Rule& rule : route.rules) {
      for (const model::Match& match : rule.matches) {
        candidates.push_back({&route, &rule, &match, hostname, {}});
      }
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](const auto& a, const auto& b) { return Precedes(a, b, options); });
  return candidates;
}

}  // namespace

// Gateway API, HTTPRouteRule.matches: the order of precedence, criterion by criterion. In the end
// it is the order in the model: routes that are there several times are delegated to.
bool Precedes(const Candidate& a, const Candidate& b, const match::Options& options) {
  const auto by_match = [&](const Candidate& c) {
    const model::Match& m = *c.match;
    return std::tuple(~http::HostnameRank(c.hostname->ranked), PathTypeRank(m.path.type, options),
                      ~m.path.value.size(), m.method.empty(), ~m.headers.size(), ~m.query.size(),
                      c.route->created);
  };
  const auto by_route = [](const Candidate& c) {
    return std::tuple(c.route->FullName(), std::string_view(c.route->kind), c.route, c.rule,
                      c.match);
  };
  if (by_match(a) != by_match(b)) return by_match(a) < by_match(b);
  return by_route(a) < by_route(b);
}

NaiveResult MatchNaively(const model::Model& model, const match::Options& options,
                         const match::Arrival& arrival, const http::RequestView& request,
                         std::string_view method) {
  NaiveResult answer;
  ListenerChoice choice(arrival, request.host(), &answer);
  for (const model::Gateway& gateway : model.gateways) {
    if (choice.Ask(gateway)) break;
  }
  match::Result& result = answer.result;
  if (result.outcome != Outcome::kNoRoute || result.listener == nullptr) return answer;

  answer.candidates = Candidates(model, options, *result.listener, request.host());
  for (Candidate& candidate : answer.candidates) {
    candidate.failed = Failed(*candidate.match, request, method);
    if (!candidate.failed.empty() || result.outcome == Outcome::kMatched) continue;
    result.outcome = Outcome::kMatched;
    result.route = candidate.route;
    result.rule = candidate.rule;
    result.match = candidate.match;
  }
  return answer;
}

}  // namespace kgw::inspect
