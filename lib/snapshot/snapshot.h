// snapshot/snapshot.h - a configuration, compiled: all that answering a request needs.
//
// Immutable from its construction to its end; any number of threads read it. Decisions point into
// it, so whoever shows a decision keeps the snapshot.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "balance/hosts.h"
#include "balance/policy.h"
#include "balance/split.h"
#include "http/path.h"
#include "kgw/options.h"
#include "match/matcher.h"
#include "model/model.h"
#include "snapshot/plan.h"

namespace kgw::snapshot {

// A rule's action, compiled: one plan a backend, in the order of the model.
struct RulePlan {
  balance::Split split;
  Plan without_backend;
  std::vector<Plan> backends;
};

class Snapshot {
 public:
  // Takes the slots of all its clusters and endpoints, and gives them back at its end. Both are
  // control calls on `hosts`.
  Snapshot(model::Model model, const Options& options, uint64_t generation,
           std::shared_ptr<balance::HostTable> hosts);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  uint64_t generation() const { return generation_; }
  const model::Model& model() const { return model_; }
  const match::Matcher& matcher() const { return matcher_; }
  http::Normalization normalization() const { return normalization_; }
  const RequestLimits& limits() const { return limits_; }
  const balance::HostTable& hosts() const { return *hosts_; }
  size_t bytes() const { return bytes_; }  // about; for reports

  // The compiled form of `rule`, which is one of `route`'s, which is one of model()'s.
  const RulePlan& PlanOf(const model::Route& route, const model::Rule& rule) const {
    const size_t index = static_cast<size_t>(&route - model_.routes.data());
    return plans_[first_plan_[index] + static_cast<size_t>(&rule - route.rules.data())];
  }

  // Null for a policy name that nobody registered.
  const balance::Policy* PolicyOf(uint32_t upstream) const { return policies_[upstream].get(); }

  balance::SlotRef ClusterOf(uint32_t upstream) const { return clusters_[upstream]; }
  balance::SlotRef HostOf(uint32_t upstream, uint32_t endpoint) const {
    return host_slots_[first_host_[upstream] + endpoint];
  }

  // The upstream of a cluster; model::kNoUpstream if it has none here.
  uint32_t UpstreamOf(balance::SlotRef cluster) const;

 private:
  void CompileRules();
  void CompileUpstreams();

  const model::Model model_;
  const uint64_t generation_;
  const http::Normalization normalization_;
  const RequestLimits limits_;
  const std::shared_ptr<balance::HostTable> hosts_;
  const match::Matcher matcher_;
  std::vector<size_t> first_plan_;                          // by route
  std::vector<RulePlan> plans_;                             // of all rules of all routes
  std::vector<std::unique_ptr<balance::Policy>> policies_;  // by upstream
  std::vector<balance::SlotRef> clusters_;                  // by upstream
  std::vector<uint32_t> upstream_of_;                       // by cluster slot
  std::vector<size_t> first_host_;                          // by upstream
  std::vector<balance::SlotRef> host_slots_;                // of all endpoints of all upstreams
  size_t bytes_ = 0;
};

// What the matcher needs of the engine's options.
match::Options MatchOptionsOf(const Options& options);

}  // namespace kgw::snapshot
