// Upstreams of type `azure`: the functions of one Azure function app.

#include "base/strings.h"
#include "translate/context.h"
#include "translate/upstream/function.h"
#include "translate/upstream/hosts.h"
#include "translate/upstream/plugin.h"
#include "translate/upstream/secret.h"

namespace kgw::translate::upstream {
namespace {

using base::Cat;
using schema::gloo::AzureFunction;
using schema::gloo::AzureUpstream;

enum AuthLevel : size_t { kAnonymous, kFunction, kAdmin };
constexpr std::string_view kLevels[] = {"Anonymous", "Function", "Admin"};

const AzureUpstream& SpecOf(const config::Resource& object) {
  return object.As<schema::gloo::Upstream>().spec().azure();
}

std::string HostOf(const AzureUpstream& azure) {
  return Cat(azure.functionappname(), ".azurewebsites.net");
}

class AzurePlugin : public Plugin {
 public:
  std::string_view type() const override { return "azure"; }
  bool has_functions() const override { return true; }
  void Validate(const config::Resource& object, config::Checker* checker) const override;
  bool Translate(const Context& context, const config::Resource& object,
                 model::Upstream* out) const override;
  std::string Invoke(const Context& context, const config::Resource& object,
                     std::string_view function, model::Invocation* out) const override;
};

void AzurePlugin::Validate(const config::Resource& object, config::Checker* checker) const {
  const AzureUpstream& azure = SpecOf(object);
  if (azure.functionappname().empty()) {
    checker->Reject("spec.azure.functionAppName", "MissingField",
                    "\"functionAppName\" is required");
  } else if (!IsLabel(azure.functionappname())) {
    checker->Reject("spec.azure.functionAppName", "InvalidFormat",
                    Cat("\"", azure.functionappname(), "\" is not the name of a function app"));
  }
  for (int i = 0; i < azure.functions_size(); ++i) {
    const std::string path = Cat("spec.azure.functions[", std::to_string(i), "]");
    if (azure.functions(i).functionname().empty()) {
      checker->Reject(Cat(path, ".functionName"), "MissingField", "\"functionName\" is required");
    }
    CheckEnum(azure.functions(i).authlevel(), kLevels, Cat(path, ".authLevel"), checker);
  }
}

bool AzurePlugin::Translate(const Context& context, const config::Resource& object,
                            model::Upstream* out) const {
  const AzureUpstream& azure = SpecOf(object);
  if (!azure.secretref().name().empty()) {
    const std::string name = NameOfRef(object, azure.secretref());
    const auto* secret = FindSecret(context, object, azure.secretref());
    const bool usable = secret != nullptr && SecretMap(*secret, "azure", "apiKeys");
    if (!usable) {
      context.Warn(object, "spec.azure.secretRef.name", "NoCredentials",
                   secret == nullptr ? Cat("azure secrets for ref ", name, " not found")
                                     : Cat("secret ", name, " is not an Azure secret"));
      return false;
    }
  }
  const auto& spec = object.As<schema::gloo::Upstream>().spec();
  out->endpoints.push_back(CloudEndpoint(spec, HostOf(azure)));
  return true;
}

// The key that opens a function: its own, or that of the whole app. Empty if there is none; then
// `*names` are those that were looked for.
std::string FindKey(const Context& context, const config::Resource& object,
                    const AzureFunction& function, AuthLevel level, std::string* names) {
  constexpr char kMaster[] = "_master";
  std::vector<std::string> wanted = {function.functionname(), kMaster};
  if (level == kAdmin) wanted = {kMaster};
  const auto* secret = FindSecret(context, object, SpecOf(object).secretref());
  const auto keys = secret == nullptr ? std::nullopt : SecretMap(*secret, "azure", "apiKeys");
  for (const std::string& name : wanted) {
    if (keys && keys->contains(name) && !keys->at(name).empty()) return keys->at(name);
    *names += Cat(names->empty() ? "" : " ", name);
  }
  return {};
}

std::string AzurePlugin::Invoke(const Context& context, const config::Resource& object,
                                std::string_view function, model::Invocation* out) const {
  const AzureUpstream& azure = SpecOf(object);
  const AzureFunction* found = nullptr;
  for (const AzureFunction& candidate : azure.functions()) {
    if (found == nullptr && candidate.functionname() == function) found = &candidate;
  }
  if (found == nullptr) return Cat("unknown function ", function);
  out->authority = HostOf(azure);
  out->target = Cat("/api/", Escape(function));
  const auto level = static_cast<AuthLevel>(*EnumValue(found->authlevel(), kLevels));
  if (level == kAnonymous) return {};
  std::string names;
  const std::string key = FindKey(context, object, *found, level, &names);
  if (key.empty()) return Cat("secret not found for key names [", names, "]");
  out->target += Cat("?code=", Escape(key, "=/"));
  return {};
}

}  // namespace

std::unique_ptr<Plugin> MakeAzurePlugin() { return std::make_unique<AzurePlugin>(); }

}  // namespace kgw::translate::upstream
