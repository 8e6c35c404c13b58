#include "translate/upstream/service.h"

#include <set>
#include <string>

#include "base/strings.h"
#include "http/hostname.h"

namespace kgw::translate::upstream {
namespace {

using schema::core::EndpointSlice;
using schema::core::ServicePort;
using schema::core::SliceEndpoint;

constexpr char kServiceLabel[] = "kubernetes.io/service-name";

// 0 if the slice has no port of that name, or no port number for it.
uint16_t PortOf(const EndpointSlice& slice, const ServicePort& port) {
  for (const auto& candidate : slice.ports()) {
    if (candidate.name() == port.name() && candidate.protocol() == port.protocol()) {
      return static_cast<uint16_t>(candidate.port());
    }
  }
  return 0;
}

bool IsReady(const SliceEndpoint& endpoint) {
  return !endpoint.conditions().has_ready() || endpoint.conditions().ready();
}

bool ServesWhileTerminating(const SliceEndpoint& endpoint) {
  return endpoint.conditions().terminating() && endpoint.conditions().serving();
}

class Collector {
 public:
  void Add(const EndpointSlice& slice, uint16_t port, bool (*wanted)(const SliceEndpoint&)) {
    for (const SliceEndpoint& endpoint : slice.endpoints()) {
      // All addresses of one endpoint are the same host: the first stands for it.
      if (endpoint.addresses().empty() || !wanted(endpoint)) continue;
      const std::string& address = endpoint.addresses(0);
      if (!seen_.emplace(address, port).second) continue;
      model::Endpoint& out = endpoints_.emplace_back();
      out.address = address;
      out.port = port;
    }
  }
  std::vector<model::Endpoint> Take() { return std::move(endpoints_); }
  bool empty() const { return endpoints_.empty(); }

 private:
  std::vector<model::Endpoint> endpoints_;
  std::set<std::pair<std::string, uint16_t>> seen_;
};

}  // namespace

void ValidateEndpointSlice(const config::Resource& object, config::Checker* checker) {
  const auto& slice = object.As<EndpointSlice>();
  if (slice.addresstype() == "FQDN") return;
  const bool v6 = slice.addresstype() == "IPv6";
  for (int i = 0; i < slice.endpoints_size(); ++i) {
    for (int a = 0; a < slice.endpoints(i).addresses_size(); ++a) {
      const std::string& address = slice.endpoints(i).addresses(a);
      const bool has_colon = address.find(':') != std::string::npos;
      if (http::IsIpLiteral(address) && has_colon == v6) continue;
      checker->Reject(
          base::Cat("endpoints[", std::to_string(i), "].addresses[", std::to_string(a), "]"),
          "InvalidFormat",
          base::Cat("\"", address, "\" is not an ", slice.addresstype(), " address"));
    }
  }
}

void ValidateService(const config::Resource& object, config::Checker* checker) {
  const auto& ports = object.As<schema::core::Service>().spec().ports();
  for (int i = 0; i < ports.size(); ++i) {
    const std::string& protocol = ports.Get(i).appprotocol();
    if (protocol != "https" && protocol != "kubernetes.io/wss") continue;
    checker->Warn(base::Cat("spec.ports[", std::to_string(i), "].appProtocol"), "NotActedOn",
                  base::Cat("kgw does not set up TLS for ", protocol, " yet: decisions name none"));
  }
}

SliceIndex::SliceIndex(const config::ResourceSet& resources) {
  for (const config::Resource* object : resources.All(KindOf<EndpointSlice>())) {
    const auto& labels = object->As<EndpointSlice>().metadata().labels();
    const auto label = labels.find(kServiceLabel);
    if (label == labels.end()) continue;
    by_service_[base::Cat(object->key.namespace_, "/", label->second)].push_back(object);
  }
}

const std::vector<const config::Resource*>& SliceIndex::Of(std::string_view namespace_,
                                                           std::string_view service) const {
  static const std::vector<const config::Resource*> kNone;
  const auto it = by_service_.find(base::Cat(namespace_, "/", service));
  return it == by_service_.end() ? kNone : it->second;
}

const ServicePort* FindPort(const schema::core::Service& service, uint32_t port) {
  for (const ServicePort& candidate : service.spec().ports()) {
    if (static_cast<uint32_t>(candidate.port()) == port && candidate.protocol() == "TCP") {
      return &candidate;
    }
  }
  return nullptr;
}

std::vector<model::Endpoint> ServiceEndpoints(const Context& context,
                                              const config::Resource& service,
                                              const ServicePort& port) {
  if (service.As<schema::core::Service>().spec().type() == "ExternalName") return {};
  Collector collector;
  for (auto* wanted : {IsReady, ServesWhileTerminating}) {
    const auto& slices = context.slices->Of(service.key.namespace_, service.key.name);
    for (const config::Resource* object : slices) {
      const auto& slice = object->As<EndpointSlice>();
      const uint16_t number = PortOf(slice, port);
      if (slice.addresstype() == "FQDN" || number == 0) continue;
      collector.Add(slice, number, wanted);
    }
    if (!collector.empty()) break;
  }
  return collector.Take();
}

}  // namespace kgw::translate::upstream
