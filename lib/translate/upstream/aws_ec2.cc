// Upstreams of type `awsEc2`: instances of EC2 by their tags. kgw does not look for any yet, so
// there are no endpoints.

#include "base/strings.h"
#include "translate/upstream/plugin.h"

namespace kgw::translate::upstream {
namespace {

using base::Cat;
using schema::gloo::AwsEc2Upstream;

class AwsEc2Plugin : public Plugin {
 public:
  std::string_view type() const override { return "awsEc2"; }
  bool yields() const override { return true; }

  void Validate(const config::Resource& object, config::Checker* checker) const override {
    const AwsEc2Upstream& ec2 = object.As<schema::gloo::Upstream>().spec().awsec2();
    if (ec2.region().empty()) {
      checker->Reject("spec.awsEc2.region", "MissingField", "\"region\" is required");
    }
    for (int i = 0; i < ec2.filters_size(); ++i) {
      const auto& filter = ec2.filters(i);
      if (!(filter.has_kvpair() ? filter.kvpair().key() : filter.key()).empty()) continue;
      checker->Reject(Cat("spec.awsEc2.filters[", std::to_string(i), "]"), "MissingField",
                      "a filter needs the key of a tag");
    }
    checker->Warn("spec.awsEc2", "NotActedOn",
                  "kgw does not look for EC2 instances yet: this Upstream has no endpoints, and "
                  "requests to it are answered with 503");
  }

  bool Translate(const Context&, const config::Resource&, model::Upstream*) const override {
    return true;
  }
};

}  // namespace

std::unique_ptr<Plugin> MakeAwsEc2Plugin() { return std::make_unique<AwsEc2Plugin>(); }

}  // namespace kgw::translate::upstream
