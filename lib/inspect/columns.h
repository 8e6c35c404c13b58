// inspect/columns.h - the cells of a table of objects, by the paths of the schema.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/node.h"

namespace kgw::inspect {

// The value at `path` ("spec.type", "status.conditions[type=Accepted].status"). A list on the way
// is walked item by item; several values are joined with ','. Empty if there is none.
std::string CellAt(const config::Node& object, std::string_view path);

// How long ago, as kubectl says it: "42s", "5m30s", "12h", "3d4h", "2y".
std::string Age(int64_t seconds);

}  // namespace kgw::inspect
