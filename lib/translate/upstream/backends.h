// translate/upstream/backends.h - backend references -> upstreams of the model.
//
// Gateway API, BackendObjectReference and ReferenceGrant. A grant is checked before existence, so
// that nothing is said about another namespace's objects to those who may not refer to them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "kgw/schema/core.pb.h"
#include "kgw/schema/http_route.pb.h"
#include "model/action.h"
#include "translate/context.h"
#include "translate/gateway/reference_grant.h"

namespace kgw::translate::upstream {

// A reference as it is written; HTTPBackendRef and BackendObjectReference both become one.
struct Reference {
  std::string_view group, kind, name, namespace_;
  std::optional<uint16_t> port;
  std::string_view function;   // empty: none is named
  std::string function_field;  // where it is named, from the reference: ".filters[0]..."
};

// True for the filter of a backendRef that names a function. No object stands behind it.
bool NamesFunction(const schema::gateway::LocalObjectReference& ref);

class Backends {
 public:
  // Translates all Upstreams; Services follow as they are referred to.
  Backends(const Context& context, const gateway::ReferenceGrants& grants);

  // Resolves what `route` refers to at `path`. If that fails, the target's `reason` says why and
  // the finding is written; `*message` gets the sentence.
  model::BackendTarget Resolve(const Reference& reference, const config::Resource& route,
                               std::string_view path, std::string* message);

  // The same for a backendRef of a rule, whose filters may name a function.
  model::BackendTarget Resolve(const schema::gateway::HTTPBackendRef& ref,
                               const config::Resource& route, std::string_view path,
                               std::string* message);

 private:
  std::string ResolveUpstream(model::BackendTarget* target);
  std::string ResolveFunction(model::BackendTarget* target);
  std::string ResolveService(model::BackendTarget* target);
  uint32_t AddService(const model::BackendTarget& target, const config::Resource& service,
                      const schema::core::ServicePort& port);

  const Context& context_;
  const gateway::ReferenceGrants& grants_;
  absl::flat_hash_map<std::string, uint32_t> by_cluster_;  // index into Model::upstreams
};

}  // namespace kgw::translate::upstream
