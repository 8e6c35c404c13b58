#include "translate/gateway/gateway.h"

#include <algorithm>

#include "base/strings.h"
#include "translate/gateway/gateway_class.h"
#include "translate/gateway/label_selector.h"
#include "translate/gateway/listener.h"
#include "translate/status.h"

namespace kgw::translate::gateway {
namespace {

using base::Cat;
using schema::gateway::Gateway;

void WriteListenerStatus(const ListenerState& listener, int64_t generation, int64_t now,
                         schema::gateway::ListenerStatus* out) {
  out->set_name(listener.spec->name());
  out->set_attachedroutes(listener.attached_routes);
  out->clear_supportedkinds();
  for (const auto& kind : listener.supported_kinds) *out->add_supportedkinds() = kind;
  Conditions* conditions = out->mutable_conditions();
  const auto set = [&](std::string_view type, const Trouble& trouble, std::string_view good) {
    SetCondition({type, !trouble, trouble ? trouble.reason : std::string(good), trouble.message},
                 generation, now, conditions);
  };
  set("Accepted", listener.conflict ? listener.conflict : listener.not_accepted, "Accepted");
  Trouble programmed = listener.conflict;
  if (!programmed && !listener.programmed()) programmed = {"Invalid", "the listener is not usable"};
  set("Programmed", programmed, "Programmed");
  set("ResolvedRefs", listener.unresolved, "ResolvedRefs");
  SetCondition(
      {"Conflicted", static_cast<bool>(listener.conflict),
       listener.conflict ? listener.conflict.reason : "NoConflicts", listener.conflict.message},
      generation, now, conditions);
  if (listener.overlaps) {
    SetCondition({"OverlappingTLSConfig", true, "OverlappingHostnames",
                  "the hostname overlaps that of another TLS listener of the port"},
                 generation, now, conditions);
  } else {
    RemoveCondition("OverlappingTLSConfig", conditions);
  }
}

// The old status of the listener of that name, so that transition times survive.
schema::gateway::ListenerStatus OldStatus(const Gateway& gateway, const std::string& name) {
  for (const auto& status : gateway.status().listeners()) {
    if (status.name() == name) return status;
  }
  return {};
}

}  // namespace

bool ListenerState::SupportsKind(std::string_view kind) const {
  return std::any_of(supported_kinds.begin(), supported_kinds.end(),
                     [&](const auto& supported) { return supported.kind() == kind; });
}

Gateways::Gateways(const Context& context, const ReferenceGrants& grants)
    : context_(context), grants_(grants) {
  for (const config::Resource* object : context.All<Gateway>()) {
    if (!IsOurClass(context, object->As<Gateway>().spec().gatewayclassname())) continue;
    GatewayState gateway;
    gateway.object = object;
    AddListeners(&gateway);
    gateways_.push_back(std::move(gateway));
  }
}

void Gateways::AddListeners(GatewayState* gateway) {
  const auto& spec = gateway->object->As<Gateway>().spec();
  for (int i = 0; i < spec.listeners_size(); ++i) {
    ListenerState listener;
    listener.spec = &spec.listeners(i);
    const std::string path = Cat("spec.listeners[", std::to_string(i), "]");
    CheckListener(context_, grants_, *gateway->object, path, &listener);
    gateway->listeners.push_back(std::move(listener));
  }
  CheckConflicts(&gateway->listeners);
}

GatewayState* Gateways::Find(std::string_view namespace_, std::string_view name) {
  const auto it = std::lower_bound(
      gateways_.begin(), gateways_.end(), std::pair(namespace_, name),
      [](const GatewayState& g, const std::pair<std::string_view, std::string_view>& key) {
        return std::pair<std::string_view, std::string_view>(g.object->key.namespace_,
                                                             g.object->key.name) < key;
      });
  const bool found = it != gateways_.end() && it->object->key.namespace_ == namespace_ &&
                     it->object->key.name == name;
  return found ? &*it : nullptr;
}

bool Gateways::AllowsNamespace(const GatewayState& gateway, const ListenerState& listener,
                               std::string_view route_namespace) const {
  const auto& namespaces = listener.spec->allowedroutes().namespaces();
  if (namespaces.from() == "All") return true;
  if (namespaces.from() == "Selector") {
    // An empty selector selects everything, a missing one nothing.
    return namespaces.has_selector() &&
           NamespaceMatches(context_, namespaces.selector(), route_namespace);
  }
  return namespaces.from() == "Same" && gateway.object->key.namespace_ == route_namespace;
}

void Gateways::WriteStatus(const GatewayState& gateway) {
  const auto& message = gateway.object->As<Gateway>();
  const int64_t generation = gateway.object->generation, now = context_.input->now;
  schema::gateway::GatewayStatus status = message.status();
  status.clear_listeners();
  size_t accepted = 0, programmed = 0;
  for (const ListenerState& listener : gateway.listeners) {
    accepted += listener.accepted() ? 1 : 0;
    programmed += listener.programmed() ? 1 : 0;
    auto* out = status.add_listeners();
    *out = OldStatus(message, listener.spec->name());
    WriteListenerStatus(listener, generation, now, out);
  }
  const bool all = accepted == gateway.listeners.size();
  SetCondition({"Accepted", accepted > 0, all ? "Accepted" : "ListenersNotValid",
                all            ? ""
                : accepted > 0 ? "some listeners are not valid"
                               : "no listener is valid"},
               generation, now, status.mutable_conditions());
  SetCondition({"Programmed", programmed > 0, programmed > 0 ? "Programmed" : "Invalid",
                programmed > 0 ? "" : "no listener is usable"},
               generation, now, status.mutable_conditions());
  context_.out->statuses[gateway.object->key] = status.SerializeAsString();
}

void Gateways::Finish() {
  for (GatewayState& gateway : gateways_) {
    WriteStatus(gateway);
    model::Gateway out;
    out.name = Cat(gateway.object->key.namespace_, "/", gateway.object->key.name);
    for (ListenerState& listener : gateway.listeners) {
      if (!listener.accepted()) continue;
      listener.model.ready = listener.usable;
      out.listeners.push_back(std::move(listener.model));
    }
    context_.out->model.gateways.push_back(std::move(out));
  }
  // "a-b/x" sorts before "a/x" as one text, but after it by namespace: names are compared whole.
  auto& gateways = context_.out->model.gateways;
  std::sort(gateways.begin(), gateways.end(),
            [](const model::Gateway& a, const model::Gateway& b) { return a.name < b.name; });
}

}  // namespace kgw::translate::gateway
