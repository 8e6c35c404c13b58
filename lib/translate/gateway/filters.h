// translate/gateway/filters.h - the filters of a rule or of a backendRef -> model.
//
// Gateway API, HTTPRouteFilter. Filters are composed in list order. A filter that cannot be
// resolved is never skipped: the rule (or that backend's share) answers 500.
#pragma once

#include <string>

#include "kgw/schema/http_route.pb.h"
#include "translate/context.h"
#include "translate/gateway/gateway.h"
#include "translate/policy/policies.h"
#include "translate/upstream/backends.h"

namespace kgw::translate::gateway {

using FilterList = google::protobuf::RepeatedPtrField<schema::gateway::HTTPRouteFilter>;

struct TranslatedFilters {
  model::Filters filters;
  policy::Objects options;  // the RouteOptions that are named, in order
  std::string fail_reason;  // not empty: answer 500 for this reason
  Trouble unresolved;       // for the condition ResolvedRefs
};

// `allow_options`: RouteOptions may attach here (rules, not backendRefs).
TranslatedFilters TranslateFilters(const Context& context, const FilterList& filters,
                                   const config::Resource& route, std::string_view path,
                                   bool allow_options, upstream::Backends* backends);

}  // namespace kgw::translate::gateway
