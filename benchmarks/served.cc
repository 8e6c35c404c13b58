#include "served.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "inspect/naive_matcher.h"

namespace kgw::bench {

kgw::Request RequestFor(const Query& query) {
  kgw::Request request;
  request.authority = query.host;
  request.path = query.path;
  request.headers = TwelveHeaders();
  return request;
}

std::vector<model::Endpoint> Endpoints(uint32_t count, bool weighted) {
  base::Random random(2);
  std::vector<model::Endpoint> out(count);
  for (uint32_t i = 0; i < count; ++i) {
    out[i].address = base::Cat("10.1.0.", std::to_string(i));
    out[i].port = 8080;
    if (weighted) out[i].weight = static_cast<uint32_t>(1 + random.Below(100));
  }
  return out;
}

Served::Served(Kind kind, uint32_t routes, std::vector<model::Endpoint> endpoints) {
  Workload workload = MakeWorkload(kind, routes, routes > 100000 ? 1u << 20 : 1u << 17);
  model::Backend backend;
  backend.target = {.kind = "Service", .namespace_ = "default", .name = "shop", .port = 80};
  backend.target.upstream = 0;
  for (model::Route& route : workload.model.routes) route.rules[0].action.backends = {backend};
  workload.model.upstreams = {{"kube_default_shop_80", "default/shop:80", std::move(endpoints)}};
  queries_ = std::move(workload.queries);
  for (Query& query : queries_) {
    query.path += "?page=2&size=20";
    map_.try_emplace(query.key, query.route);
  }
  store_->Publish(
      std::make_unique<const snapshot::Snapshot>(std::move(workload.model), Options(), 1, hosts_),
      0, hosts_->cluster_slots());
  snapshot_ = store_->Current();
  router_ = std::make_unique<router::Router>(store_, 1);
  const size_t naive = routes > 1000 ? 20 : 1000;
  for (size_t i = 0; i < queries_.size(); ++i) {
    if (Right(i, i < naive)) continue;
    std::fprintf(stderr, "wrong answer for %s%s\n", query(i).host.c_str(), query(i).path.c_str());
    std::exit(1);
  }
}

const model::Route* Served::Match(size_t i) {
  view_.Reset(RequestFor(query(i)), snapshot_->normalization());
  return snapshot_->matcher().Find({}, view_, "GET").route;
}

bool Served::Right(size_t i, bool naive) {
  const model::Route& expected = snapshot_->model().routes[query(i).route];
  const kgw::Decision& decision = Decide(i);
  if (decision.verdict != Verdict::kForward || decision.route.name != expected.name ||
      decision.request.path != query(i).path || decision.endpoint.port != 8080) {
    return false;
  }
  if (Match(i) != &expected || Map(i) != query(i).route) return false;
  if (!naive) return true;
  view_.Reset(RequestFor(query(i)), snapshot_->normalization());
  return inspect::MatchNaively(snapshot_->model(), {}, {}, view_, "GET").result.route == &expected;
}

}  // namespace kgw::bench
