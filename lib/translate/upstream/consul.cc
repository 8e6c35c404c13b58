// Upstreams of type `consul`: instances of a service in Consul's catalogue. kgw does not look for
// any yet, so there are no endpoints.

#include "translate/upstream/function.h"
#include "translate/upstream/plugin.h"

namespace kgw::translate::upstream {
namespace {

constexpr std::string_view kModes[] = {"DefaultMode", "StaleMode", "ConsistentMode"};

class ConsulPlugin : public Plugin {
 public:
  std::string_view type() const override { return "consul"; }
  bool yields() const override { return true; }

  void Validate(const config::Resource& object, config::Checker* checker) const override {
    const auto& consul = object.As<schema::gloo::Upstream>().spec().consul();
    if (consul.servicename().empty()) {
      checker->Reject("spec.consul.serviceName", "MissingField", "\"serviceName\" is required");
    }
    CheckEnum(consul.consistencymode(), kModes, "spec.consul.consistencyMode", checker);
    checker->Warn("spec.consul", "NotActedOn",
                  "kgw does not ask Consul yet: this Upstream has no endpoints, and requests to it "
                  "are answered with 503");
  }

  bool Translate(const Context&, const config::Resource&, model::Upstream*) const override {
    return true;
  }
};

}  // namespace

std::unique_ptr<Plugin> MakeConsulPlugin() { return std::make_unique<ConsulPlugin>(); }

}  // namespace kgw::translate::upstream
