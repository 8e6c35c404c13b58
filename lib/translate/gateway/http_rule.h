// translate/gateway/http_rule.h - the rules of an HTTPRoute -> model (Gateway API, HTTPRouteRule).
//
// What the API leaves open about `retry`: without `attempts` it is one retry, without `codes` no
// status is retried (connection errors and backend timeouts always are), without `backoff` the
// proxy waits as it likes.
#pragma once

#include <vector>

#include "translate/context.h"
#include "translate/gateway/gateway.h"
#include "translate/upstream/backends.h"

namespace kgw::translate::gateway {

struct TranslatedRules {
  std::vector<model::Rule> rules;
  Trouble unresolved;  // for the condition ResolvedRefs: the first one
  size_t dropped = 0;  // rules that validation took out of effect
  Trouble first_drop;  // why the first of them was
};

TranslatedRules TranslateRules(const Context& context, const config::Resource& route,
                               upstream::Backends* backends);

}  // namespace kgw::translate::gateway
