// Upstreams of type `kube`: the hosts are the endpoints of a Service port.

#include "base/strings.h"
#include "translate/context.h"
#include "translate/upstream/plugin.h"
#include "translate/upstream/service.h"

namespace kgw::translate::upstream {
namespace {

using base::Cat;
using schema::core::Service;
using schema::gloo::KubeUpstream;

// A selector that asks for no more than the Service's own changes nothing. Another one would need
// the Pods, which kgw does not read yet.
bool IsImplied(const KubeUpstream& config, const Service& service) {
  for (const auto& [key, value] : config.selector()) {
    const auto it = service.spec().selector().find(key);
    if (it == service.spec().selector().end() || it->second != value) return false;
  }
  return true;
}

class KubePlugin : public Plugin {
 public:
  std::string_view type() const override { return "kube"; }

  void Validate(const config::Resource& object, config::Checker* checker) const override {
    const KubeUpstream& config = object.As<schema::gloo::Upstream>().spec().kube();
    const auto require = [&](bool present, std::string_view field) {
      if (present) return;
      checker->Reject(Cat("spec.kube.", field), "MissingField", Cat("\"", field, "\" is required"));
    };
    require(!config.servicename().empty(), "serviceName");
    require(!config.servicenamespace().empty(), "serviceNamespace");
    require(config.serviceport() != 0, "servicePort");
  }

  bool Translate(const Context& context, const config::Resource& object,
                 model::Upstream* out) const override {
    const auto& spec = object.As<schema::gloo::Upstream>().spec();
    const KubeUpstream& config = spec.kube();
    const config::Resource* found =
        context.Find<Service>(config.servicenamespace(), config.servicename());
    const std::string name = Cat(config.servicenamespace(), "/", config.servicename());
    if (found == nullptr) {
      context.Warn(object, "spec.kube.serviceName", "BackendNotFound",
                   Cat("Upstream ", out->display, " references the service '", config.servicename(),
                       "' which does not exist in namespace '", config.servicenamespace(), "'"));
      return false;
    }
    const Service& service = found->As<Service>();
    const auto* port = FindPort(service, config.serviceport());
    if (port == nullptr) {
      context.Warn(object, "spec.kube.servicePort", "BackendNotFound",
                   Cat("Service ", name, " has no port ", std::to_string(config.serviceport())));
      return true;  // the Service is there: it has no endpoints for this port
    }
    if (!IsImplied(config, service)) {
      context.Warn(object, "spec.kube.selector", "NotActedOn",
                   "kgw reads no Pods, so the selector is not applied");
    }
    out->endpoints = ServiceEndpoints(context, *found, *port);
    if (spec.has_sslconfig()) {
      for (model::Endpoint& endpoint : out->endpoints) {
        endpoint.tls = model::Tls{spec.sslconfig().sni(), false};
      }
    }
    return true;
  }
};

}  // namespace

std::unique_ptr<Plugin> MakeKubePlugin() { return std::make_unique<KubePlugin>(); }

}  // namespace kgw::translate::upstream
