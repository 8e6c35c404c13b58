// translate/gateway/gateway_class.h - which GatewayClasses are ours, and their status.
#pragma once

#include <string_view>

#include "translate/context.h"

namespace kgw::translate::gateway {

// With no controller name configured every class is ours, a missing one too.
bool IsOurClass(const Context& context, std::string_view class_name);

void TranslateGatewayClasses(const Context& context);

}  // namespace kgw::translate::gateway
