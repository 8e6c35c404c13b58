// translate/gateway/delegation.h - HTTPRoutes that delegate to other HTTPRoutes, flattened.
//
// A backendRef of a rule may name HTTPRoutes: by name, "*" for all of a namespace, or by label.
// Their rules then answer under the hostnames of the route at the top, each as a rule of its own in
// the one order of precedence. The data plane knows nothing of it: a child is one more model::Route
// for each rule that delegates to it. What nobody resolves is answered by the parent with 500.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
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

class Delegation {
 public:
  // `nodes`: all HTTPRoutes, by namespace and name.
  Delegation(const Context& context, std::vector<RouteNode>* nodes);

  // What becomes of a route, and of those that it delegates to. `is_root`: it names a Gateway, so
  // that it delegates; `is_ours`: one of ours, so that the children learn of it.
  struct Flattened {
    model::Route route;
    std::vector<model::Route> children;
  };
  Flattened Flatten(RouteNode* node, bool is_root, bool is_ours);

  // Null if there is no such route.
  const RouteNode* Find(std::string_view namespace_, std::string_view name) const;

  // Findings about matches that no parent took. Once, at the end.
  void ReportRefused();

  static bool NamesParent(const schema::gateway::ParentReference& ref,
                          const config::Resource& child, const config::Resource& parent);

 private:
  // A rule that delegates, with what it is at this place of the tree.
  struct Link {
    RouteNode* node = nullptr;
    size_t rule = 0;
    const model::Rule* flat = nullptr;
    FieldSet fields = 0;
    std::string name;  // "HTTPRoute default/parent rule 0"
  };

  struct Selection {
    std::vector<RouteNode*> nodes;
    bool named = false;  // one route, by its name
    Trouble trouble;
  };

  bool Expand(RouteNode* node, model::Route* out);
  model::Rule FlattenRule(RouteNode* node, size_t index);
  void Delegate(RouteNode* node, size_t index, model::Rule* rule);
  Trouble DelegateTo(const schema::gateway::HTTPBackendRef& ref, const Link& link);
  Trouble Adopt(RouteNode* child, const Link& link, bool named);
  Trouble MayAdopt(RouteNode* child, const Link& link, bool named);
  Trouble ExpandChild(RouteNode* child, const Link& link);
  std::vector<model::Match> MatchesUnder(RouteNode* node, size_t rule);
  Selection Select(const schema::gateway::HTTPBackendRef& ref, const RouteNode& parent) const;
  std::vector<RouteNode*> InNamespace(std::string_view namespace_, std::string_view name) const;
  void NoteParent(RouteNode* child, const RouteNode& parent, const Trouble& trouble) const;
  void WarnAboutRef(const schema::gateway::HTTPBackendRef& ref, const RouteNode& node,
                    const std::string& path);
  void WarnAboutMatches(const model::Rule& rule, const RouteNode& node, const std::string& path);
  void LeaveTheRest(const Trouble& unresolved, size_t first_child, model::Rule* rule) const;
  bool IsTaken(const model::Match& match, size_t first_child) const;
  bool exhausted() const { return matches_left_ == 0 || steps_left_ == 0; }
  bool Once(const RouteNode& node, const std::string& path) {
    return reported_.emplace(node.object, path).second;
  }

  const Context& context_;
  std::vector<RouteNode>* nodes_;
  std::map<std::pair<std::string, std::string>, std::vector<RouteNode*>, std::less<>> by_label_;
  std::set<std::pair<const config::Resource*, std::string>> reported_;
  std::vector<const Link*> chain_;  // from the root to the rule that delegates now
  std::vector<model::Route> children_;
  size_t matches_left_, steps_left_;
  bool is_root_ = false, is_ours_ = false;
};

}  // namespace kgw::translate::gateway
