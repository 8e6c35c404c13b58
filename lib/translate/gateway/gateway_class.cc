#include "translate/gateway/gateway_class.h"

#include "kgw/schema/gateway_class.pb.h"
#include "translate/status.h"

namespace kgw::translate::gateway {
namespace {

using schema::gateway::GatewayClass;

bool IsOurs(const Context& context, const GatewayClass& object) {
  const std::string& ours = context.options().controller_name;
  return ours.empty() || object.spec().controllername() == ours;
}

}  // namespace

bool IsOurClass(const Context& context, std::string_view class_name) {
  const config::Resource* object = context.Find<GatewayClass>("", class_name);
  if (object == nullptr) return context.options().controller_name.empty();
  return IsOurs(context, object->As<GatewayClass>());
}

void TranslateGatewayClasses(const Context& context) {
  for (const config::Resource* object : context.All<GatewayClass>()) {
    const auto& message = object->As<GatewayClass>();
    if (!IsOurs(context, message)) continue;
    schema::gateway::GatewayClassStatus status = message.status();
    const int64_t now = context.input->now;
    SetCondition({"Accepted", true, "Accepted", "kgw serves the Gateways of this class"},
                 object->generation, now, status.mutable_conditions());
    SetCondition({"SupportedVersion", true, "SupportedVersion", ""}, object->generation, now,
                 status.mutable_conditions());
    context.out->statuses[object->key] = status.SerializeAsString();
  }
}

}  // namespace kgw::translate::gateway
