#include "translate/gateway/http_route.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/strings.h"
#include "http/hostname.h"
#include "kgw/schema/http_route.pb.h"
#include "translate/gateway/delegation.h"
#include "translate/gateway/http_rule.h"
#include "translate/status.h"

namespace kgw::translate::gateway {
namespace {

using base::Cat;
using schema::gateway::HTTPRoute;
using schema::gateway::ParentReference;
using schema::gateway::RouteParentStatus;

constexpr std::string_view kGroup = "gateway.networking.k8s.io";

bool IsRoute(const ParentReference& ref) {
  return ref.group() == kGroup && ref.kind() == "HTTPRoute";
}

// A listener with the hostnames under which a route answers there.
struct Attachment {
  ListenerState* listener = nullptr;
  std::vector<model::AttachedHostname> hostnames;
};

// The hostnames under which the route answers on a listener; empty if there are none.
std::vector<model::AttachedHostname> IntersectHostnames(const HTTPRoute& route,
                                                        std::string_view listener,
                                                        bool rank_by_intersection) {
  std::vector<model::AttachedHostname> out;
  if (route.spec().hostnames().empty()) {
    // Inherited: ranks as if the route had named the listener's hostname.
    out.push_back({std::string(listener), std::string(listener)});
  }
  for (const std::string& hostname : route.spec().hostnames()) {
    const auto effective = http::Intersect(hostname, listener);
    if (!effective) continue;
    out.push_back(
        {std::string(*effective), rank_by_intersection ? std::string(*effective) : hostname});
  }
  return out;
}

// Attaches one route and, later, writes its status.
class RouteTranslator {
 public:
  RouteTranslator(const Context& context, RouteNode* node, Gateways* gateways)
      : context_(context),
        node_(node),
        object_(*node->object),
        route_(object_.As<HTTPRoute>()),
        rules_(node->rules),
        gateways_(gateways) {}

  void Attach();
  void WriteStatus(const RouteNodes& nodes);

  const std::vector<Attachment>& attachments() const { return attachments_; }
  // Names a Gateway as a parent; one of ours.
  bool is_root() const { return is_root_; }
  bool is_ours() const { return is_ours_; }

 private:
  void AttachTo(const ParentReference& ref, const std::string& path);
  Trouble AttachTo(const ParentReference& ref, GatewayState* gateway);
  std::optional<Trouble> FollowRoute(const ParentReference& ref, const std::string& path,
                                     const RouteNodes& nodes) const;
  void WriteParent(const ParentReference& ref, const Trouble& not_attached);
  const RouteParentStatus* OldParent(const ParentReference& full) const;

  const Context& context_;
  RouteNode* node_;
  const config::Resource& object_;
  const HTTPRoute& route_;
  TranslatedRules& rules_;
  Gateways* gateways_;
  bool is_root_ = false, is_ours_ = false;
  std::vector<Attachment> attachments_;
  std::vector<std::optional<Trouble>> not_attached_;  // of each parentRef; nothing: gets no status
  schema::gateway::HTTPRouteStatus status_;
};

void RouteTranslator::Attach() {
  for (int i = 0; i < route_.spec().parentrefs_size(); ++i) {
    const ParentReference& ref = route_.spec().parentrefs(i);
    not_attached_.emplace_back();
    if (!IsRoute(ref)) AttachTo(ref, Cat("spec.parentRefs[", std::to_string(i), "]"));
  }
}

void RouteTranslator::WriteStatus(const RouteNodes& nodes) {
  // Entries of other controllers are theirs and stay as they are.
  const std::string ours = ControllerName(context_.options());
  for (const RouteParentStatus& entry : route_.status().parents()) {
    if (entry.controllername() != ours) *status_.add_parents() = entry;
  }
  for (int i = 0; i < route_.spec().parentrefs_size(); ++i) {
    const ParentReference& ref = route_.spec().parentrefs(i);
    if (IsRoute(ref)) {
      const std::string path = Cat("spec.parentRefs[", std::to_string(i), "]");
      not_attached_[i] = FollowRoute(ref, path, nodes);
    }
    if (not_attached_[i]) WriteParent(ref, *not_attached_[i]);
  }
  // Without parentRefs the parents are those who delegate here.
  for (const RouteNode::Parent& parent : node_->parents) {
    if (!route_.spec().parentrefs().empty()) break;
    ParentReference ref;
    ref.set_group(std::string(kGroup));
    ref.set_kind("HTTPRoute");
    ref.set_namespace_(parent.object->key.namespace_);
    ref.set_name(parent.object->key.name);
    WriteParent(ref, parent.trouble);
  }
  context_.out->statuses[object_.key] = status_.SerializeAsString();
}

// A parent that is an HTTPRoute has to delegate here. Nothing: it is none of ours.
std::optional<Trouble> RouteTranslator::FollowRoute(const ParentReference& ref,
                                                    const std::string& path,
                                                    const RouteNodes& nodes) const {
  const std::string& namespace_ = ref.has_namespace_() ? ref.namespace_() : object_.key.namespace_;
  const std::string name = Cat("HTTPRoute ", namespace_, "/", ref.name());
  const RouteNode* parent = nodes.Find(namespace_, ref.name());
  if (parent == nullptr) {
    context_.Warn(object_, Cat(path, ".name"), "ParentNotFound", Cat(name, " does not exist"));
    return std::nullopt;
  }
  for (const std::string_view field : {".sectionName", ".port"}) {
    if (field == ".port" ? !ref.has_port() : !ref.has_sectionname()) continue;
    context_.Warn(object_, Cat(path, field), "NotActedOn",
                  "where the parent is an HTTPRoute, all of its rules may delegate here");
  }
  for (const RouteNode::Parent& known : node_->parents) {
    if (known.object == parent->object) return known.trouble;
  }
  Trouble trouble = {"NoMatchingParent",
                     Cat(name, parent->alive ? " does not delegate to this route"
                                             : " is attached to no Gateway of ours")};
  context_.Warn(object_, Cat(path, ".name"), trouble.reason, trouble.message);
  if (!parent->alive) return std::nullopt;
  return trouble;
}

void RouteTranslator::AttachTo(const ParentReference& ref, const std::string& path) {
  if (ref.group() != kGroup || ref.kind() != "Gateway") {
    context_.Warn(object_, Cat(path, ".kind"), "ParentNotFound",
                  Cat("kgw does not act on parents of kind ", ref.kind(), " (", ref.group(),
                      "); nothing is attached there"));
    return;
  }
  is_root_ = true;
  const std::string& namespace_ = ref.has_namespace_() ? ref.namespace_() : object_.key.namespace_;
  GatewayState* gateway = gateways_->Find(namespace_, ref.name());
  if (gateway == nullptr) {
    context_.Warn(object_, Cat(path, ".name"), "ParentNotFound",
                  Cat("Gateway ", namespace_, "/", ref.name(), " does not exist or is not ours"));
    return;
  }
  is_ours_ = true;
  const Trouble trouble = AttachTo(ref, gateway);
  if (trouble) context_.Warn(object_, path, trouble.reason, trouble.message);
  not_attached_.back() = trouble;
}

// Narrows the listeners down step by step; the step that leaves none is the reason.
Trouble RouteTranslator::AttachTo(const ParentReference& ref, GatewayState* gateway) {
  bool named = false, allowed = false, attached = false;
  const bool accepted = rules_.dropped < rules_.rules.size() || rules_.rules.empty();
  for (ListenerState& listener : gateway->listeners) {
    if (ref.has_sectionname() && ref.sectionname() != listener.spec->name()) continue;
    if (ref.has_port() && ref.port() != listener.spec->port()) continue;
    named = true;
    if (!listener.SupportsKind("HTTPRoute")) continue;
    if (!gateways_->AllowsNamespace(*gateway, listener, object_.key.namespace_)) continue;
    allowed = true;
    auto hostnames = IntersectHostnames(route_, listener.spec->hostname(),
                                        context_.options().hostname_precedence_intersected);
    if (hostnames.empty()) continue;
    attached = true;
    if (accepted) ++listener.attached_routes;
    attachments_.push_back({&listener, std::move(hostnames)});
  }
  if (!named) {
    return {"NoMatchingParent", "no listener of the Gateway has this sectionName and port"};
  }
  if (!allowed) {
    return {"NotAllowedByListeners",
            Cat("no listener lets HTTPRoutes of namespace ", object_.key.namespace_, " attach")};
  }
  if (!attached) {
    return {"NoMatchingListenerHostname", "no hostname of the route is one of the listener's"};
  }
  return {};
}

const RouteParentStatus* RouteTranslator::OldParent(const ParentReference& full) const {
  const std::string ours = ControllerName(context_.options());
  const std::string wanted = full.SerializeAsString();
  for (const RouteParentStatus& entry : route_.status().parents()) {
    if (entry.controllername() == ours && entry.parentref().SerializeAsString() == wanted) {
      return &entry;
    }
  }
  return nullptr;
}

void RouteTranslator::WriteParent(const ParentReference& ref, const Trouble& not_attached) {
  ParentReference full = ref;  // group and kind are there by default
  if (!full.has_namespace_()) full.set_namespace_(object_.key.namespace_);
  const RouteParentStatus* old = OldParent(full);
  RouteParentStatus* out = status_.add_parents();
  if (old != nullptr) *out = *old;
  *out->mutable_parentref() = full;
  out->set_controllername(ControllerName(context_.options()));
  Conditions* conditions = out->mutable_conditions();
  const auto set = [&](const ConditionValue& value) {
    SetCondition(value, object_.generation, context_.input->now, conditions);
  };
  const bool all_dropped = rules_.dropped > 0 && rules_.dropped == rules_.rules.size();
  Trouble rejected = not_attached;
  if (!rejected && all_dropped) rejected = rules_.first_drop;
  set({"Accepted", !rejected, rejected ? rejected.reason : "Accepted", rejected.message});
  set({"ResolvedRefs", !rules_.unresolved,
       rules_.unresolved ? rules_.unresolved.reason : "ResolvedRefs", rules_.unresolved.message});
  if (rules_.dropped > 0 && !all_dropped) {
    set({"PartiallyInvalid", true, rules_.first_drop.reason,
         Cat("Dropped Rule: ", rules_.first_drop.message)});
  } else {
    RemoveCondition("PartiallyInvalid", conditions);
  }
}

}  // namespace

void TranslateHTTPRoutes(const Context& context, Gateways* gateways, upstream::Backends* backends) {
  std::vector<RouteNode> nodes;
  for (const config::Resource* object : context.All<HTTPRoute>()) {
    nodes.push_back({object, TranslateRules(context, *object, backends)});
  }
  const RouteNodes index(context, &nodes);
  Delegation delegation(context, index);
  std::vector<RouteTranslator> translators;
  translators.reserve(nodes.size());
  for (RouteNode& node : nodes) translators.emplace_back(context, &node, gateways).Attach();

  std::vector<model::Route>& routes = context.out->model.routes;
  std::vector<model::Route> children;
  const auto first_child = static_cast<uint32_t>(nodes.size());
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    const RouteTranslator& translator = translators[i];
    auto flattened = delegation.Flatten(&nodes[i], translator.is_root(), translator.is_ours());
    routes.push_back(std::move(flattened.route));
    for (const Attachment& attachment : translator.attachments()) {
      auto& attached = attachment.listener->model.routes;
      attached.push_back({i, attachment.hostnames});
      for (uint32_t c = 0; c < flattened.children.size(); ++c) {
        attached.push_back(
            {first_child + static_cast<uint32_t>(children.size()) + c, attachment.hostnames});
      }
    }
    std::move(flattened.children.begin(), flattened.children.end(), std::back_inserter(children));
  }
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    // What is delegated to and stands nowhere else is among the children.
    if (nodes[i].alive && !translators[i].is_root()) routes[i].rules.clear();
  }
  std::move(children.begin(), children.end(), std::back_inserter(routes));
  delegation.ReportRefused();
  for (RouteTranslator& translator : translators) translator.WriteStatus(index);
}

}  // namespace kgw::translate::gateway
