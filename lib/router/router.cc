#include "router/router.h"

#include <utility>

#include "router/call.h"
#include "router/request_check.h"

namespace kgw::router {

using balance::TicketData;

Router::Router(const std::shared_ptr<snapshot::SnapshotStore>& store, uint64_t seed)
    : slot_(store->NewSlot()), workspace_(seed) {}

const snapshot::Snapshot* Router::Enter() {
  bool changed = false;
  workspace_.scratch.Reset();
  return slot_.Enter(&changed);
}

void Router::Route(const Request& request, Decision* decision) {
  Decide(Enter(), request, nullptr, decision);
}

void Router::RouteMany(std::span<const Request> requests, std::span<Decision> decisions) {
  const snapshot::Snapshot* snapshot = Enter();
  for (size_t i = 0; i < requests.size(); ++i) {
    Decide(snapshot, requests[i], nullptr, &decisions[i]);
  }
}

void Router::Retry(const Request* request, Ticket* ticket, const Outcome& outcome,
                   Decision* decision) {
  static const Request kNoRequest;
  const snapshot::Snapshot* snapshot = Enter();
  TicketData failed = TicketData::Read(std::exchange(*ticket, {}));
  if (snapshot != nullptr) snapshot->hosts().Done(failed.host, outcome);
  failed.Exclude();
  if (request != nullptr || snapshot == nullptr) {
    Decide(snapshot, request == nullptr ? kNoRequest : *request, &failed, decision);
    return;
  }
  *decision = Decision{};
  decision->generation = snapshot->generation();
  Call(*snapshot, slot_.picks(), &workspace_, kNoRequest, &failed, decision).PickAgain();
}

void Router::Decide(const snapshot::Snapshot* snapshot, const Request& request,
                    const TicketData* failed, Decision* decision) {
  *decision = Decision{};
  if (snapshot == nullptr) {
    decision->reason = "NoListener";
    return;
  }
  decision->generation = snapshot->generation();
  if (const uint16_t status = CheckRequest(request, snapshot->limits()); status != 0) {
    Fail(status, "BadRequest", decision);
    return;
  }
  workspace_.view.Reset(request, snapshot->normalization());
  Call(*snapshot, slot_.picks(), &workspace_, request, failed, decision).Run();
}

Kept Router::Keep() { return {slot_.Pin(), workspace_.scratch.Release()}; }

}  // namespace kgw::router
