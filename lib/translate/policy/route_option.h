// translate/policy/route_option.h - gateway.solo.io RouteOption on rules of HTTPRoutes.
//
// Attached by ExtensionRef filters, looked up in the route's namespace. Of several, the earlier
// filter wins field by field. What an option sets takes the place of what the rule's
// RequestHeaderModifier and ResponseHeaderModifier filters made; a URLRewrite filter wins over the
// option's rewrites. A timeout wins over the rule's. An object with one invalid option is rejected
// as a whole, as all kinds outside the Gateway API are.
#pragma once

#include <string>

#include "config/checker.h"
#include "config/resource.h"
#include "kgw/schema/route_option.pb.h"
#include "model/action.h"

namespace kgw::translate::policy {

void ValidateRouteOption(const config::Resource& object, config::Checker* checker);

// Fills the fields that `*merged` has not set from `next`.
void MergeRouteOptions(const schema::gloo::RouteOptions& next, schema::gloo::RouteOptions* merged);

// `filters` holds what the rule's own filters made.
void ApplyRouteOptions(const schema::gloo::RouteOptions& options, model::Filters* filters,
                       model::Timeouts* timeouts);

}  // namespace kgw::translate::policy
