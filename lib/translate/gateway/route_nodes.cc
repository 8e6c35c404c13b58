#include "translate/gateway/route_nodes.h"

#include <algorithm>

#include "base/strings.h"
#include "kgw/schema/core.pb.h"
#include "kgw/schema/http_route.pb.h"

namespace kgw::translate::gateway {
namespace {

using base::Cat;
using schema::gateway::HTTPBackendRef;
using schema::gateway::HTTPRoute;

constexpr std::string_view kAllNamespaces = "all";
constexpr std::string_view kLabels[] = {"delegation.gateway.solo.io", "delegation.kgateway.dev"};

}  // namespace

RouteNodes::RouteNodes(const Context& context, std::vector<RouteNode>* nodes)
    : context_(context), nodes_(nodes) {
  for (RouteNode& node : *nodes) {
    const auto& labels = node.object->As<HTTPRoute>().metadata().labels();
    for (const std::string_view group : kLabels) {
      const auto it = labels.find(Cat(group, "/label"));
      if (it != labels.end()) by_label_[{std::string(group), it->second}].push_back(&node);
    }
  }
}

const RouteNode* RouteNodes::Find(std::string_view namespace_, std::string_view name) const {
  const std::vector<RouteNode*> found = InNamespace(namespace_, name);
  return found.empty() ? nullptr : found.front();
}

Selection RouteNodes::Select(const HTTPBackendRef& ref, const RouteNode& parent) const {
  Selection out;
  const bool by_label = ref.kind() == "label";
  out.named = !by_label && ref.name() != "*";
  std::string_view namespace_ = parent.object->key.namespace_;
  if (ref.has_namespace_()) namespace_ = ref.namespace_();
  const bool everywhere = !out.named && namespace_ == kAllNamespaces;
  if (everywhere && context_.Find<schema::core::Namespace>("", kAllNamespaces) != nullptr) {
    out.trouble = {"UnsupportedValue",
                   "wildcard namespace disallowed: \"all\" stands for all namespaces, but there is "
                   "a namespace of that name"};
    return out;
  }
  if (by_label) {
    const auto it = by_label_.find(std::pair(ref.group(), ref.name()));
    if (it != by_label_.end()) out.nodes = it->second;
    std::erase_if(out.nodes, [&](const RouteNode* node) {
      return !everywhere && node->object->key.namespace_ != namespace_;
    });
  } else if (everywhere) {
    for (RouteNode& node : *nodes_) out.nodes.push_back(&node);
  } else {
    out.nodes = InNamespace(namespace_, out.named ? ref.name() : "");
  }
  if (out.nodes.empty()) {
    const std::string wanted =
        by_label ? Cat("with the label ", ref.group(), "/label: ", ref.name()) : ref.name();
    const std::string where = everywhere ? std::string() : Cat(" in namespace ", namespace_);
    out.trouble = {"BackendNotFound",
                   Cat("unresolved reference: there is no HTTPRoute ", wanted, where)};
  }
  return out;
}

// Those of the namespace; if there is a name, the one that has it.
std::vector<RouteNode*> RouteNodes::InNamespace(std::string_view namespace_,
                                                std::string_view name) const {
  using Key = std::pair<std::string_view, std::string_view>;
  const auto before = [](const RouteNode& node, const Key& wanted) {
    return Key(node.object->key.namespace_, node.object->key.name) < wanted;
  };
  std::vector<RouteNode*> out;
  for (auto it = std::lower_bound(nodes_->begin(), nodes_->end(), Key(namespace_, name), before);
       it != nodes_->end() && it->object->key.namespace_ == namespace_; ++it) {
    if (!name.empty() && it->object->key.name != name) break;
    out.push_back(&*it);
  }
  return out;
}

}  // namespace kgw::translate::gateway
