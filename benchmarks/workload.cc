#include "workload.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "base/random.h"

namespace kgw::bench {
namespace {

constexpr std::string_view kWords[] = {"users", "orders", "items",  "v1",
                                       "v2",    "admin",  "search", "cart"};

template <typename... Numbers>
std::string Print(const char* format, Numbers... numbers) {
  char text[128];
  return {text, static_cast<size_t>(std::snprintf(text, sizeof text, format, numbers...))};
}

std::string_view Word(uint32_t i) { return kWords[i % std::size(kWords)]; }

std::string Host(uint32_t host) { return Print("svc-%05u.team-%02u.example.com", host, host % 97); }

std::string ExactPath(uint32_t i, uint32_t k) {
  return Print("/api/v1/res%06x/sub%03u", i * 2654435761u % (1u << 24), k % 1000);
}

std::string PrefixPath(uint32_t k) {
  std::string path = Print("/api/%s/res%03u", Word(k).data(), k);
  if (k % 3 == 1) path += Print("/%s", Word(k / 8).data());
  if (k % 3 == 2) path += Print("/sub%u", k % 5);
  return path;
}

// One route of the workload, and a request that it answers.
struct Sample {
  std::string host;
  model::PathMatch path;
  std::string asked;
};

Sample MakeSample(Kind kind, uint32_t routes, uint32_t i) {
  const uint32_t hosts = std::max(1u, routes / 100), k = i / hosts;
  if (kind == Kind::kRegex) {
    const std::string base = Print("/api/v1/res%05u", i);
    return {Host(0),
            {model::PathType::kRegularExpression, base + "/[^/]+/items/[0-9]+"},
            base + Print("/v%u/items/%u", i % 7, i)};
  }
  const bool exact = kind == Kind::kExact || (kind == Kind::kMixed && k % 2 == 0);
  std::string path = exact ? ExactPath(i, k) : PrefixPath(k);
  const auto type = exact ? model::PathType::kExact : model::PathType::kPathPrefix;
  std::string asked = exact ? path : path + "/x/y42";
  return {Host(i % hosts), {type, std::move(path)}, std::move(asked)};
}

void AddRoute(const std::string& host, model::PathMatch path, model::Model* model) {
  model::Route route;
  route.namespace_ = "default";
  route.name = Print("route-%06zu", model->routes.size());
  route.rules.emplace_back().matches.emplace_back().path = std::move(path);
  const auto index = static_cast<uint32_t>(model->routes.size());
  model->routes.push_back(std::move(route));
  model->gateways[0].listeners[0].routes.push_back({index, {{host, host}}});
}

}  // namespace

Workload MakeWorkload(Kind kind, uint32_t routes, uint32_t queries) {
  Workload workload;
  workload.model.gateways.push_back({"default/web", {{"http", 80, false, true, "", {}}}});
  for (uint32_t i = 0; i < routes; ++i) {
    Sample sample = MakeSample(kind, routes, i);
    AddRoute(sample.host, std::move(sample.path), &workload.model);
  }
  if (kind == Kind::kRegex) {
    AddRoute(Host(0), {model::PathType::kPathPrefix, "/api"}, &workload.model);
  }
  base::Random random(1);
  workload.queries.reserve(queries);
  for (uint32_t n = 0; n < queries; ++n) {
    const auto i = static_cast<uint32_t>(random.Below(routes));
    Sample sample = MakeSample(kind, routes, i);
    std::string key = sample.host + sample.path.value;
    workload.queries.push_back(
        {std::move(sample.host), std::move(sample.asked), std::move(key), i});
  }
  return workload;
}

const std::vector<kgw::Header>& TwelveHeaders() {
  static const std::vector<kgw::Header> headers = {
      {"user-agent", "bench/1.0"},      {"accept", "application/json"},
      {"accept-encoding", "gzip, br"},  {"accept-language", "en"},
      {"cache-control", "no-cache"},    {"content-type", "application/json"},
      {"x-request-id", "0123456789"},   {"x-forwarded-for", "192.0.2.1"},
      {"x-forwarded-proto", "https"},   {"authorization", "Bearer abcdef"},
      {"cookie", "session=0123456789"}, {"x-tenant", "tenant-000042"},
  };
  return headers;
}

}  // namespace kgw::bench
