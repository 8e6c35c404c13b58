#include "translate/kinds.h"

#include "kgw/schema/core.pb.h"
#include "kgw/schema/gateway.pb.h"
#include "kgw/schema/gateway_class.pb.h"
#include "kgw/schema/http_route.pb.h"
#include "kgw/schema/reference_grant.pb.h"
#include "kgw/schema/route_option.pb.h"
#include "kgw/schema/upstream.pb.h"
#include "translate/gateway/validate.h"
#include "translate/policy/route_option.h"
#include "translate/upstream/service.h"
#include "translate/upstream/upstream.h"

namespace kgw::translate {
namespace {

template <typename T>
config::KindBinding Row(config::ValidateHook validate = {},
                        std::vector<std::string> extra_fields = {}) {
  return {&T::default_instance(), std::move(validate), std::move(extra_fields)};
}

}  // namespace

config::Registry MakeRegistry(const upstream::Plugins& plugins) {
  const auto validate_upstream = [&plugins](const config::Resource& r, config::Checker* c) {
    upstream::ValidateUpstream(r, plugins, c);
  };
  return config::Registry({
      Row<schema::gateway::GatewayClass>(),
      Row<schema::gateway::Gateway>(gateway::ValidateGateway),
      Row<schema::gateway::HTTPRoute>(gateway::ValidateHTTPRoute),
      Row<schema::gateway::ReferenceGrant>(),
      Row<schema::core::Namespace>(),
      Row<schema::core::Service>(upstream::ValidateService),
      Row<schema::core::Secret>(),
      Row<schema::core::EndpointSlice>(upstream::ValidateEndpointSlice),
      Row<schema::gloo::Upstream>(validate_upstream, plugins.ExtraFields()),
      Row<schema::gloo::RouteOption>(policy::ValidateRouteOption),
  });
}

}  // namespace kgw::translate
