// translate/gateway/http_rule.h - the rules of an HTTPRoute -> model (Gateway API, HTTPRouteRule).
//
// What the API leaves open about `retry`: without `attempts` it is one retry, without `codes` no
// status is retried (connection errors and backend timeouts always are), without `backoff` the
// proxy waits as it likes.
#pragma once

#include <vector>

#include "translate/context.h"
#include "translate/gateway/gateway.h"
#include "translate/gateway/inherit.h"
#include "translate/upstream/backends.h"

namespace kgw::translate::gateway {

// What delegation has to know about a rule.
struct RuleNotes {
  std::vector<int> delegates;  // the backendRefs that name HTTPRoutes, by index
  FieldSet fields = 0;         // the policy fields that the rule sets
};

struct TranslatedRules {
  std::vector<model::Rule> rules;  // backends that are HTTPRoutes are left out
  std::vector<RuleNotes> notes;    // of each rule
  Trouble unresolved;              // for the condition ResolvedRefs: the first one
  size_t dropped = 0;              // rules that validation took out of effect
  Trouble first_drop;              // why the first of them was
};

// True if the reference stands for HTTPRoutes, by name, all of a namespace, or by label.
bool IsDelegation(const schema::gateway::HTTPBackendRef& ref);

TranslatedRules TranslateRules(const Context& context, const config::Resource& route,
                               upstream::Backends* backends);

}  // namespace kgw::translate::gateway
