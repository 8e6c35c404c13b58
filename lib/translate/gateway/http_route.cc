#include "translate/gateway/http_route.h"

#include <algorithm>

#include "base/strings.h"
#include "http/hostname.h"
#include "kgw/schema/http_route.pb.h"
#include "translate/gateway/http_rule.h"
#include "translate/status.h"

namespace kgw::translate::gateway {
namespace {

using base::Cat;
using schema::gateway::HTTPRoute;
using schema::gateway::ParentReference;
using schema::gateway::RouteParentStatus;

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

class RouteTranslator {
 public:
  RouteTranslator(const Context& context, const config::Resource& object, Gateways* gateways)
      : context_(context), object_(object), route_(object.As<HTTPRoute>()), gateways_(gateways) {}

  void Translate(upstream::Backends* backends);

 private:
  void AddParent(const ParentReference& ref, const std::string& path);
  Trouble Attach(const ParentReference& ref, GatewayState* gateway);
  void AddRoute();
  void WriteParent(const ParentReference& ref, const Trouble& not_attached);
  const RouteParentStatus* OldParent(const ParentReference& full) const;

  const Context& context_;
  const config::Resource& object_;
  const HTTPRoute& route_;
  Gateways* gateways_;
  TranslatedRules rules_;
  uint32_t index_ = 0;  // of the route in the model
  schema::gateway::HTTPRouteStatus status_;
};

void RouteTranslator::Translate(upstream::Backends* backends) {
  rules_ = TranslateRules(context_, object_, backends);
  index_ = static_cast<uint32_t>(context_.out->model.routes.size());
  // Entries of other controllers are theirs and stay as they are.
  const std::string ours = ControllerName(context_.options());
  for (const RouteParentStatus& entry : route_.status().parents()) {
    if (entry.controllername() != ours) *status_.add_parents() = entry;
  }
  for (int i = 0; i < route_.spec().parentrefs_size(); ++i) {
    AddParent(route_.spec().parentrefs(i), Cat("spec.parentRefs[", std::to_string(i), "]"));
  }
  AddRoute();
  context_.out->statuses[object_.key] = status_.SerializeAsString();
}

void RouteTranslator::AddRoute() {
  model::Route out;
  out.namespace_ = object_.key.namespace_;
  out.name = object_.key.name;
  out.created = object_.created.value_or(model::Route::kUndated);
  out.rules = std::move(rules_.rules);
  context_.out->model.routes.push_back(std::move(out));
}

void RouteTranslator::AddParent(const ParentReference& ref, const std::string& path) {
  if (ref.group() != "gateway.networking.k8s.io" || ref.kind() != "Gateway") {
    context_.Warn(object_, Cat(path, ".kind"), "ParentNotFound",
                  Cat("kgw does not act on parents of kind ", ref.kind(), " (", ref.group(),
                      "); nothing is attached there"));
    return;
  }
  const std::string& namespace_ = ref.has_namespace_() ? ref.namespace_() : object_.key.namespace_;
  GatewayState* gateway = gateways_->Find(namespace_, ref.name());
  if (gateway == nullptr) {
    context_.Warn(object_, Cat(path, ".name"), "ParentNotFound",
                  Cat("Gateway ", namespace_, "/", ref.name(), " does not exist or is not ours"));
    return;
  }
  const Trouble trouble = Attach(ref, gateway);
  if (trouble) context_.Warn(object_, path, trouble.reason, trouble.message);
  WriteParent(ref, trouble);
}

// Narrows the listeners down step by step; the step that leaves none is the reason.
Trouble RouteTranslator::Attach(const ParentReference& ref, GatewayState* gateway) {
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
    listener.model.routes.push_back({index_, std::move(hostnames)});
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
  for (const config::Resource* object : context.All<HTTPRoute>()) {
    RouteTranslator(context, *object, gateways).Translate(backends);
  }
}

}  // namespace kgw::translate::gateway
