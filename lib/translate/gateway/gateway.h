// translate/gateway/gateway.h - Gateways that are ours, with their listeners.
//
// Gateway API, GatewaySpec.listeners: distinctness and conflicts, route kinds and namespaces,
// certificates. Routes attach between construction and Finish(), which writes model and statuses.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kgw/schema/gateway.pb.h"
#include "translate/context.h"
#include "translate/gateway/reference_grant.h"

namespace kgw::translate::gateway {

struct Trouble {  // a reason and a sentence; empty: all is well
  std::string reason;
  std::string message;
  explicit operator bool() const { return !reason.empty(); }
};

struct ListenerState {
  const schema::gateway::Listener* spec = nullptr;
  std::vector<schema::gateway::RouteGroupKind> supported_kinds;
  Trouble not_accepted;
  Trouble conflict;
  Trouble unresolved;     // of references and route kinds
  bool usable = true;     // false: connections to it are closed
  bool overlaps = false;  // its hostname overlaps another TLS listener's of the port
  int attached_routes = 0;
  model::Listener model;

  bool accepted() const { return !not_accepted && !conflict; }
  bool programmed() const { return accepted() && usable; }
  bool SupportsKind(std::string_view kind) const;
};

struct GatewayState {
  const config::Resource* object = nullptr;
  std::vector<ListenerState> listeners;
};

class Gateways {
 public:
  Gateways(const Context& context, const ReferenceGrants& grants);

  // Null if there is no such Gateway, or if it is another controller's.
  GatewayState* Find(std::string_view namespace_, std::string_view name);

  // True if the listener lets routes of that namespace attach (AllowedRoutes.namespaces).
  bool AllowsNamespace(const GatewayState& gateway, const ListenerState& listener,
                       std::string_view route_namespace) const;

  void Finish();

 private:
  void AddListeners(GatewayState* gateway);
  void WriteStatus(const GatewayState& gateway);

  const Context& context_;
  const ReferenceGrants& grants_;
  std::vector<GatewayState> gateways_;  // by namespace and name
};

}  // namespace kgw::translate::gateway
