#include "kgw/version.h"

#include "balance/policy.h"
#include "config/schema.h"
#include "translate/upstream/plugin.h"

namespace kgw {

std::string_view Version() { return KGW_VERSION; }

int AbiNumber() { return 1; }

std::vector<std::string> Features() {
  std::vector<std::string> out;
  for (const auto& kind : config::Schema::Get().kinds()) out.push_back("kind:" + kind->name);
  const auto plugins = translate::upstream::Plugins::Builtin();
  for (const auto type : plugins.types()) out.push_back("upstream:" + std::string(type));
  for (const auto policy : balance::PolicyNames()) out.push_back("policy:" + std::string(policy));
  return out;
}

}  // namespace kgw
