// translate/gateway/label_selector.h - Kubernetes label selectors over namespaces.
#pragma once

#include <string_view>

#include "kgw/schema/meta.pb.h"
#include "translate/context.h"

namespace kgw::translate::gateway {

// True if the namespace's labels satisfy the selector. A namespace that no file describes has the
// one label that Kubernetes gives to every namespace: kubernetes.io/metadata.name.
bool NamespaceMatches(const Context& context, const schema::LabelSelector& selector,
                      std::string_view namespace_);

}  // namespace kgw::translate::gateway
