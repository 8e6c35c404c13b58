// translate/policy/route_option.h - gateway.solo.io RouteOption: what its options mean.
//
// What an option sets takes the place of what the rule's filters made (headers, mirrors, CORS) and
// of its timeouts and retry; a URLRewrite filter wins over the options' rewrites. Rewrites,
// CORS and shadowing need a rule that forwards. An object with one invalid option is rejected as a
// whole, as all kinds outside the Gateway API are.
#pragma once

#include "config/checker.h"
#include "config/resource.h"
#include "kgw/schema/route_option.pb.h"
#include "model/action.h"
#include "translate/policy/policies.h"
#include "translate/upstream/backends.h"

namespace kgw::translate::policy {

void ValidateRouteOption(const config::Resource& object, config::Checker* checker);

PolicyKind RouteOptionKind();

// `action` holds what the rule and its own filters say; `refs` are the RouteOptions that they name.
// Returns the options in effect.
schema::gloo::RouteOptions ApplyRouteOptions(const Context& context, const config::Resource& route,
                                             const Objects& refs, upstream::Backends* backends,
                                             model::Action* action);

}  // namespace kgw::translate::policy
