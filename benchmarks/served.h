// benchmarks/served.h - a workload behind a router: what whole decisions are measured on.
//
// The model is built directly, not read from text: a million routes of text would take minutes. So
// the router is asked, which is all that kgw::Reader does; capi_bench measures what lies between.
// One owner thread.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "base/strings.h"
#include "router/router.h"
#include "workload.h"

namespace kgw::bench {

// GET, 12 field lines, and the texts of one query.
kgw::Request RequestFor(const Query& query);

// 100 of them with weights of 1 to 100, or as many with weight 1.
std::vector<model::Endpoint> Endpoints(uint32_t count, bool weighted);

class Served {
 public:
  // Ends the process if a decision is not the one that the workload promises, or that
  // inspect::MatchNaively makes (of a sample: it is slow).
  Served(Kind kind, uint32_t routes, std::vector<model::Endpoint> endpoints);

  // As many as a power of two, so that `i` may be any number.
  const Query& query(size_t i) const { return queries_[i & (queries_.size() - 1)]; }

  // The whole decision.
  const kgw::Decision& Decide(size_t i) {
    router_->Route(RequestFor(query(i)), &decision_);
    return decision_;
  }
  // Its first part alone: from raw texts to the route.
  const model::Route* Match(size_t i);
  // A plain hash map from host and path to the number of the route.
  uint32_t Map(size_t i) const { return map_.find(base::Abs(query(i).key))->second; }
  // What no reader can do without.
  const void* Load() const { return pointer_.load(std::memory_order_acquire); }

  const std::shared_ptr<snapshot::SnapshotStore>& store() const { return store_; }
  const snapshot::Snapshot& snapshot() const { return *snapshot_; }
  router::Router& router() { return *router_; }

 private:
  bool Right(size_t i, bool naive);

  std::vector<Query> queries_;
  std::shared_ptr<snapshot::SnapshotStore> store_ = std::make_shared<snapshot::SnapshotStore>();
  std::shared_ptr<balance::HostTable> hosts_ = std::make_shared<balance::HostTable>();
  snapshot::Pinned<snapshot::Snapshot> snapshot_;
  std::unique_ptr<router::Router> router_;
  absl::flat_hash_map<std::string, uint32_t> map_;
  std::atomic<const void*> pointer_{this};
  kgw::Decision decision_;
  http::RequestView view_;
};

}  // namespace kgw::bench
