// translate/gateway/listener.h - is a listener valid, and does it get along with its neighbours?
//
// Gateway API, Listener and GatewaySpec.listeners ("Distinct Listeners").
#pragma once

#include <string_view>
#include <vector>

#include "translate/gateway/gateway.h"

namespace kgw::translate::gateway {

// Fills all of `*listener` but conflicts and attached routes. `path` is that of the listener.
void CheckListener(const Context& context, const ReferenceGrants& grants,
                   const config::Resource& gateway, std::string_view path, ListenerState* listener);

// Marks listeners of one Gateway that cannot share a port, and TLS hostnames that overlap. Inside
// one Gateway nobody wins: all that conflict are rejected.
void CheckConflicts(std::vector<ListenerState>* listeners);

}  // namespace kgw::translate::gateway
