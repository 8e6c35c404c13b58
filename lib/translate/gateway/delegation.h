// translate/gateway/delegation.h - HTTPRoutes that delegate to other HTTPRoutes, flattened.
//
// A backendRef of a rule may name HTTPRoutes: by name, "*" for all of a namespace, or by label.
// Their rules then answer under the hostnames of the route at the top, each as a rule of its own in
// the one order of precedence. The data plane knows nothing of it: a child is one more model::Route
// for each rule that delegates to it. What nobody resolves is answered by the parent with 500.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "translate/context.h"
#include "translate/gateway/gateway.h"
#include "translate/gateway/route_nodes.h"

namespace kgw::translate::gateway {

class Delegation {
 public:
  Delegation(const Context& context, const RouteNodes& nodes);

  // What becomes of a route, and of those that it delegates to. `is_root`: it names a Gateway, so
  // that it delegates; `is_ours`: one of ours, so that the children learn of it.
  struct Flattened {
    model::Route route;
    std::vector<model::Route> children;
  };
  Flattened Flatten(RouteNode* node, bool is_root, bool is_ours);

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

  bool Expand(RouteNode* node, model::Route* out);
  model::Rule FlattenRule(RouteNode* node, size_t index);
  void Delegate(RouteNode* node, size_t index, model::Rule* rule);
  Trouble DelegateTo(const schema::gateway::HTTPBackendRef& ref, const Link& link);
  Trouble Adopt(RouteNode* child, const Link& link, bool named);
  Trouble MayAdopt(RouteNode* child, const Link& link, bool named);
  Trouble ExpandChild(RouteNode* child, const Link& link);
  std::vector<model::Match> MatchesUnder(RouteNode* node, size_t rule);
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
  const RouteNodes& nodes_;
  std::set<std::pair<const config::Resource*, std::string>> reported_;
  std::vector<const Link*> chain_;  // from the root to the rule that delegates now
  std::vector<model::Route> children_;
  size_t matches_left_, steps_left_;
  bool is_root_ = false, is_ours_ = false;
};

}  // namespace kgw::translate::gateway
