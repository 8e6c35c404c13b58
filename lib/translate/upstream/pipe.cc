// Upstreams of type `pipe`: a Unix socket of the machine that the proxy runs on.

#include "base/strings.h"
#include "translate/upstream/plugin.h"

namespace kgw::translate::upstream {
namespace {

class PipePlugin : public Plugin {
 public:
  std::string_view type() const override { return "pipe"; }

  void Validate(const config::Resource& object, config::Checker* checker) const override {
    if (!object.As<schema::gloo::Upstream>().spec().pipe().path().empty()) return;
    checker->Reject("spec.pipe.path", "MissingField", "no path provided");
  }

  bool Translate(const Context&, const config::Resource& object,
                 model::Upstream* out) const override {
    const auto& spec = object.As<schema::gloo::Upstream>().spec();
    model::Endpoint& endpoint = out->endpoints.emplace_back();
    endpoint.address = base::Cat(model::kUnixScheme, spec.pipe().path());
    endpoint.port = model::kUnixPort;
    if (spec.has_sslconfig()) endpoint.tls = model::Tls{spec.sslconfig().sni(), false};
    return true;
  }
};

}  // namespace

std::unique_ptr<Plugin> MakePipePlugin() { return std::make_unique<PipePlugin>(); }

}  // namespace kgw::translate::upstream
