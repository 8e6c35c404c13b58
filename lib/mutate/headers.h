// mutate/headers.h - composes header edits of several filters into one list. Pure.
#pragma once

#include "model/action.h"

namespace kgw::mutate {

// Changes `*edits` so that applying it once (remove, set, add) gives what applying the old `*edits`
// and then `next` would give, but for the order of lines with different names. Names are lower
// case; `next` is not `*edits`.
void Compose(const model::HeaderEdits& next, model::HeaderEdits* edits);

}  // namespace kgw::mutate
