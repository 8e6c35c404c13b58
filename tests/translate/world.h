// translate/world.h - a configuration as text, loaded and translated, with words for its parts.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "config/parse.h"
#include "config/resource_set.h"
#include "kgw/schema/gateway.pb.h"
#include "kgw/schema/gateway_class.pb.h"
#include "kgw/schema/http_route.pb.h"
#include "translate/context.h"
#include "translate/kinds.h"
#include "translate/translate.h"

namespace kgw::translate {

using base::Cat;
using schema::gateway::Gateway;
using schema::gateway::GatewayStatus;
using schema::gateway::HTTPRoute;
using schema::gateway::HTTPRouteStatus;
using Texts = std::vector<std::string>;

// A document that begins a new one.
inline std::string Document(std::string_view api, std::string_view kind, std::string_view name,
                            std::string_view rest, std::string_view namespace_ = "default") {
  return Cat("---\napiVersion: ", api, "\nkind: ", kind, "\nmetadata: {name: ", name,
             ", namespace: ", namespace_, "}\n", rest, "\n");
}

inline std::string GatewayText(std::string_view listeners,
                               std::string_view namespace_ = "default") {
  return Document("gateway.networking.k8s.io/v1", "Gateway", "edge",
                  Cat("spec: {gatewayClassName: kgw, listeners: [", listeners, "]}"), namespace_);
}

inline std::string RouteText(std::string_view name, std::string_view spec,
                             std::string_view namespace_ = "default") {
  return Document("gateway.networking.k8s.io/v1", "HTTPRoute", name, Cat("spec: {", spec, "}"),
                  namespace_);
}

inline std::string ServiceText(std::string_view name, std::string_view ports = "{port: 80}",
                               std::string_view namespace_ = "default") {
  return Document("v1", "Service", name, Cat("spec: {ports: [", ports, "]}"), namespace_);
}

inline std::string SliceText(std::string_view name, std::string_view service,
                             std::string_view rest) {
  return Cat("---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: ", name,
             ", labels: {kubernetes.io/service-name: ", service, "}}\n", rest, "\n");
}

inline std::string UpstreamText(std::string_view name, std::string_view spec,
                                std::string_view namespace_ = "default") {
  return Document("gloo.solo.io/v1", "Upstream", name, Cat("spec: {", spec, "}"), namespace_);
}

inline std::string GrantText(std::string_view namespace_, std::string_view from,
                             std::string_view to) {
  return Document("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", "grant",
                  Cat("spec: {from: [", from, "], to: [", to, "]}"), namespace_);
}

constexpr char kHttp[] = "{name: http, port: 80, protocol: HTTP}";
constexpr char kOnEdge[] = "parentRefs: [{name: edge}], ";

// "Accepted=True/Accepted ResolvedRefs=False/BackendNotFound", in the order of the status.
inline std::string Words(const google::protobuf::RepeatedPtrField<schema::Condition>& conditions) {
  std::string out;
  for (const schema::Condition& condition : conditions) {
    out += Cat(out.empty() ? "" : " ", condition.type(), "=", condition.status(), "/",
               condition.reason());
  }
  return out;
}

// "spec.x: Code", with the line in front if it is asked for.
inline Texts Codes(const std::vector<Diagnostic>& findings, bool lines = false) {
  Texts out;
  for (const Diagnostic& d : findings) {
    out.push_back(Cat(lines ? std::to_string(d.line) + " " : std::string(), d.field, ": ", d.code));
  }
  return out;
}

class World {
 public:
  explicit World(std::string_view text, Options options = {},
                 upstream::Plugins plugins = upstream::Plugins::Builtin())
      : options_(std::move(options)),
        plugins_(std::move(plugins)),
        registry_(MakeRegistry(plugins_)) {
    Apply(text);
  }

  void Apply(std::string_view text, std::string_view source = "test.yaml", int64_t now = 1000) {
    std::vector<config::LoadedSource> sources;
    sources.push_back(config::Load(source, text, config::TextFormat::kYaml, registry_));
    load_findings = sources[0].diagnostics;
    rejected = sources[0].rejected.size();
    const config::ChangeSet changes = set_.Apply(std::move(sources), &load_findings);
    translation = Translate({&set_, &changes, &options_, &plugins_, now});
  }

  // Nothing if the object gets no status.
  template <typename Status, typename Object>
  std::optional<Status> StatusOf(std::string_view name,
                                 std::string_view namespace_ = "default") const {
    const auto it =
        translation.statuses.find({&KindOf<Object>(), std::string(namespace_), std::string(name)});
    if (it == translation.statuses.end()) return std::nullopt;
    Status status;
    status.ParseFromString(it->second);
    return status;
  }

  // The conditions of the route's nth parent; empty if there is none.
  std::string Parent(std::string_view route, int index = 0,
                     std::string_view namespace_ = "default") const {
    const auto status = StatusOf<HTTPRouteStatus, HTTPRoute>(route, namespace_);
    if (!status || index >= status->parents_size()) return {};
    return Words(status->parents(index).conditions());
  }

  schema::gateway::ListenerStatus ListenerStatus(std::string_view name) const {
    const auto status = StatusOf<GatewayStatus, Gateway>("edge");
    for (const auto& listener : status->listeners()) {
      if (listener.name() == name) return listener;
    }
    return {};
  }
  std::string ListenerWords(std::string_view name) const {
    return Words(ListenerStatus(name).conditions());
  }

  const model::Model& model() const { return translation.model; }
  const model::Rule& Rule(size_t index = 0, size_t route = 0) const {
    return translation.model.routes.at(route).rules.at(index);
  }
  const model::Action& Action(size_t index = 0) const { return Rule(index).action; }

  // "10.0.0.1:80 x2 tls=a.test", joined by commas, of an upstream by cluster; "none" without one.
  std::string Endpoints(std::string_view cluster) const {
    for (const model::Upstream& upstream : translation.model.upstreams) {
      if (upstream.cluster != cluster) continue;
      std::string out;
      for (const model::Endpoint& endpoint : upstream.endpoints) {
        out += Cat(out.empty() ? "" : ", ", endpoint.address, endpoint.hostname, ":",
                   std::to_string(endpoint.port));
        if (endpoint.weight != 1) out += Cat(" x", std::to_string(endpoint.weight));
        if (endpoint.tls) out += Cat(" tls=", endpoint.tls->sni);
      }
      return out;
    }
    return "none";
  }

  Translation translation;
  std::vector<Diagnostic> load_findings;
  size_t rejected = 0;  // objects of the text that was applied last

 private:
  Options options_;
  upstream::Plugins plugins_;
  config::Registry registry_;
  config::ResourceSet set_;
};

// Where the checkout is; empty when the program is run by hand.
inline std::string SourceRoot() {
  const char* root = std::getenv("KGW_SOURCE_ROOT");
  return root == nullptr ? std::string() : std::string(root);
}

inline std::string ReadFile(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace kgw::translate
