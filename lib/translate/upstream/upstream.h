// translate/upstream/upstream.h - what all types of gloo.solo.io Upstreams have in common.
#pragma once

#include <optional>
#include <string_view>

#include "translate/context.h"
#include "translate/upstream/plugin.h"

namespace kgw::translate::upstream {

// The type of an Upstream without errors: "static", "kube", ...
std::string_view TypeOf(const config::Resource& object);

// False if no plugin acts on the type of this valid Upstream.
bool HasPlugin(const Context& context, const config::Resource& object);

void ValidateUpstream(const config::Resource& object, const Plugins& plugins,
                      config::Checker* checker);

// Nothing if no plugin acts on the Upstream's type, or if what it stands for does not exist; both
// are findings.
std::optional<model::Upstream> TranslateUpstream(const Context& context,
                                                 const config::Resource& object);

}  // namespace kgw::translate::upstream
