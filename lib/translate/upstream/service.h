// translate/upstream/service.h - endpoints of a Kubernetes Service port.
//
// They come from EndpointSlices alone: the slice port of the same *name* as the Service port gives
// the endpoint port. `ready` unset means ready; if no endpoint is ready, those that terminate but
// still serve are used.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "kgw/schema/core.pb.h"
#include "translate/context.h"

namespace kgw::translate::upstream {

// An EndpointSlice with an address that is none of its addressType is rejected, as an API server
// would do.
void ValidateEndpointSlice(const config::Resource& object, config::Checker* checker);

// Warns of an appProtocol that asks for TLS, which kgw does not set up for Services yet.
void ValidateService(const config::Resource& object, config::Checker* checker);

// The EndpointSlices of each Service, by their label kubernetes.io/service-name.
class SliceIndex {
 public:
  explicit SliceIndex(const config::ResourceSet& resources);
  const std::vector<const config::Resource*>& Of(std::string_view namespace_,
                                                 std::string_view service) const;

 private:
  absl::flat_hash_map<std::string, std::vector<const config::Resource*>> by_service_;
};

// Null if the Service has no such TCP port.
const schema::core::ServicePort* FindPort(const schema::core::Service& service, uint32_t port);

// IPv4 and IPv6 endpoints in slice order, each address and port once. FQDN slices have none, and
// neither has an ExternalName Service: its name is not to be resolved.
std::vector<model::Endpoint> ServiceEndpoints(const Context& context,
                                              const config::Resource& service,
                                              const schema::core::ServicePort& port);

}  // namespace kgw::translate::upstream
