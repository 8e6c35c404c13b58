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
#include "http/path.h"
#include "kgw/options.h"
#include "match/matcher.h"
#include "model/model.h"
#include "snapshot/cluster.h"
#include "snapshot/destination.h"

namespace kgw::snapshot {

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

  // By the position of a rule among all rules of all routes: match::Result::plan.
  const RulePlan& PlanOf(uint32_t rule) const { return plans_[rule]; }

  // `drawn` is what the plan's split drew.
  const Destination& DestinationOf(const RulePlan& plan, uint32_t drawn) const {
    return destinations_[plan.first + (drawn == balance::Split::kNone ? 0 : drawn)];
  }

  const Cluster& ClusterOf(uint32_t upstream) const { return clusters_[upstream]; }
  std::span<const Host> HostsOf(const Cluster& cluster) const {
    return {host_list_.data() + cluster.first_host, cluster.host_count};
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
  std::vector<RulePlan> plans_;  // of all rules of all routes
  std::vector<Destination> destinations_;
  std::vector<Cluster> clusters_;      // by upstream
  std::vector<Host> host_list_;        // of all clusters
  std::vector<uint32_t> upstream_of_;  // by cluster slot
  size_t bytes_ = 0;
};

// What the matcher needs of the engine's options.
match::Options MatchOptionsOf(const Options& options);

}  // namespace kgw::snapshot
