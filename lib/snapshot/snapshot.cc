#include "snapshot/snapshot.h"

#include <utility>

namespace kgw::snapshot {
namespace {

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

Snapshot::Snapshot(model::Model model, const Options& options, uint64_t generation)
    : model_(std::move(model)),
      generation_(generation),
      normalization_(options.path_normalization),
      matcher_(model_, MatchOptionsOf(options)) {
  for (const model::Route& route : model_.routes) {
    first_plan_.push_back(plans_.size());
    for (const model::Rule& rule : route.rules) plans_.push_back(CompileRule(rule));
  }
  for (const model::Upstream& upstream : model_.upstreams) {
    policies_.push_back(balance::BuildPolicy(upstream.policy, upstream.endpoints));
  }
}

}  // namespace kgw::snapshot
