// inspect/objects.h - the objects of a configuration as an API server would return them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/resource_set.h"
#include "kgw/inspect.h"
#include "translate/translate.h"

namespace kgw::inspect {

std::vector<KindInfo> ListKinds();

// Objects of the kind of that name, sorted by namespace and name: defaults filled, unknown fields
// pruned, the values of Secrets redacted, the status that kgw computed in place. `now` (unix
// seconds) is for the AGE column.
std::vector<ObjectView> ListObjects(const config::ResourceSet& resources,
                                    const translate::Statuses& statuses, std::string_view kind,
                                    int64_t now);

}  // namespace kgw::inspect
