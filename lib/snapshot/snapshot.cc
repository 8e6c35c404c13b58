#include "snapshot/snapshot.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "snapshot/estimate.h"

namespace kgw::snapshot {
using model::kNoUpstream;

match::Options MatchOptionsOf(const Options& options) {
  return {options.host_fallthrough, options.path_type_prefix_first};
}

Snapshot::Snapshot(model::Model model, const Options& options, uint64_t generation,
                   std::shared_ptr<balance::HostTable> hosts)
    : model_(std::move(model)),
      generation_(generation),
      normalization_(options.path_normalization),
      limits_(options.limits),
      hosts_(std::move(hosts)),
      matcher_(model_, MatchOptionsOf(options)) {
  CompileRules();
  CompileUpstreams();
  bytes_ = EstimateBytes(model_);
}

Snapshot::~Snapshot() {
  for (const Host& host : host_list_) hosts_->ReleaseHost(host.slot);
  for (const Cluster& cluster : clusters_) hosts_->ReleaseCluster(cluster.slot);
}

void Snapshot::CompileRules() {
  size_t rules = 0, backends = 0;
  for (const model::Route& route : model_.routes) {
    rules += route.rules.size();
    for (const model::Rule& rule : route.rules) {
      backends += std::max<size_t>(1, rule.action.backends.size());
    }
  }
  plans_.reserve(rules);
  destinations_.reserve(backends);
  for (const model::Route& route : model_.routes) {
    for (const model::Rule& rule : route.rules) {
      plans_.push_back(CompileRule(model_, route, rule, &destinations_));
    }
  }
}

void Snapshot::CompileUpstreams() {
  hosts_->Sweep();
  for (const model::Upstream& upstream : model_.upstreams) {
    // Two clusters may share a name ("a_b" in "c", "a" in "b_c"), but not what they stand for too.
    const balance::SlotRef slot =
        hosts_->AcquireCluster(base::Cat(upstream.cluster, " ", upstream.display));
    if (upstream_of_.size() <= slot.slot) upstream_of_.resize(slot.slot + 1, kNoUpstream);
    upstream_of_[slot.slot] = static_cast<uint32_t>(clusters_.size());
    clusters_.push_back({balance::BuildPolicy(upstream.policy, upstream.endpoints), slot,
                         static_cast<uint32_t>(host_list_.size()),
                         static_cast<uint32_t>(upstream.endpoints.size())});
    for (const model::Endpoint& endpoint : upstream.endpoints) {
      host_list_.push_back({{endpoint.address, endpoint.hostname, endpoint.port},
                            endpoint.tls ? &*endpoint.tls : nullptr,
                            hosts_->AcquireHost(slot, endpoint)});
    }
  }
}

uint32_t Snapshot::UpstreamOf(balance::SlotRef cluster) const {
  if (cluster.generation == 0 || cluster.slot >= upstream_of_.size()) return kNoUpstream;
  const uint32_t upstream = upstream_of_[cluster.slot];
  return upstream != kNoUpstream && clusters_[upstream].slot == cluster ? upstream : kNoUpstream;
}

}  // namespace kgw::snapshot
