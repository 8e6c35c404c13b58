#include "translate/upstream/backends.h"

#include "base/strings.h"
#include "translate/upstream/service.h"
#include "translate/upstream/upstream.h"

namespace kgw::translate::upstream {
namespace {

using base::Cat;
using schema::core::Service;

constexpr std::string_view kGlooGroup = "gloo.solo.io";

// Kubernetes standard application protocols (KEP-3726) and "grpc"; nothing for another protocol
// with a domain, of which nobody here knows what it is. IANA's plain names decide nothing.
std::optional<model::Protocol> ProtocolOf(std::string_view app_protocol) {
  if (app_protocol == "kubernetes.io/h2c" || app_protocol == "grpc") {
    return model::Protocol::kHttp2;
  }
  if (app_protocol == "kubernetes.io/ws" || app_protocol == "kubernetes.io/wss") {
    return model::Protocol::kHttp1;
  }
  if (app_protocol.find('/') != std::string_view::npos) return std::nullopt;
  return model::Protocol::kUnset;
}

}  // namespace

bool NamesFunction(const schema::gateway::LocalObjectReference& ref) {
  return ref.group() == kGlooGroup && ref.kind() == "Parameter";
}

Backends::Backends(const Context& context, const gateway::ReferenceGrants& grants)
    : context_(context), grants_(grants) {
  for (const config::Resource* object : context.All<schema::gloo::Upstream>()) {
    auto upstream = TranslateUpstream(context, *object);
    if (!upstream) continue;
    // The full key of the object: two clusters may share a name ("a_b" in "c", "a" in "b_c").
    by_cluster_[Cat("Upstream ", upstream->display)] =
        static_cast<uint32_t>(context.out->model.upstreams.size());
    context.out->model.upstreams.push_back(std::move(*upstream));
  }
}

model::BackendTarget Backends::Resolve(const Reference& reference, const config::Resource& route,
                                       std::string_view path, std::string* message) {
  const std::string_view home = route.key.namespace_;
  model::BackendTarget target;
  target.group = reference.group;
  target.kind = reference.kind;
  target.namespace_ = reference.namespace_.empty() ? home : reference.namespace_;
  target.name = reference.name;
  target.port = reference.port.value_or(0);
  target.function = reference.function;
  const bool is_service = target.group.empty() && target.kind == "Service";
  const bool is_upstream = target.group == kGlooGroup && target.kind == "Upstream";
  if (!grants_.Permits({route.key.kind->group, route.key.kind->name, home},
                       {target.group, target.kind, target.namespace_, target.name})) {
    target.reason = "RefNotPermitted";
    *message =
        Cat("no ReferenceGrant in namespace ", target.namespace_, " lets ", route.key.kind->name,
            "s of ", home, " refer to ", target.kind, " ", target.name);
  } else if (is_service) {
    *message = ResolveService(&target);
  } else if (is_upstream) {
    *message = ResolveUpstream(&target);
    if (reference.port) {
      context_.Warn(route, Cat(path, ".port"), "IgnoredPort",
                    "the port of a reference to an Upstream is ignored: the Upstream has its own");
      target.port = 0;
    }
  } else {
    target.reason = "InvalidKind";
    *message =
        Cat("kgw knows no backend of kind ", target.kind, " in group \"", target.group, "\"");
  }
  const bool resolved = target.reason.empty();
  if (resolved) *message = ResolveFunction(&target);
  if (!target.reason.empty()) {
    const bool at_function = resolved && !reference.function.empty();
    context_.Warn(route, Cat(path, at_function ? reference.function_field : ".name"), target.reason,
                  *message);
  }
  return target;
}

model::BackendTarget Backends::Resolve(const schema::gateway::HTTPBackendRef& ref,
                                       const config::Resource& route, std::string_view path,
                                       std::string* message) {
  Reference reference{ref.group(), ref.kind(), ref.name(), ref.namespace_()};
  if (ref.has_port()) reference.port = static_cast<uint16_t>(ref.port());
  for (int i = 0; i < ref.filters_size(); ++i) {
    const auto& extension = ref.filters(i).extensionref();
    if (ref.filters(i).type() != "ExtensionRef" || !NamesFunction(extension)) continue;
    std::string field = Cat(".filters[", std::to_string(i), "].extensionRef.name");
    if (!reference.function.empty()) {
      context_.Warn(route, Cat(path, field), "IgnoredFilter",
                    Cat("a backendRef calls one function: ", reference.function, " it is"));
      continue;
    }
    reference.function = extension.name();
    reference.function_field = std::move(field);
  }
  return Resolve(reference, route, path, message);
}

// What is called of the backend that was found. (Gloo, gateway2: a function is named exactly where
// there are functions.)
std::string Backends::ResolveFunction(model::BackendTarget* target) {
  const config::Resource* object =
      target->kind == "Upstream"
          ? context_.Find<schema::gloo::Upstream>(target->namespace_, target->name)
          : nullptr;
  const Plugin* plugin =
      object == nullptr ? nullptr : context_.input->plugins->Find(TypeOf(*object));
  const bool has_functions = plugin != nullptr && plugin->has_functions();
  if (!has_functions && target->function.empty()) return {};
  const auto fail = [target](std::string message) {
    target->upstream = model::kNoUpstream;
    target->reason = "BackendNotFound";
    return message;
  };
  if (!has_functions) {
    return fail("parameters extensionref is only supported for aws and azure upstreams");
  }
  if (target->function.empty()) {
    return fail(
        "upstreams must have a logical name specified in the backend ref via the parameters "
        "extensionref");
  }
  model::Invocation invocation;
  std::string problem = plugin->Invoke(context_, *object, target->function, &invocation);
  if (!problem.empty()) return fail(std::move(problem));
  target->invocation = std::make_shared<const model::Invocation>(std::move(invocation));
  return {};
}

std::string Backends::ResolveUpstream(model::BackendTarget* target) {
  const std::string name = Cat(target->namespace_, "/", target->name);
  const auto it = by_cluster_.find(Cat("Upstream ", name));
  if (it != by_cluster_.end()) {
    target->upstream = it->second;
    return {};
  }
  const config::Resource* object =
      context_.Find<schema::gloo::Upstream>(target->namespace_, target->name);
  if (object != nullptr && !HasPlugin(context_, *object)) {
    target->reason = "UnsupportedValue";
    return Cat("Upstream ", name, " has a type that kgw does not act on yet");
  }
  target->reason = "BackendNotFound";
  return Cat("Upstream ", name,
             object == nullptr ? " does not exist or is not valid"
                               : " has nothing that requests could go to: see what is found there");
}

std::string Backends::ResolveService(model::BackendTarget* target) {
  const std::string name = Cat(target->namespace_, "/", target->name);
  const config::Resource* object = context_.Find<Service>(target->namespace_, target->name);
  if (object == nullptr) {
    target->reason = "BackendNotFound";
    return Cat("Service ", name, " does not exist");
  }
  const Service& service = object->As<Service>();
  const auto* port = FindPort(service, target->port);
  if (port == nullptr) {
    target->reason = "BackendNotFound";
    return Cat("Service ", name, " has no TCP port ", std::to_string(target->port));
  }
  if (!ProtocolOf(port->appprotocol())) {
    target->reason = "UnsupportedProtocol";
    return Cat("Service ", name, " speaks ", port->appprotocol(), ", which HTTPRoute does not");
  }
  target->upstream = AddService(*target, *object, *port);
  return {};
}

uint32_t Backends::AddService(const model::BackendTarget& target, const config::Resource& service,
                              const schema::core::ServicePort& port) {
  const std::string port_text = std::to_string(target.port);
  const std::string display = Cat(target.namespace_, "/", target.name, ":", port_text);
  const auto [it, inserted] = by_cluster_.try_emplace(Cat("Service ", display), 0);
  if (!inserted) return it->second;
  model::Upstream upstream;
  upstream.cluster = Cat("kube_", target.namespace_, "_", target.name, "_", port_text);
  upstream.display = display;
  upstream.protocol = *ProtocolOf(port.appprotocol());
  upstream.endpoints = ServiceEndpoints(context_, service, port);
  it->second = static_cast<uint32_t>(context_.out->model.upstreams.size());
  context_.out->model.upstreams.push_back(std::move(upstream));
  return it->second;
}

}  // namespace kgw::translate::upstream
