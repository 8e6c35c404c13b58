#include "translate/gateway/reference_grant.h"

#include "base/strings.h"
#include "kgw/schema/reference_grant.pb.h"

namespace kgw::translate::gateway {
namespace {

using schema::gateway::ReferenceGrant;

bool Permits(const ReferenceGrant& grant, const Referrer& from, const Referent& to) {
  bool from_matches = false, to_matches = false;
  for (const auto& entry : grant.spec().from()) {
    from_matches |= entry.group() == from.group && entry.kind() == from.kind &&
                    entry.namespace_() == from.namespace_;
  }
  for (const auto& entry : grant.spec().to()) {
    to_matches |= entry.group() == to.group && entry.kind() == to.kind &&
                  (entry.name().empty() || entry.name() == to.name);
  }
  return from_matches && to_matches;
}

}  // namespace

ReferenceGrants::ReferenceGrants(const Context& context) {
  for (const config::Resource* object : context.All<ReferenceGrant>()) {
    by_namespace_[object->key.namespace_].push_back(object);
  }
}

bool ReferenceGrants::Permits(const Referrer& from, const Referent& to) const {
  if (from.namespace_ == to.namespace_) return true;
  const auto it = by_namespace_.find(base::Abs(to.namespace_));
  if (it == by_namespace_.end()) return false;
  for (const config::Resource* object : it->second) {
    if (gateway::Permits(object->As<ReferenceGrant>(), from, to)) return true;
  }
  return false;
}

}  // namespace kgw::translate::gateway
