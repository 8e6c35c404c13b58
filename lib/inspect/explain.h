// inspect/explain.h - why a request goes where it goes, and why not elsewhere.
#pragma once

#include <memory>

#include "kgw/inspect.h"
#include "kgw/request.h"
#include "snapshot/store.h"

namespace kgw::inspect {

// Asks the naive matcher for the candidates and a router (with this seed) for the decision.
Explanation Explain(const std::shared_ptr<snapshot::SnapshotStore>& store,
                    const match::Options& options, uint64_t seed, const Request& request);

}  // namespace kgw::inspect
