// translate/gateway/reference_grant.h - may an object refer into another namespace?
//
// Gateway API, ReferenceGrant: it lies in the target's namespace; one `from` must match in group,
// kind and namespace, one `to` in group, kind and, if it has one, name. Grants only ever add up.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "translate/context.h"

namespace kgw::translate::gateway {

struct Referrer {
  std::string_view group, kind, namespace_;
};

struct Referent {
  std::string_view group, kind, namespace_, name;
};

class ReferenceGrants {
 public:
  explicit ReferenceGrants(const Context& context);

  // Within one namespace no grant is needed.
  bool Permits(const Referrer& from, const Referent& to) const;

 private:
  absl::flat_hash_map<std::string, std::vector<const config::Resource*>> by_namespace_;
};

}  // namespace kgw::translate::gateway
