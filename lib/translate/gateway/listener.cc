#include "translate/gateway/listener.h"

#include "base/pem.h"
#include "base/strings.h"
#include "http/hostname.h"
#include "kgw/schema/core.pb.h"

namespace kgw::translate::gateway {
namespace {

using base::Cat;
using schema::gateway::RouteGroupKind;

constexpr std::string_view kGroup = "gateway.networking.k8s.io";

bool IsHttp(std::string_view protocol) { return protocol == "HTTP" || protocol == "HTTPS"; }
bool IsTls(std::string_view protocol) { return protocol == "HTTPS" || protocol == "TLS"; }

RouteGroupKind HttpRouteKind() {
  RouteGroupKind kind;
  kind.set_group(std::string(kGroup));
  kind.set_kind("HTTPRoute");
  return kind;
}

// The requested kinds that the protocol supports; requesting another is an unresolved reference.
void CheckKinds(ListenerState* listener) {
  const bool http = IsHttp(listener->spec->protocol());
  const auto& requested = listener->spec->allowedroutes().kinds();
  if (requested.empty() && http) listener->supported_kinds.push_back(HttpRouteKind());
  for (const RouteGroupKind& kind : requested) {
    if (http && kind.group() == kGroup && kind.kind() == "HTTPRoute") {
      listener->supported_kinds.push_back(HttpRouteKind());
    } else if (!listener->unresolved) {
      listener->unresolved = {
          "InvalidRouteKinds",
          Cat("routes of kind ", kind.kind(), " (", kind.group(),
              ") cannot attach to a listener of protocol ", listener->spec->protocol())};
    }
  }
  listener->usable = !listener->supported_kinds.empty();
}

Trouble CheckCertificate(const Context& context, const ReferenceGrants& grants,
                         const config::Resource& gateway,
                         const schema::gateway::SecretObjectReference& ref) {
  const std::string& home = gateway.key.namespace_;
  const std::string& target = ref.has_namespace_() ? ref.namespace_() : home;
  if (!ref.group().empty() || ref.kind() != "Secret") {
    return {"InvalidCertificateRef", Cat("a certificate is a Secret of the core group, not a ",
                                         ref.kind(), " of group \"", ref.group(), "\"")};
  }
  if (!grants.Permits({kGroup, "Gateway", home}, {"", "Secret", target, ref.name()})) {
    return {"RefNotPermitted", Cat("no ReferenceGrant in namespace ", target,
                                   " lets this Gateway use Secret ", ref.name())};
  }
  const std::string name = Cat("Secret ", target, "/", ref.name());
  const config::Resource* object = context.Find<schema::core::Secret>(target, ref.name());
  if (object == nullptr)
    return {"InvalidCertificateRef", Cat(name, " does not exist or is not valid")};
  const auto& secret = object->As<schema::core::Secret>();
  const auto value = [&](const char* key) -> std::string {
    const auto plain = secret.stringdata().find(key);
    if (plain != secret.stringdata().end()) return plain->second;
    const auto it = secret.data().find(key);
    return it == secret.data().end() ? std::string() : it->second;
  };
  const std::string problem = base::CheckKeyPair(value("tls.crt"), value("tls.key"));
  if (!problem.empty()) return {"InvalidCertificateRef", Cat(name, ": ", problem)};
  return {};
}

// One good certificate keeps the listener usable; with none it could not answer a handshake.
void CheckCertificates(const Context& context, const ReferenceGrants& grants,
                       const config::Resource& gateway, std::string_view path,
                       ListenerState* listener) {
  const auto& refs = listener->spec->tls().certificaterefs();
  int good = 0;
  for (int i = 0; i < refs.size(); ++i) {
    Trouble trouble = CheckCertificate(context, grants, gateway, refs.Get(i));
    if (!trouble) {
      ++good;
      continue;
    }
    context.Warn(gateway, Cat(path, ".tls.certificateRefs[", std::to_string(i), "]"),
                 trouble.reason, trouble.message);
    if (!listener->unresolved) listener->unresolved = std::move(trouble);
  }
  if (refs.empty()) {
    listener->unresolved = {"InvalidCertificateRef", "an HTTPS listener needs a certificateRef"};
    context.Warn(gateway, path, listener->unresolved.reason, listener->unresolved.message);
  }
  listener->usable &= good > 0;
}

bool SharesPort(const ListenerState& a, const ListenerState& b) {
  if (a.spec->port() != b.spec->port()) return false;
  // UDP has port numbers of its own.
  return (a.spec->protocol() == "UDP") == (b.spec->protocol() == "UDP");
}

// What keeps two listeners of one port apart, if anything does: see the header.
Trouble Conflict(const ListenerState& a, const ListenerState& b) {
  const std::string &p = a.spec->protocol(), &q = b.spec->protocol();
  const bool compatible = p == q || (IsTls(p) && IsTls(q));
  if (!compatible) {
    return {"ProtocolConflict", Cat("protocols ", p, " and ", q, " cannot share port ",
                                    std::to_string(a.spec->port()))};
  }
  if (a.spec->hostname() == b.spec->hostname()) {
    return {"HostnameConflict", Cat("listeners ", a.spec->name(), " and ", b.spec->name(),
                                    " have the same port and hostname")};
  }
  return {};
}

}  // namespace

void CheckListener(const Context& context, const ReferenceGrants& grants,
                   const config::Resource& gateway, std::string_view path,
                   ListenerState* listener) {
  const auto& spec = *listener->spec;
  CheckKinds(listener);
  if (!IsHttp(spec.protocol())) {
    listener->not_accepted = {"UnsupportedProtocol",
                              Cat("protocol ", spec.protocol(), " is not supported")};
    context.Warn(gateway, Cat(path, ".protocol"), "UnsupportedProtocol",
                 Cat("kgw does not act on listeners of protocol ", spec.protocol(), " yet"));
    return;
  }
  if (const config::InvalidUnit* invalid = gateway.FindInvalid(path)) {
    listener->not_accepted = {"UnsupportedValue", invalid->message};
    return;
  }
  if (listener->unresolved) {
    context.Warn(gateway, Cat(path, ".allowedRoutes.kinds"), listener->unresolved.reason,
                 listener->unresolved.message);
  }
  if (spec.protocol() == "HTTPS") {
    CheckCertificates(context, grants, gateway, path, listener);
  }
  listener->model.name = spec.name();
  listener->model.port = static_cast<uint16_t>(spec.port());
  listener->model.tls = spec.protocol() == "HTTPS";
  listener->model.hostname = spec.hostname();
}

void CheckConflicts(std::vector<ListenerState>* listeners) {
  for (size_t i = 0; i < listeners->size(); ++i) {
    for (size_t j = i + 1; j < listeners->size(); ++j) {
      ListenerState &a = (*listeners)[i], &b = (*listeners)[j];
      if (!SharesPort(a, b)) continue;
      if (const Trouble conflict = Conflict(a, b)) {
        if (!a.conflict) a.conflict = conflict;
        if (!b.conflict) b.conflict = conflict;
      } else if (IsTls(a.spec->protocol()) && IsTls(b.spec->protocol()) &&
                 http::Intersect(a.spec->hostname(), b.spec->hostname())) {
        a.overlaps = b.overlaps = true;
      }
    }
  }
}

}  // namespace kgw::translate::gateway
