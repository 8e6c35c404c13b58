// snapshot/plan.h - what happens to a request on its way to one backend, composed in advance.
//
// The filters of the rule, then those of the backend (Gateway API, HTTPBackendRef.filters). What
// does not depend on the request is composed when the snapshot is compiled. Immutable; any thread.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/regex.h"
#include "kgw/decision.h"
#include "model/action.h"
#include "mutate/cors.h"

namespace kgw::snapshot {

// Header edits in the form in which decisions point to them.
class Edits {
 public:
  explicit Edits(model::HeaderEdits edits);
  HeaderEdits view() const { return {remove_, set_, add_}; }

 private:
  const model::HeaderEdits owned_;
  std::vector<Str> remove_;
  std::vector<Header> set_, add_;
};

struct Plan {
  std::unique_ptr<const Edits> request, response;  // null: nothing to edit
  // These point into the model; null: nothing to do.
  const model::Redirect* redirect = nullptr;
  const model::PathRewrite* path = nullptr;
  const model::HostRewrite* host = nullptr;
  bool keeps_old_host = false;
  // Compiled from what the two above say, if they name a pattern.
  std::unique_ptr<const base::Regex> path_pattern, host_pattern;
  std::unique_ptr<const mutate::CorsFilter> cors;  // null: none
  const model::Invocation* invocation = nullptr;   // it wins over path and host
  std::vector<const model::Mirror*> mirrors;
};

// `backend` may be null: the plan of a rule that has none.
Plan ComposePlan(const model::Filters& rule, const model::Filters* backend,
                 const model::Invocation* invocation = nullptr);

}  // namespace kgw::snapshot
