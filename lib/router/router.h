// router/router.h - the hot path: a request meets the newest snapshot and becomes a decision.
//
// One owner thread at a time; each thread has its own Router. After its buffers have grown, a
// decision allocates nothing (but see base/regex.h). Reads no clock and no environment.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "http/request_view.h"
#include "kgw/decision.h"
#include "kgw/request.h"
#include "match/matcher.h"
#include "router/edit_list.h"
#include "router/request_check.h"
#include "router/scratch.h"
#include "snapshot/store.h"

namespace kgw::router {

class Router {
 public:
  Router(std::shared_ptr<snapshot::SnapshotStore> store, uint64_t seed);

  Router(const Router&) = delete;  // its parts point to each other
  Router& operator=(const Router&) = delete;

  // Fills all of `*decision`. Its texts point into the request, the snapshot and this router, and
  // live until the next call.
  void Route(const Request& request, Decision* decision);

  // Lets go of the snapshot. The last decision dies with it.
  void Rest() { slot_.Rest(); }

  // Keeps the snapshot of the last call, and so all of its decision but what lies in the request
  // and in this router. Empty before the first publication and after Rest().
  snapshot::Pinned<snapshot::Snapshot> Pin() const { return slot_.Pin(); }

 private:
  class Call;  // one request on its way through Route()

  snapshot::ReaderSlot<snapshot::Snapshot> slot_;
  base::Random random_;
  http::RequestView view_;
  Scratch scratch_;
  std::string sni_, text_, cors_text_;
  EditList edits_{&scratch_};
  std::vector<Mirror> mirrors_;
};

}  // namespace kgw::router
