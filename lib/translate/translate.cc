#include "translate/translate.h"

#include "translate/context.h"
#include "translate/gateway/gateway.h"
#include "translate/gateway/gateway_class.h"
#include "translate/gateway/http_route.h"
#include "translate/gateway/reference_grant.h"
#include "translate/upstream/backends.h"
#include "translate/upstream/service.h"

namespace kgw::translate {

Translation Translate(const Input& input) {
  Translation out;
  const upstream::SliceIndex slices(*input.resources);
  const Context context{&input, &out, &slices};
  const gateway::ReferenceGrants grants(context);
  gateway::TranslateGatewayClasses(context);
  gateway::Gateways gateways(context, grants);
  upstream::Backends backends(context, grants);
  gateway::TranslateHTTPRoutes(context, &gateways, &backends);
  gateways.Finish();
  return out;
}

}  // namespace kgw::translate
