// translate/gateway/inherit.h - policy fields that a route inherits from those that delegate to it.
//
// A policy field is set as a whole, by a filter, a RouteOption or a field of the rule; two values
// of it never combine. The child's wins, unless the parent says otherwise:
//   kgateway.dev/inherited-policy-priority: ShallowMergePreferParent
//   delegation.gateway.solo.io/enable-policy-overrides: "timeout,cors", or "*": these stay with the
//   child even then.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kgw/schema/http_route.pb.h"
#include "kgw/schema/route_option.pb.h"
#include "model/model.h"
#include "translate/context.h"

namespace kgw::translate::gateway {

using FieldSet = uint32_t;  // one bit for each field, see inherit.cc

// The fields that a rule sets. `options`: of its RouteOptions; `action`: what all of it became.
FieldSet FieldsOf(const schema::gateway::HTTPRouteRule& rule,
                  const schema::gloo::RouteOptions& options, const model::Action& action);

// What a route's annotations say about those that it delegates to.
struct Inheritance {
  bool parent_wins = false;
  FieldSet child_keeps = 0;  // even if the parent wins
};
Inheritance InheritanceOf(const Context& context, const config::Resource& route);

// Takes over what `parent` sets and the child does not, or may not, set itself. Adds to `*fields`
// what the child has then, and a line to `rule->inherited`, which calls the parent `name`.
void Inherit(const model::Action& parent, FieldSet parent_fields, const Inheritance& inheritance,
             const std::string& name, model::Rule* rule, FieldSet* fields);

}  // namespace kgw::translate::gateway
