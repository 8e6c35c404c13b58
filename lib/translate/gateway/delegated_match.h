// translate/gateway/delegated_match.h - a child's match under the match of the rule that delegates.
//
// A child says either the whole of what it matches, and then that must lie under the parent's
// match, or, with the annotation inherit-parent-matcher, only what comes on top of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/match.h"

namespace kgw::translate::gateway {

// The child's match if it lies under `parent`; if not, `*why` says in a sentence what is missing.
std::optional<model::Match> Under(const model::Match& parent, const model::Match& child,
                                  std::string* why);

// Path joined, headers and query parameters merged, the parent's first; of one name the parent's
// counts, and so does its method.
std::optional<model::Match> Join(const model::Match& parent, const model::Match& child,
                                 std::string* why);

// True if `child` takes every request that `parent` takes: nothing is left for the parent.
bool Covers(const model::Match& child, const model::Match& parent);

}  // namespace kgw::translate::gateway
