#include "base/strings.h"
#include "translate/upstream/plugin.h"

namespace kgw::translate::upstream {

// The built-in types: one factory a file of this folder.
std::unique_ptr<Plugin> MakeStaticPlugin();
std::unique_ptr<Plugin> MakeKubePlugin();

Plugins Plugins::Builtin() {
  Plugins out;
  out.Add(MakeStaticPlugin());
  out.Add(MakeKubePlugin());
  return out;
}

void Plugins::Add(std::unique_ptr<Plugin> plugin) { plugins_.push_back(std::move(plugin)); }

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
