// translate/gateway/path_rules.h - what a path in a configuration may look like.
//
// Gateway API, HTTPPathMatch validation: one rule set for matches and for rewrites.
#pragma once

#include <string>
#include <string_view>

namespace kgw::translate::gateway {

// Empty, or why `path` can never be an Exact or PathPrefix value, in one sentence.
std::string CheckPathValue(std::string_view path);

}  // namespace kgw::translate::gateway
