// Upstreams of type `gcp`: a service of Google Cloud, which wants an identity token with each
// request. The proxy fetches it.

#include "base/strings.h"
#include "translate/upstream/function.h"
#include "translate/upstream/hosts.h"
#include "translate/upstream/plugin.h"

namespace kgw::translate::upstream {
namespace {

using base::Cat;
using schema::gloo::GcpUpstream;

class GcpPlugin : public Plugin {
 public:
  std::string_view type() const override { return "gcp"; }

  void Validate(const config::Resource& object, config::Checker* checker) const override {
    const GcpUpstream& gcp = object.As<schema::gloo::Upstream>().spec().gcp();
    if (gcp.host().empty()) {
      checker->Reject("spec.gcp.host", "MissingField", "\"host\" is required");
    } else if (!IsHostname(gcp.host())) {
      checker->Reject("spec.gcp.host", "InvalidFormat",
                      Cat("\"", gcp.host(), "\" is not a hostname"));
    }
    checker->Warn("spec.gcp", "NotActedOn",
                  Cat("kgw fetches no identity token: the proxy adds one for the audience ",
                      gcp.audience().empty() ? Cat("https://", gcp.host()) : gcp.audience()));
  }

  bool Translate(const Context&, const config::Resource& object,
                 model::Upstream* out) const override {
    const auto& spec = object.As<schema::gloo::Upstream>().spec();
    out->endpoints.push_back(CloudEndpoint(spec, spec.gcp().host()));
    return true;
  }
};

}  // namespace

std::unique_ptr<Plugin> MakeGcpPlugin() { return std::make_unique<GcpPlugin>(); }

}  // namespace kgw::translate::upstream
