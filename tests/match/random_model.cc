#include "random_model.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

#include "http/hostname.h"
#include "http/path.h"

namespace kgw::match {
namespace {

using Text = std::string_view;

constexpr Text kHostnames[] = {"",         "ex.com",     "a.ex.com", "b.ex.com",    "x.a.ex.com",
                               "*.ex.com", "*.a.ex.com", "*.com",    "*.x.a.ex.com"};
constexpr Text kHosts[] = {"ex.com",        "a.ex.com",  "b.ex.com",  "c.ex.com", "x.a.ex.com",
                           "y.a.ex.com",    "com",       "other.org", "",         "z.x.a.ex.com",
                           "A.Ex.com:8080", "a.ex.com.", ".ex.com",   "[::1]:80", "*.ex.com"};
constexpr Text kServerNames[] = {"",           "ex.com",     "a.ex.com",  "b.ex.com",
                                 "x.a.ex.com", "y.a.ex.com", "other.org", "z.x.a.ex.com"};
constexpr Text kElements[] = {"/a", "/b", "/c", "/a", "/", "/ab", "/1", "/a.b", "/%2F"};
constexpr Text kPatterns[] = {"/a", "/b", "/c",  "/",      "[^/]+", "(/b|/c)", ".*",    "?", "|",
                              "+",  "*",  "\\.", "[0-9]+", "(?i)",  "^",       "[a-c]", "(", "."};
constexpr Text kWholePatterns[] = {
    "/a/[^/]+", "/.*",        "/a/b.*",    "/a|/b",      ".*",      "/a(/b)?",      "/[a-c]/[0-9]+",
    "[",        "/a/b/[^/]+", "/a/b|/b/c", "/a/?(b|c)?", "/a/b/*c", "^/b/a\\.b|/c$"};
constexpr Text kMethods[] = {"GET", "POST", "get"};
constexpr Text kHeaders[] = {"x-a", "x-b", "x-c", "host"};
constexpr Text kSentHeaders[] = {"x-a", "X-A", "x-b", "X-b", "x-c", "y"};
constexpr Text kParameters[] = {"q", "Q", "r"};
constexpr Text kValues[] = {"1", "2", "1,2", "", "a b"};
constexpr Text kValuePatterns[] = {"[12]", "1.*", ".*", "(", "1|2", ""};
constexpr Text kQueries[] = {"", "", "?q=1", "?q=2&r=1", "?Q=1&q=1", "?r", "?q=a+b&q=1", "?r=%31"};
constexpr Text kGateways[] = {"ns/a", "ns/b", "ns-1/c"};
constexpr uint16_t kPorts[] = {80, 8080, 443};

template <typename T, size_t n>
const T& Pick(base::Random* random, const T (&values)[n]) {
  return values[random->Below(n)];
}

bool OneIn(base::Random* random, uint64_t n) { return random->Below(n) == 0; }

std::string RandomPath(base::Random* random) {
  std::string path;
  for (uint64_t n = random->Below(5); n > 0; --n) path += Pick(random, kElements);
  if (OneIn(random, 20)) path += "/";
  if (OneIn(random, 50)) path = "*";
  if (OneIn(random, 100)) {
    for (uint64_t n = 60 + random->Below(8); n > 0; --n) path.insert(0, "/a");
  }
  return path;
}

std::string RandomPattern(base::Random* random) {
  if (!OneIn(random, 3)) return std::string(Pick(random, kWholePatterns));
  std::string pattern;
  for (uint64_t n = 1 + random->Below(5); n > 0; --n) pattern += Pick(random, kPatterns);
  return pattern;
}

model::PathMatch RandomPathMatch(base::Random* random) {
  const uint64_t type = random->Below(8);
  if (type == 0) return {model::PathType::kRegularExpression, RandomPattern(random)};
  const std::string path = RandomPath(random);
  if (type < 4) return {model::PathType::kExact, path.empty() ? "/" : path};
  return {model::PathType::kPathPrefix, std::string(http::TrimPrefixValue(path))};
}

template <size_t n>
std::vector<model::ValueMatch> RandomValueMatches(base::Random* random, const Text (&names)[n]) {
  std::vector<model::ValueMatch> matches;
  while (OneIn(random, 3)) {
    const bool regex = OneIn(random, 5);
    const Text value = regex ? Pick(random, kValuePatterns) : Pick(random, kValues);
    matches.push_back({std::string(Pick(random, names)), std::string(value), regex});
  }
  return matches;
}

model::Match RandomMatch(base::Random* random, uint32_t index) {
  model::Match match;
  match.index = index;
  match.path = RandomPathMatch(random);
  if (OneIn(random, 4)) match.method = Pick(random, kMethods);
  match.headers = RandomValueMatches(random, kHeaders);
  match.query = RandomValueMatches(random, kParameters);
  return match;
}

model::Route RandomRoute(base::Random* random) {
  constexpr Text kNamespaces[] = {"ns", "ns-1"};
  constexpr Text kNames[] = {"x", "y", "z", "x-1"};
  model::Route route;
  if (OneIn(random, 6)) route.kind = "GRPCRoute";
  route.namespace_ = Pick(random, kNamespaces);
  route.name = Pick(random, kNames);
  if (OneIn(random, 2)) route.created = static_cast<int64_t>(random->Below(3));
  route.rules.resize(1 + random->Below(3));
  for (model::Rule& rule : route.rules) {
    const uint64_t matches = OneIn(random, 20) ? 0 : 1 + random->Below(2);
    for (uint32_t i = 0; i < matches; ++i) rule.matches.push_back(RandomMatch(random, i));
  }
  return route;
}

model::Gateway RandomGateway(base::Random* random, std::string_view name) {
  model::Gateway gateway;
  gateway.name = name;
  for (const uint16_t port : kPorts) {
    if (OneIn(random, 6)) continue;
    const bool tls = (port == 443) != OneIn(random, 8);
    for (const Text hostname : kHostnames) {
      if (!OneIn(random, hostname.empty() ? 2 : 3)) continue;
      model::Listener listener{
          std::to_string(gateway.listeners.size()), port, tls, true, std::string(hostname), {}};
      listener.ready = !OneIn(random, 40);
      gateway.listeners.push_back(std::move(listener));
    }
  }
  return gateway;
}

// `intersected`: hostnames rank as they are left after intersecting.
void Attach(base::Random* random, uint32_t route, bool intersected, model::Listener* listener) {
  if (OneIn(random, 8)) return;
  model::AttachedRoute attached{route, {}};
  const uint64_t hostnames = random->Below(4);
  for (uint64_t i = 0; i < hostnames; ++i) {
    const Text hostname = kHostnames[1 + random->Below(std::size(kHostnames) - 1)];
    const auto effective = http::Intersect(hostname, listener->hostname);
    if (!effective) continue;
    attached.hostnames.push_back(
        {std::string(*effective), std::string(intersected ? *effective : hostname)});
  }
  if (hostnames == 0) attached.hostnames.push_back({listener->hostname, listener->hostname});
  if (!attached.hostnames.empty()) listener->routes.push_back(std::move(attached));
}

// One of all the matches; null if there is none.
const model::Match* AnyMatch(const model::Model& model, base::Random* random) {
  const model::Route& route = model.routes[random->Below(model.routes.size())];
  const model::Rule& rule = route.rules[random->Below(route.rules.size())];
  return rule.matches.empty() ? nullptr : &rule.matches[random->Below(rule.matches.size())];
}

bool SameObject(const model::Route& a, const model::Route& b) {
  return a.kind == b.kind && a.namespace_ == b.namespace_ && a.name == b.name;
}

}  // namespace

model::Model RandomModel(base::Random* random) {
  model::Model model;
  for (const Text name : kGateways) {
    if (!OneIn(random, 3)) model.gateways.push_back(RandomGateway(random, name));
  }
  std::sort(model.gateways.begin(), model.gateways.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (uint64_t n = 1 + random->Below(OneIn(random, 10) ? 14 : 6); n > 0; --n) {
    model::Route route = RandomRoute(random);
    const bool known = std::any_of(model.routes.begin(), model.routes.end(),
                                   [&](const auto& other) { return SameObject(other, route); });
    if (!known) model.routes.push_back(std::move(route));
  }
  const bool intersected = OneIn(random, 3);
  for (model::Gateway& gateway : model.gateways) {
    for (model::Listener& listener : gateway.listeners) {
      for (uint32_t i = 0; i < model.routes.size(); ++i) Attach(random, i, intersected, &listener);
    }
  }
  return model;
}

Options RandomOptions(base::Random* random) {
  Options options;
  options.host_fallthrough = !OneIn(random, 3);
  options.path_type_prefix_first = OneIn(random, 3);
  return options;
}

void RandomRequest::Draw(const model::Model& model, base::Random* random) {
  arrival = {};
  arrival.port = OneIn(random, 30) ? 81 : Pick(random, kPorts);
  arrival.tls = (arrival.port == 443) != OneIn(random, 20);
  if (OneIn(random, 8)) arrival.gateway = OneIn(random, 5) ? "ns/none" : Pick(random, kGateways);

  request = {};
  if (OneIn(random, 3)) request.method = Pick(random, kMethods);
  request.authority = Pick(random, kHosts);
  if (arrival.tls) {
    arrival.sni = Pick(random, kServerNames);
    if (!OneIn(random, 3)) request.authority = arrival.sni;
  }
  path_ = RandomPath(random);
  headers_.clear();
  while (!OneIn(random, 3)) headers_.push_back({Pick(random, kSentHeaders), Pick(random, kValues)});
  const model::Match* match = OneIn(random, 2) ? AnyMatch(model, random) : nullptr;
  if (match != nullptr) Fit(*match, random);
  if (path_.find('?') == path_.npos) path_ += Pick(random, kQueries);
  request.path = path_;
  request.headers = headers_;
}

void RandomRequest::Fit(const model::Match& match, base::Random* random) {
  if (match.path.type != model::PathType::kRegularExpression) {
    path_ = match.path.value;
    if (OneIn(random, 4)) path_ += Pick(random, kElements);
  }
  if (!match.method.empty()) request.method = match.method;
  for (const model::ValueMatch& header : match.headers) {
    if (header.name != "host" && !header.regex) headers_.push_back({header.name, header.value});
  }
  for (const model::ValueMatch& query : match.query) {
    path_ += path_.find('?') == path_.npos ? '?' : '&';
    path_ += query.name + "=" + (query.value == "a b" ? "a+b" : query.value);
  }
}

}  // namespace kgw::match
