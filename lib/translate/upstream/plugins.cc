#include "base/strings.h"
#include "translate/upstream/plugin.h"

namespace kgw::translate::upstream {

// The built-in types: one factory a file of this folder.
std::unique_ptr<Plugin> MakeStaticPlugin();
std::unique_ptr<Plugin> MakeKubePlugin();
std::unique_ptr<Plugin> MakeAwsPlugin();
std::unique_ptr<Plugin> MakeAwsEc2Plugin();
std::unique_ptr<Plugin> MakeAzurePlugin();
std::unique_ptr<Plugin> MakeConsulPlugin();
std::unique_ptr<Plugin> MakePipePlugin();
std::unique_ptr<Plugin> MakeGcpPlugin();

std::string Plugin::Invoke(const Context&, const config::Resource&, std::string_view,
                           model::Invocation*) const {
  return base::Cat("Upstreams of type ", type(), " have no functions");
}

Plugins Plugins::Builtin() {
  Plugins out;
  out.Add(MakeStaticPlugin());
  out.Add(MakeKubePlugin());
  out.Add(MakeAwsPlugin());
  out.Add(MakeAwsEc2Plugin());
  out.Add(MakeAzurePlugin());
  out.Add(MakeConsulPlugin());
  out.Add(MakePipePlugin());
  out.Add(MakeGcpPlugin());
  return out;
}

void Plugins::Add(std::unique_ptr<Plugin> plugin) {
  std::erase_if(plugins_,
                [&](const auto& old) { return old->type() == plugin->type() && old->yields(); });
  plugins_.push_back(std::move(plugin));
}

std::vector<std::string_view> Plugins::types() const {
  std::vector<std::string_view> out;
  for (const auto& plugin : plugins_) out.push_back(plugin->type());
  return out;
}

std::vector<std::string> Plugins::ExtraFields() const {
  std::vector<std::string> out;
  for (const auto& plugin : plugins_) {
    if (plugin->is_extra()) out.push_back(base::Cat("spec.", plugin->type()));
  }
  return out;
}

const Plugin* Plugins::Find(std::string_view type) const {
  for (const auto& plugin : plugins_) {
    if (plugin->type() == type) return plugin.get();
  }
  return nullptr;
}

}  // namespace kgw::translate::upstream
