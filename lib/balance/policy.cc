#include "balance/policy.h"

namespace kgw::balance {

using Builder = std::unique_ptr<Policy>(std::span<const model::Endpoint> endpoints);

// Each is defined in the file of its name.
Builder BuildRandom, BuildRoundRobin;

namespace {

struct Row {
  std::string_view name;  // Gloo, LoadBalancerConfig: the word of its oneof in CamelCase
  Builder* build;
};

constexpr Row kPolicies[] = {
    {"RoundRobin", BuildRoundRobin},
    {"Random", BuildRandom},
};

}  // namespace

std::unique_ptr<Policy> BuildPolicy(std::string_view name,
                                    std::span<const model::Endpoint> endpoints) {
  for (const Row& row : kPolicies) {
    if (row.name == name) return row.build(endpoints);
  }
  return nullptr;
}

std::vector<std::string_view> PolicyNames() {
  std::vector<std::string_view> names;
  for (const Row& row : kPolicies) names.push_back(row.name);
  return names;
}

}  // namespace kgw::balance
