#include "router/router.h"

#include <utility>

#include "router/call.h"
#include "router/request_check.h"

namespace kgw::router {

using balance::TicketData;

// A peek moves positions and the generator like any call, and then puts them back.
class Router::Unmoved {
 public:
  Unmoved(bool peek, Router* router)
      : router_(peek ? router : nullptr), random_(router->workspace_.random) {
    if (peek) router->workspace_.undo.clear();
  }
  ~Unmoved() {
    if (router_ == nullptr) return;
    auto& undo = router_->workspace_.undo;
    for (auto it = undo.rbegin(); it != undo.rend(); ++it) {
      router_->slot_.picks()[it->cluster_slot] = it->state;
    }
    router_->workspace_.random = random_;
  }
  Unmoved(const Unmoved&) = delete;
  Unmoved& operator=(const Unmoved&) = delete;

 private:
  Router* router_;
  const base::Random random_;
};

Router::Router(const std::shared_ptr<snapshot::SnapshotStore>& store, uint64_t seed)
    : slot_(store->NewSlot()), workspace_(seed) {}

const snapshot::Snapshot* Router::Enter() {
  bool changed = false;
  if (kept_ != nullptr) kept_ = nullptr;
  workspace_.scratch.Reset();
  return slot_.Enter(&changed);
}

void Router::Route(const Request& request, Decision* decision) {
  const snapshot::Snapshot* snapshot = Enter();
  Decide(snapshot, request, nullptr, decision);
  Count(snapshot, *decision);
}

void Router::RouteMany(std::span<const Request> requests, std::span<Decision> decisions) {
  const snapshot::Snapshot* snapshot = Enter();
  for (size_t i = 0; i < requests.size(); ++i) {
    Decide(snapshot, requests[i], nullptr, &decisions[i]);
  }
  for (size_t i = 0; i < requests.size(); ++i) Count(snapshot, decisions[i]);
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
  } else {
    Call(*snapshot, slot_.picks(), &workspace_, kNoRequest, &failed, decision).PickAgain();
  }
  Count(snapshot, *decision);
}

void Router::Decide(const snapshot::Snapshot* snapshot, const Request& request,
                    const TicketData* failed, Decision* decision) {
  if (snapshot == nullptr) {
    *decision = {.reason = "NoListener"};
    return;
  }
  const RequestLimits& limits = snapshot->limits();
  if (const uint16_t status = CheckRequest(request, limits); status != 0) {
    *decision = {.generation = snapshot->generation()};
    Fail(status, "BadRequest", decision);
    return;
  }
  const Unmoved unmoved(request.peek != 0 && failed == nullptr, this);
  workspace_.view.Reset(request, snapshot->normalization(), limits);
  Call(*snapshot, slot_.picks(), &workspace_, request, failed, decision).Run();
  // What was looked up counts like what was given.
  if (const uint16_t status = workspace_.view.lookup_status(); status != 0) {
    *decision = {.generation = snapshot->generation()};
    Fail(status, "BadRequest", decision);
  }
}

// Last of all: what throws before, in a caller's function, leaves nothing counted.
void Router::Count(const snapshot::Snapshot* snapshot, const Decision& decision) {
  if (snapshot == nullptr || decision.ticket.empty()) return;
  const balance::HostTable& hosts = snapshot->hosts();
  hosts.Begin(TicketData::Read(decision.ticket).host);
  for (const Mirror& mirror : decision.mirrors) hosts.Begin(TicketData::Read(mirror.ticket).host);
}

Kept Router::Keep() {
  if (kept_ == nullptr) kept_ = std::make_shared<const Scratch>(workspace_.scratch.Release());
  return {slot_.Pin(), kept_};
}

}  // namespace kgw::router
