// router/router.h - the hot path: a request meets the newest snapshot and becomes a decision.
//
// One owner thread at a time; each thread has its own Router. After its buffers have grown, a
// decision allocates nothing (but see base/regex.h). Reads no clock and no environment.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "balance/ticket.h"
#include "kgw/decision.h"
#include "kgw/request.h"
#include "router/scratch.h"
#include "router/workspace.h"
#include "snapshot/store.h"

namespace kgw::router {

// What the decisions of one call point to, apart from their requests. Any thread may end it; the
// last of several for one call ends it for good.
struct Kept {
  snapshot::Pinned<snapshot::Snapshot> snapshot;
  std::shared_ptr<const Scratch> scratch;
};

class Router {
 public:
  Router(const std::shared_ptr<snapshot::SnapshotStore>& store, uint64_t seed);

  // Fills all of `*decision`. Its texts point into the request, the snapshot and this router, and
  // live until the next call.
  void Route(const Request& request, Decision* decision);

  // The same for several requests, by one snapshot. `decisions` is as long as `requests`.
  void RouteMany(std::span<const Request> requests, std::span<Decision> decisions);

  // Closes the failed try of `*ticket`, clears it, and decides about the next one. With `request`
  // null only endpoint, transport and ticket.
  void Retry(const Request* request, Ticket* ticket, const Outcome& outcome, Decision* decision);

  // Lets go of the snapshot. The last decision dies with it.
  void Rest() {
    kept_ = nullptr;
    slot_.Rest();
  }

  // The snapshot of the last call. Empty before the first publication and after Rest().
  snapshot::Pinned<snapshot::Snapshot> Pin() const { return slot_.Pin(); }

  // Shares what the decisions of the last call point to; they stay where they are.
  Kept Keep();

 private:
  class Unmoved;

  const snapshot::Snapshot* Enter();
  void Decide(const snapshot::Snapshot* snapshot, const Request& request,
              const balance::TicketData* failed, Decision* decision);
  static void Count(const snapshot::Snapshot* snapshot, const Decision& decision);

  snapshot::ReaderSlot<snapshot::Snapshot> slot_;
  Workspace workspace_;
  std::shared_ptr<const Scratch> kept_;  // of the last call, once somebody keeps it
};

}  // namespace kgw::router
