#include "translate/gateway/delegation.h"

#include <algorithm>

#include "base/strings.h"
#include "translate/gateway/delegated_match.h"

namespace kgw::translate::gateway {
namespace {

using base::Cat;
using schema::gateway::HTTPBackendRef;
using schema::gateway::HTTPRoute;

constexpr std::string_view kRouteGroup = "gateway.networking.k8s.io";
constexpr std::string_view kInheritMatcher[] = {"delegation.gateway.solo.io/inherit-parent-matcher",
                                                "delegation.kgateway.dev/inherit-parent-matcher"};

// Trees are a few levels deep and hold some thousand matches. The bounds are for those that
// multiply from level to level: they hold for all trees together.
constexpr size_t kMaxDepth = 16;
constexpr size_t kMaxMatches = 250'000;
constexpr size_t kMaxSteps = 10'000'000;  // a match of a child held against one of a parent

std::string NameOf(const config::Resource& object) {
  return Cat("HTTPRoute ", object.key.namespace_, "/", object.key.name);
}

std::string RulePath(size_t rule) { return Cat("spec.rules[", std::to_string(rule), "]"); }

const schema::gateway::HTTPRouteSpec& SpecOf(const RouteNode& node) {
  return node.object->As<HTTPRoute>().spec();
}

bool InheritsMatcher(const config::Resource& object) {
  const auto& annotations = object.As<HTTPRoute>().metadata().annotations();
  for (const std::string_view key : kInheritMatcher) {
    const auto it = annotations.find(std::string(key));
    if (it == annotations.end()) continue;
    const std::string word = base::Lower(it->second);
    return word == "true" || word == "yes" || word == "enabled";
  }
  return false;
}

// A route without parentRefs lets anybody delegate to it.
bool LetsDelegate(const RouteNode& child, const RouteNode& parent) {
  const auto& refs = SpecOf(child).parentrefs();
  return refs.empty() || std::any_of(refs.begin(), refs.end(), [&](const auto& ref) {
           return Delegation::NamesParent(ref, *child.object, *parent.object);
         });
}

}  // namespace

Delegation::Delegation(const Context& context, const RouteNodes& nodes)
    : context_(context), nodes_(nodes), matches_left_(kMaxMatches), steps_left_(kMaxSteps) {}

bool Delegation::NamesParent(const schema::gateway::ParentReference& ref,
                             const config::Resource& child, const config::Resource& parent) {
  const std::string& namespace_ = ref.has_namespace_() ? ref.namespace_() : child.key.namespace_;
  return ref.group() == kRouteGroup && ref.kind() == "HTTPRoute" && ref.name() == parent.key.name &&
         namespace_ == parent.key.namespace_;
}

Delegation::Flattened Delegation::Flatten(RouteNode* node, bool is_root, bool is_ours) {
  is_root_ = is_root;
  is_ours_ = is_ours;
  Flattened out;
  Expand(node, &out.route);
  out.children = std::move(children_);
  children_.clear();
  return out;
}

// True if some rule has a match at this place of the tree.
bool Delegation::Expand(RouteNode* node, model::Route* out) {
  out->namespace_ = node->object->key.namespace_;
  out->name = node->object->key.name;
  out->created = node->object->created.value_or(model::Route::kUndated);
  for (const Link* link : chain_) out->via.push_back(link->name);
  node->alive |= is_ours_;
  bool any = false;
  for (size_t i = 0; i < node->rules.rules.size(); ++i) {
    model::Rule rule = FlattenRule(node, i);
    any |= !rule.matches.empty();
    if (is_root_ && !rule.matches.empty() && !node->rules.notes[i].delegates.empty()) {
      Delegate(node, i, &rule);
    }
    out->rules.push_back(std::move(rule));
  }
  return any;
}

// The rule with what the rules above it give to it.
model::Rule Delegation::FlattenRule(RouteNode* node, size_t index) {
  const model::Rule& written = node->rules.rules[index];
  if (chain_.empty()) return written;
  model::Rule out;
  out.name = written.name;
  out.matches = MatchesUnder(node, index);
  if (out.matches.empty()) return out;
  out.action = written.action;
  FieldSet fields = node->rules.notes[index].fields;
  // Innermost first, each with what it sets itself.
  for (auto link = chain_.rbegin(); link != chain_.rend(); ++link) {
    const RouteNode& parent = *(*link)->node;
    Inherit(parent.rules.rules[(*link)->rule].action, (*link)->fields, *parent.inheritance,
            (*link)->name, &out, &fields);
  }
  return out;
}

std::vector<model::Match> Delegation::MatchesUnder(RouteNode* node, size_t rule) {
  const bool join = InheritsMatcher(*node->object);
  std::vector<model::Match> out;
  const std::vector<model::Match>& own = node->rules.rules[rule].matches;
  for (size_t i = 0; i < own.size(); ++i) {
    std::string why;
    const size_t before = out.size();
    for (const model::Match& parent : chain_.back()->flat->matches) {
      if (exhausted() || (!join && out.size() > before)) break;
      --steps_left_;
      std::string reason;
      auto match = join ? Join(parent, own[i], &reason) : Under(parent, own[i], &reason);
      if (!match) {
        // What is missing under a match that could have taken it says more.
        const bool could = parent.path.type == model::PathType::kPathPrefix;
        if (could || why.empty()) why = std::move(reason);
        continue;
      }
      out.push_back(std::move(*match));
      --matches_left_;
    }
    const auto [known, first] = node->refused.try_emplace({rule, i}, why);
    if (out.size() > before) known->second.clear();
  }
  return out;
}

void Delegation::Delegate(RouteNode* node, size_t index, model::Rule* rule) {
  if (!node->inheritance) node->inheritance = InheritanceOf(context_, *node->object);
  const std::string path = RulePath(index);
  const Link link{node, index, rule, node->rules.notes[index].fields,
                  Cat(NameOf(*node->object), " rule ", std::to_string(index))};
  const size_t first_child = children_.size();
  Trouble unresolved;
  for (const int i : node->rules.notes[index].delegates) {
    const HTTPBackendRef& ref = SpecOf(*node).rules(static_cast<int>(index)).backendrefs(i);
    const std::string ref_path = Cat(path, ".backendRefs[", std::to_string(i), "]");
    WarnAboutRef(ref, *node, ref_path);
    const Trouble trouble = DelegateTo(ref, link);
    if (!trouble) continue;
    if (Once(*node, ref_path)) {
      context_.Warn(*node->object, Cat(ref_path, ".name"), trouble.reason, trouble.message);
    }
    if (!unresolved) unresolved = trouble;
  }
  if (rule->action.backends.empty()) {
    WarnAboutMatches(*rule, *node, path);
    LeaveTheRest(unresolved, first_child, rule);
  }
  if (unresolved && !node->rules.unresolved) node->rules.unresolved = std::move(unresolved);
}

// A rule that only delegates answers nothing itself, except in the place of those who are missing.
// Under a match that is no PathPrefix nobody can be.
void Delegation::LeaveTheRest(const Trouble& unresolved, size_t first_child,
                              model::Rule* rule) const {
  std::erase_if(rule->matches, [&](const model::Match& match) {
    if (match.path.type != model::PathType::kPathPrefix) return false;
    return !unresolved || IsTaken(match, first_child);
  });
  if (rule->matches.empty() || !rule->action.fail_reason.empty()) return;
  rule->action.fail_reason = unresolved ? unresolved.reason : "BackendNotFound";
}

// True if some child takes all that the match would take.
bool Delegation::IsTaken(const model::Match& match, size_t first_child) const {
  for (size_t i = first_child; i < children_.size(); ++i) {
    for (const model::Rule& rule : children_[i].rules) {
      const auto covers = [&](const model::Match& child) { return Covers(child, match); };
      if (std::any_of(rule.matches.begin(), rule.matches.end(), covers)) return true;
    }
  }
  return false;
}

Trouble Delegation::DelegateTo(const HTTPBackendRef& ref, const Link& link) {
  const Selection selection = nodes_.Select(ref, *link.node);
  Trouble trouble = selection.trouble;
  bool any = false;
  for (RouteNode* child : selection.nodes) {
    const Trouble refused = Adopt(child, link, selection.named);
    any |= !refused;
    if (refused && (!trouble || refused.reason == "RefNotPermitted")) trouble = refused;
  }
  // A cycle is a mistake, whoever else answers.
  if (any && trouble.reason != "RefNotPermitted") return {};
  return trouble;
}

Trouble Delegation::Adopt(RouteNode* child, const Link& link, bool named) {
  Trouble refused = MayAdopt(child, link, named);
  if (refused) return refused;
  if (!SpecOf(*child).hostnames().empty()) {
    const Trouble trouble = {
        "UnsupportedValue",
        "spec.hostnames must be unset on a delegatee route as they are inherited from the parent "
        "route"};
    if (Once(*child, "spec.hostnames")) {
      context_.Warn(*child->object, "spec.hostnames", trouble.reason, trouble.message);
    }
    NoteParent(child, *link.node, trouble);
    return {"BackendNotFound", Cat("unresolved reference: ", NameOf(*child->object),
                                   " has hostnames, so that nobody can delegate to it")};
  }
  return ExpandChild(child, link);
}

Trouble Delegation::MayAdopt(RouteNode* child, const Link& link, bool named) {
  const std::string name = NameOf(*child->object), parent = NameOf(*link.node->object);
  const bool lets = LetsDelegate(*child, *link.node);
  const bool above = std::any_of(chain_.begin(), chain_.end(),
                                 [&](const Link* other) { return other->node == child; });
  if ((above || child == link.node) && (named || lets)) {
    if (child == link.node) {
      return {"RefNotPermitted", Cat("cyclic delegation: ", name, " delegates to itself")};
    }
    return {"RefNotPermitted",
            Cat("cyclic delegation: ", parent, " is delegated to by ", name, " already")};
  }
  if (!lets) {
    return {"BackendNotFound", Cat("unresolved reference: ", name, " has parentRefs, and ", parent,
                                   " is none of them")};
  }
  if (chain_.size() + 1 >= kMaxDepth) {
    return {"RefNotPermitted",
            Cat("routes delegate over more than ", std::to_string(kMaxDepth), " levels")};
  }
  if (exhausted()) {
    return {"RefNotPermitted", "all that is delegated multiplies to too many matches"};
  }
  return {};
}

Trouble Delegation::ExpandChild(RouteNode* child, const Link& link) {
  const size_t place = children_.size();
  children_.emplace_back();
  chain_.push_back(&link);
  model::Route route;
  const bool any = Expand(child, &route);
  chain_.pop_back();
  if (any) {
    children_[place] = std::move(route);
    NoteParent(child, *link.node, {});
    return exhausted() ? MayAdopt(child, link, false) : Trouble();
  }
  children_.pop_back();  // nothing came after it
  std::string why;
  if (!child->refused.empty()) why = Cat(": ", child->refused.begin()->second);
  NoteParent(child, *link.node,
             {"NoMatchingParent", Cat("no match of this route lies under ", link.name, why)});
  return {"BackendNotFound", Cat("unresolved reference: no match of ", NameOf(*child->object),
                                 " lies under this rule", why)};
}

void Delegation::NoteParent(RouteNode* child, const RouteNode& parent,
                            const Trouble& trouble) const {
  if (!is_ours_) return;
  for (RouteNode::Parent& known : child->parents) {
    if (known.object != parent.object) continue;
    if (!trouble) known.trouble = {};  // one rule of the parent is enough
    return;
  }
  child->parents.push_back({parent.object, trouble});
}

void Delegation::WarnAboutRef(const HTTPBackendRef& ref, const RouteNode& node,
                              const std::string& path) {
  const auto ignored = [&](bool set, std::string_view field, std::string_view code) {
    if (!set || !Once(node, Cat(path, field))) return;
    context_.Warn(*node.object, Cat(path, field), code,
                  Cat("ignored where a rule delegates to HTTPRoutes: ", field.substr(1)));
  };
  ignored(ref.has_port(), ".port", "IgnoredPort");
  ignored(ref.weight() != 1, ".weight", "IgnoredWeight");
  ignored(!ref.filters().empty(), ".filters", "IgnoredFilter");
}

void Delegation::WarnAboutMatches(const model::Rule& rule, const RouteNode& node,
                                  const std::string& path) {
  for (const model::Match& match : rule.matches) {
    const std::string at = Cat(path, ".matches[", std::to_string(match.index), "].path.type");
    if (match.path.type == model::PathType::kPathPrefix || !Once(node, at)) continue;
    context_.Warn(*node.object, at, "UnsupportedValue",
                  "a rule delegates what its PathPrefix matches take; this match answers 500");
  }
}

void Delegation::ReportRefused() {
  for (RouteNode& node : nodes_.all()) {
    const auto& refs = SpecOf(node).parentrefs();
    // Where the route stands on its own as well, the match may be meant for that.
    const bool stands_alone = std::any_of(
        refs.begin(), refs.end(), [](const auto& ref) { return ref.kind() != "HTTPRoute"; });
    if (stands_alone || node.parents.empty()) continue;
    for (const auto& [place, why] : node.refused) {
      if (why.empty()) continue;
      const std::string rule = RulePath(place.first);
      const uint32_t match = node.rules.rules[place.first].matches[place.second].index;
      context_.Warn(*node.object, Cat(rule, ".matches[", std::to_string(match), "]"),
                    "NotUnderParent",
                    Cat("no rule that delegates to this route takes the match: ", why));
    }
  }
}

}  // namespace kgw::translate::gateway
