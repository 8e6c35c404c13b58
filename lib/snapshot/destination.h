// snapshot/destination.h - where a rule sends its requests, decided as far as no request is needed.
//
// One for each backend of a rule that forwards; one for a rule that answers by itself (a redirect,
// an error). A decision begins as a copy of one, so that all a request needs lies side by side.
// Points into the model and into its plan. Immutable; any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "balance/split.h"
#include "kgw/decision.h"
#include "model/model.h"
#include "snapshot/plan.h"

namespace kgw::snapshot {

struct Destination {
  uint32_t upstream = model::kNoUpstream;  // set if the verdict is kForward
  Plan plan;
  // The verdict kForward stands for "unless there is no endpoint". Left open: listener, match,
  // endpoint and ticket, what is rewritten (but not what an invocation dictates), mirrors.
  Decision decision;
};

// The destinations of a rule, and the draw among them.
struct RulePlan {
  balance::Split split;  // draws nothing: the rule answers by itself, with its only destination
  uint32_t first = 0;    // of its destinations, which follow each other
};

// Appends the destinations of `rule`, which is one of `route`'s.
RulePlan CompileRule(const model::Model& model, const model::Route& route, const model::Rule& rule,
                     std::vector<Destination>* destinations);

BackendRef RefOf(const model::BackendTarget& target, uint32_t index);

// An answer that kgw gives itself because something is wrong.
void Fail(uint16_t status, std::string_view reason, Decision* out);

// Names the cluster, and how it is talked to.
void Describe(const model::Upstream& upstream, Decision* out);

}  // namespace kgw::snapshot
