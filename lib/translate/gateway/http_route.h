// translate/gateway/http_route.h - attaches HTTPRoutes to listeners and writes their status.
//
// Gateway API, HTTPRoute and ParentReference. Each parentRef is judged on its own.
#pragma once

#include "translate/context.h"
#include "translate/gateway/gateway.h"
#include "translate/upstream/backends.h"

namespace kgw::translate::gateway {

void TranslateHTTPRoutes(const Context& context, Gateways* gateways, upstream::Backends* backends);

}  // namespace kgw::translate::gateway
