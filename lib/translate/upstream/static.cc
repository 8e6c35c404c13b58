// Upstreams of type `static`: the hosts are written down.

#include <optional>
#include <string>

#include "base/strings.h"
#include "http/hostname.h"
#include "translate/upstream/hosts.h"
#include "translate/upstream/plugin.h"

namespace kgw::translate::upstream {
namespace {

using base::Cat;
using schema::gloo::StaticHost;
using schema::gloo::StaticUpstream;
using schema::gloo::UpstreamSpec;

std::string HostPath(int i) { return Cat("spec.static.hosts[", std::to_string(i), "]"); }

std::string WithoutBrackets(const std::string& addr) {
  return addr.size() > 2 && addr.front() == '[' ? addr.substr(1, addr.size() - 2) : addr;
}

// With `useTls` unset, port 443 turns TLS on for that host alone; an explicit value counts for all
// hosts, and `sslConfig` turns it on whatever `useTls` says.
bool UsesTls(const UpstreamSpec& spec, const StaticHost& host) {
  if (spec.has_sslconfig()) return true;
  if (spec.static_().has_usetls()) return spec.static_().usetls();
  return host.port() == 443;
}

// autoSniRewrite (on by default) works host by host, so it wins over sslConfig.sni.
std::string SniOf(const UpstreamSpec& spec, const StaticHost& host) {
  if (!host.sniaddr().empty()) return host.sniaddr();
  const StaticUpstream& config = spec.static_();
  if (!config.has_autosnirewrite() || config.autosnirewrite()) return host.addr();
  if (spec.has_sslconfig()) return spec.sslconfig().sni();
  for (const StaticHost& other : config.hosts()) {
    if (!http::IsIpLiteral(other.addr())) return other.addr();
  }
  return {};
}

model::Endpoint MakeEndpoint(const UpstreamSpec& spec, const StaticHost& host) {
  model::Endpoint out;
  (http::IsIpLiteral(host.addr()) ? out.address : out.hostname) = WithoutBrackets(host.addr());
  out.port = static_cast<uint16_t>(host.port());
  if (host.has_loadbalancingweight()) out.weight = host.loadbalancingweight();
  if (UsesTls(spec, host)) out.tls = model::Tls{SniOf(spec, host), false};
  return out;
}

class StaticPlugin : public Plugin {
 public:
  std::string_view type() const override { return "static"; }

  void Validate(const config::Resource& object, config::Checker* checker) const override {
    const auto& hosts = object.As<schema::gloo::Upstream>().spec().static_().hosts();
    if (hosts.empty()) {
      checker->Reject("spec.static.hosts", "TooFew", "a static Upstream needs at least one host");
    }
    for (int i = 0; i < hosts.size(); ++i) {
      const std::string& addr = hosts.Get(i).addr();
      if (addr.empty()) {
        checker->Reject(Cat(HostPath(i), ".addr"), "MissingField",
                        "\"addr\" of a host cannot be empty");
      } else if (!http::IsIpLiteral(addr) && !IsHostname(addr)) {
        checker->Reject(Cat(HostPath(i), ".addr"), "InvalidFormat",
                        Cat("\"", addr, "\" is neither an IP address nor a hostname"));
      }
      if (hosts.Get(i).port() == 0) {
        checker->Reject(Cat(HostPath(i), ".port"), "MissingField",
                        "\"port\" of a host cannot be empty");
      }
    }
  }

  bool Translate(const Context&, const config::Resource& object,
                 model::Upstream* out) const override {
    const UpstreamSpec& spec = object.As<schema::gloo::Upstream>().spec();
    for (const StaticHost& host : spec.static_().hosts()) {
      out->endpoints.push_back(MakeEndpoint(spec, host));
    }
    return true;
  }
};

}  // namespace

std::unique_ptr<Plugin> MakeStaticPlugin() { return std::make_unique<StaticPlugin>(); }

}  // namespace kgw::translate::upstream
