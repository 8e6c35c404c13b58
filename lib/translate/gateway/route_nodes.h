// translate/gateway/route_nodes.h - all HTTPRoutes of a translation, and those that a backendRef
// means.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "translate/context.h"
#include "translate/gateway/gateway.h"
#include "translate/gateway/http_rule.h"

namespace kgw::translate::gateway {

// One HTTPRoute on its way into the model.
struct RouteNode {
  const config::Resource* object = nullptr;
  TranslatedRules rules;
  std::optional<Inheritance> inheritance;  // read when the route first delegates
  bool alive = false;                      // a Gateway of ours sends requests here

  // The HTTPRoutes that delegate here, each once. Empty trouble: they do so to some effect.
  struct Parent {
    const config::Resource* object = nullptr;
    Trouble trouble;
  };
  std::vector<Parent> parents;

  // Of each match that some parent looked at, by rule and position: why none of them took it; empty
  // once one has.
  std::map<std::pair<size_t, size_t>, std::string> refused;
};

// What a backendRef stands for.
struct Selection {
  std::vector<RouteNode*> nodes;
  bool named = false;  // one route, by its name
  Trouble trouble;     // why there is nothing
};

class RouteNodes {
 public:
  // `nodes`: by namespace and name. They stay where they are.
  RouteNodes(const Context& context, std::vector<RouteNode>* nodes);

  std::vector<RouteNode>& all() const { return *nodes_; }

  // Null if there is no such route.
  const RouteNode* Find(std::string_view namespace_, std::string_view name) const;

  // The routes that `parent` delegates to by `ref`, whether they let it or not.
  Selection Select(const schema::gateway::HTTPBackendRef& ref, const RouteNode& parent) const;

 private:
  std::vector<RouteNode*> InNamespace(std::string_view namespace_, std::string_view name) const;

  const Context& context_;
  std::vector<RouteNode>* nodes_;
  std::map<std::pair<std::string, std::string>, std::vector<RouteNode*>, std::less<>> by_label_;
};

}  // namespace kgw::translate::gateway
