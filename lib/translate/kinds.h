// translate/kinds.h - the kinds that kgw reads, each with its rules between fields.
#pragma once

#include "config/load.h"
#include "translate/upstream/plugin.h"

namespace kgw::translate {

// One row a kind. `plugins` must outlive the registry: it judges the types of Upstreams.
config::Registry MakeRegistry(const upstream::Plugins& plugins);

}  // namespace kgw::translate
