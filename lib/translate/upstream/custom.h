// translate/upstream/custom.h - the embedder's Upstream types (kgw/upstream_type.h) as plugins.
//
// What a type reports, what it throws and what is wrong with its endpoints become findings at the
// object. What it said last without an error is kept with the object, for when it fails later.
#pragma once

#include <memory>
#include <vector>

#include "kgw/upstream_type.h"
#include "translate/upstream/plugin.h"

namespace kgw::translate::upstream {

// The built-in plugins, and one for each of `types`. Throws std::invalid_argument with a sentence
// if a type is null or its field cannot be used.
Plugins MakePlugins(const std::vector<std::shared_ptr<UpstreamType>>& types);

}  // namespace kgw::translate::upstream
