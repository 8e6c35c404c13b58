// snapshot/estimate.h - about how much memory a snapshot takes.
//
// For reports to people who wonder what a resting reader costs them; right to within a factor of
// two. Pure; any thread.
#pragma once

#include <cstddef>

#include "model/model.h"

namespace kgw::snapshot {

// Of a model and what is compiled from it.
size_t EstimateBytes(const model::Model& model);

}  // namespace kgw::snapshot
