// translate/gateway/validate.h - the rules between fields of Gateway API objects.
//
// What the CRDs say in CEL, in functions. An object that breaks one would never exist in a cluster
// and is rejected; filters that contradict themselves and patterns that do not compile drop only
// their rule.
#pragma once

#include "config/checker.h"
#include "config/resource.h"

namespace kgw::translate::gateway {

void ValidateGateway(const config::Resource& object, config::Checker* checker);
void ValidateHTTPRoute(const config::Resource& object, config::Checker* checker);

}  // namespace kgw::translate::gateway
