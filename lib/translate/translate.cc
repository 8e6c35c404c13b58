#include "translate/translate.h"

#include <set>
#include <tuple>

#include "translate/context.h"
#include "translate/gateway/gateway.h"
#include "translate/gateway/gateway_class.h"
#include "translate/gateway/http_route.h"
#include "translate/gateway/reference_grant.h"
#include "translate/policy/route_option.h"
#include "translate/upstream/backends.h"
#include "translate/upstream/service.h"

namespace kgw::translate {
namespace {

// What is wrong with a policy is found once for each rule that it attaches to.
void DropRepeats(std::vector<Diagnostic>* findings) {
  std::set<std::tuple<std::string, uint32_t, uint32_t, std::string, std::string>> seen;
  std::erase_if(*findings, [&](const Diagnostic& d) {
    return !seen.emplace(d.file, d.line, d.column, d.field, d.message).second;
  });
}

}  // namespace

Translation Translate(const Input& input) {
  Translation out;
  const upstream::SliceIndex slices(*input.resources);
  Context context{&input, &out, &slices};
  const gateway::ReferenceGrants grants(context);
  gateway::TranslateGatewayClasses(context);
  gateway::Gateways gateways(context, grants);
  upstream::Backends backends(context, grants);
  policy::Policies route_options(context, policy::RouteOptionKind());
  context.route_options = &route_options;
  gateway::TranslateHTTPRoutes(context, &gateways, &backends);
  gateways.Finish();
  DropRepeats(&out.findings);
  return out;
}

}  // namespace kgw::translate
