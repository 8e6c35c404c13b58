#include "snapshot/snapshot.h"

#include <utility>

#include "base/strings.h"
#include "snapshot/estimate.h"

namespace kgw::snapshot {
namespace {

using model::kNoUpstream;

RulePlan CompileRule(const model::Rule& rule) {
  std::vector<uint32_t> weights;
  std::vector<Plan> backends;
  for (const model::Backend& backend : rule.action.backends) {
    weights.push_back(backend.weight);
    backends.push_back(ComposePlan(rule.action.filters, &backend.filters));
  }
  return {balance::Split(weights), ComposePlan(rule.action.filters, nullptr), std::move(backends)};
}

}  // namespace

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
  for (const balance::SlotRef host : host_slots_) hosts_->ReleaseHost(host);
  for (const balance::SlotRef cluster : clusters_) hosts_->ReleaseCluster(cluster);
}

void Snapshot::CompileRules() {
  for (const model::Route& route : model_.routes) {
    first_plan_.push_back(plans_.size());
    for (const model::Rule& rule : route.rules) plans_.push_back(CompileRule(rule));
  }
}

void Snapshot::CompileUpstreams() {
  hosts_->Sweep();
  for (const model::Upstream& upstream : model_.upstreams) {
    policies_.push_back(balance::BuildPolicy(upstream.policy, upstream.endpoints));
    // Two clusters may share a name ("a_b" in "c", "a" in "b_c"), but not what they stand for too.
    const balance::SlotRef cluster =
        hosts_->AcquireCluster(base::Cat(upstream.cluster, " ", upstream.display));
    if (upstream_of_.size() <= cluster.slot) upstream_of_.resize(cluster.slot + 1, kNoUpstream);
    upstream_of_[cluster.slot] = static_cast<uint32_t>(clusters_.size());
    clusters_.push_back(cluster);
    first_host_.push_back(host_slots_.size());
    for (const model::Endpoint& endpoint : upstream.endpoints) {
      host_slots_.push_back(hosts_->AcquireHost(cluster, endpoint));
    }
  }
}

uint32_t Snapshot::UpstreamOf(balance::SlotRef cluster) const {
  if (cluster.generation == 0 || cluster.slot >= upstream_of_.size()) return kNoUpstream;
  const uint32_t upstream = upstream_of_[cluster.slot];
  return upstream != kNoUpstream && clusters_[upstream] == cluster ? upstream : kNoUpstream;
}

}  // namespace kgw::snapshot
