#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "translate/upstream/plugin.h"
#include "translate/upstream/upstream.h"
#include "translate/world.h"

namespace kgw::translate {
namespace {

std::string Static(std::string_view spec) {
  World world(UpstreamText("u", spec));
  return world.Endpoints("u_default");
}

TEST(StaticUpstream, TurnsTlsOnForHostsOfPort443) {
  EXPECT_EQ(Static("static: {hosts: [{addr: a.test, port: 443}, {addr: 10.0.0.1, port: 80}]}"),
            "a.test:443 tls=a.test, 10.0.0.1:80");
}

TEST(StaticUpstream, TakesAnExplicitUseTlsForAllHosts) {
  EXPECT_EQ(Static("static: {useTls: true, hosts: [{addr: a.test, port: 80}, {addr: b.test, port: "
                   "443}]}"),
            "a.test:80 tls=a.test, b.test:443 tls=b.test");
  EXPECT_EQ(Static("static: {useTls: false, hosts: [{addr: a.test, port: 443}]}"), "a.test:443");
}

TEST(StaticUpstream, TurnsTlsOnWithAnSslConfig) {
  EXPECT_EQ(Static("static: {useTls: false, hosts: [{addr: a.test, port: 80}]}, sslConfig: {sni: "
                   "s.test}"),
            "a.test:80 tls=a.test")
      << "each host has its own name unless autoSniRewrite is off";
}

TEST(StaticUpstream, ChoosesTheNameThatTlsAsksFor) {
  const char hosts[] =
      "hosts: [{addr: 10.0.0.1, port: 443}, {addr: a.test, port: 443}, "
      "{addr: b.test, port: 443, sniAddr: own.test}]";
  EXPECT_EQ(Static(Cat("static: {", hosts, "}")),
            "10.0.0.1:443 tls=10.0.0.1, a.test:443 tls=a.test, b.test:443 tls=own.test");
  EXPECT_EQ(Static(Cat("static: {autoSniRewrite: false, ", hosts, "}, sslConfig: {sni: s.test}")),
            "10.0.0.1:443 tls=s.test, a.test:443 tls=s.test, b.test:443 tls=own.test");
  EXPECT_EQ(Static(Cat("static: {autoSniRewrite: false, ", hosts, "}")),
            "10.0.0.1:443 tls=a.test, a.test:443 tls=a.test, b.test:443 tls=own.test")
      << "without an sslConfig the first name of all hosts";
  EXPECT_EQ(Static(Cat("static: {autoSniRewrite: false, ", hosts, "}, sslConfig: {}")),
            "10.0.0.1:443 tls=, a.test:443 tls=, b.test:443 tls=own.test")
      << "an sslConfig without a name asks for none";
}

TEST(StaticUpstream, WeighsItsHosts) {
  EXPECT_EQ(Static("static: {hosts: [{addr: 10.0.0.1, port: 80, loadBalancingWeight: 3}, {addr: "
                   "\"2001:db8::1\", port: 80}]}"),
            "10.0.0.1:80 x3, 2001:db8::1:80");
}

TEST(StaticUpstream, NeedsHostsWithAddressAndPort) {
  const auto codes = [](std::string_view spec) {
    World world(UpstreamText("u", spec));
    EXPECT_EQ(world.model().upstreams.size(), 0u);
    return Codes(world.load_findings);
  };
  EXPECT_EQ(codes("static: {}"), (Texts{"spec.static.hosts: TooFew"}));
  EXPECT_EQ(codes("static: {hosts: [{port: 80}]}"),
            (Texts{"spec.static.hosts[0].addr: MissingField"}));
  EXPECT_EQ(codes("static: {hosts: [{addr: a.test, port: 80}, {addr: \"\", port: 0}]}"),
            (Texts{"spec.static.hosts[1].addr: MissingField",
                   "spec.static.hosts[1].port: MissingField"}));
}

constexpr char kKube[] = "serviceName: shop, serviceNamespace: far, servicePort: 80";

std::string Far() {
  return Document("v1", "Service", "shop",
                  "spec: {selector: {app: shop, tier: one}, ports: [{name: web, port: 80}]}",
                  "far") +
         Document("discovery.k8s.io/v1", "EndpointSlice", "s",
                  "addressType: IPv4\nports: [{name: web, port: 8080}]\n"
                  "endpoints: [{addresses: [10.0.0.1]}]",
                  "far, labels: {kubernetes.io/service-name: shop}");
}

std::string RouteTo(std::string_view name) {
  return Cat(GatewayText(kHttp),
             RouteText("r", Cat(kOnEdge,
                                "rules: [{backendRefs: [{group: gloo.solo.io, kind: "
                                "Upstream, name: ",
                                name, "}]}]")));
}

TEST(KubeUpstream, FollowsAServiceOfAnyNamespaceWithoutAGrant) {
  World world(UpstreamText("u", Cat("kube: {", kKube, "}")) + Far());
  EXPECT_EQ(world.Endpoints("u_default"), "10.0.0.1:8080");
  EXPECT_EQ(world.translation.findings.size(), 0u);
  World tls(UpstreamText("u", Cat("kube: {", kKube, "}, sslConfig: {sni: s.test}")) + Far());
  EXPECT_EQ(tls.Endpoints("u_default"), "10.0.0.1:8080 tls=s.test");
}

TEST(KubeUpstream, IsNoneWithoutItsServiceAndEmptyWithoutItsPort) {
  World missing(RouteTo("u") + UpstreamText("u", Cat("kube: {", kKube, "}")));
  EXPECT_EQ(missing.Action().backends.at(0).target.reason, "BackendNotFound");
  EXPECT_EQ(Codes(missing.translation.findings).at(0), "spec.kube.serviceName: BackendNotFound");
  World port(
      UpstreamText("u", "kube: {serviceName: shop, serviceNamespace: far, servicePort: 81}") +
      Far());
  EXPECT_EQ(port.Endpoints("u_default"), "");
  EXPECT_EQ(Codes(port.translation.findings), (Texts{"spec.kube.servicePort: BackendNotFound"}));
}

TEST(KubeUpstream, NeedsNameNamespaceAndPort) {
  World world(UpstreamText("u", "kube: {}"));
  EXPECT_EQ(Codes(world.load_findings), (Texts{"spec.kube.serviceName: MissingField",
                                               "spec.kube.serviceNamespace: MissingField",
                                               "spec.kube.servicePort: MissingField"}));
}

TEST(KubeUpstream, WarnsIfItsSelectorAsksForMoreThanTheServices) {
  const auto codes = [](std::string_view selector) {
    World world(UpstreamText("u", Cat("kube: {", kKube, ", selector: {", selector, "}}")) + Far());
    EXPECT_EQ(world.Endpoints("u_default"), "10.0.0.1:8080");
    return Codes(world.translation.findings);
  };
  EXPECT_EQ(codes("app: shop"), Texts{});
  EXPECT_EQ(codes("app: shop, tier: two"), (Texts{"spec.kube.selector: NotActedOn"}));
  EXPECT_EQ(codes("zone: a"), (Texts{"spec.kube.selector: NotActedOn"}));
}

TEST(Upstreams, HaveExactlyOneType) {
  for (const char* spec : {"useHttp2: true",
                           "static: {hosts: [{addr: a.test, port: 80}]}, kube: {serviceName: a, "
                           "serviceNamespace: b, servicePort: 1}"}) {
    World world(RouteTo("bad") + UpstreamText("bad", spec) +
                UpstreamText("good", "static: {hosts: [{addr: a.test, port: 80}]}"));
    EXPECT_EQ(Codes(world.load_findings), (Texts{"spec: InvalidUnion"})) << spec;
    EXPECT_EQ(world.load_findings[0].name, "bad");
    EXPECT_EQ(world.Action().backends.at(0).target.reason, "BackendNotFound");
    EXPECT_EQ(world.Parent("r"), "Accepted=True/Accepted ResolvedRefs=False/BackendNotFound");
    EXPECT_EQ(world.Endpoints("good_default"), "a.test:80") << "the other one is left alone";
  }
}

TEST(Upstreams, OfATypeWithoutPluginAreSaidToBe) {
  World world(RouteTo("u") + UpstreamText("u", "ai: {openai: {authToken: {inline: x}}}"));
  EXPECT_EQ(Codes(world.load_findings), (Texts{"spec.ai: NotActedOn"}));
  EXPECT_EQ(world.rejected, 0u);
  EXPECT_EQ(world.Action().backends.at(0).target.reason, "UnsupportedValue");
}

// A type that kgw does not act on itself.
class AiPlugin : public upstream::Plugin {
 public:
  std::string_view type() const override { return "ai"; }
  void Validate(const config::Resource& object, config::Checker* checker) const override {
    if (Json(object) == "{}")
      checker->Reject("spec.ai.openai", "MissingField", "a model is needed");
  }
  bool Translate(const Context&, const config::Resource& object,
                 model::Upstream* out) const override {
    model::Endpoint& endpoint = out->endpoints.emplace_back();
    endpoint.hostname = Json(object);
    endpoint.port = 1;
    return true;
  }

 private:
  static std::string Json(const config::Resource& object) {
    return object.As<schema::gloo::Upstream>().spec().ai().openai().json();
  }
};

TEST(Upstreams, TakeAFurtherTypeWithoutTouchingTheOthers) {
  upstream::Plugins plugins = upstream::Plugins::Builtin();
  plugins.Add(std::make_unique<AiPlugin>());
  World world(RouteTo("u") + UpstreamText("u", "ai: {openai: {model: a}}") +
                  UpstreamText("bad", "ai: {openai: {}}") +
                  UpstreamText("other", "static: {hosts: [{addr: a.test, port: 80}]}"),
              {}, std::move(plugins));
  EXPECT_EQ(world.Endpoints("u_default"), "{\"model\":\"a\"}:1");
  EXPECT_EQ(world.Endpoints("other_default"), "a.test:80");
  EXPECT_EQ(Codes(world.load_findings), (Texts{"spec.ai.openai: MissingField"}));
  EXPECT_EQ(world.Action().backends.at(0).target.reason, "");
  EXPECT_EQ(upstream::Plugins::Builtin().Find("ai"), nullptr);
}

TEST(Upstreams, KeepHttp2WindowsInBounds) {
  const auto rejected = [](std::string_view settings) {
    World world(UpstreamText("u", Cat("static: {hosts: [{addr: a.test, port: 80}]}, ", settings)));
    return world.rejected == 1;
  };
  EXPECT_TRUE(rejected("useHttp2: true, initialStreamWindowSize: 65534"));
  EXPECT_FALSE(rejected("useHttp2: true, initialStreamWindowSize: 65535"));
  EXPECT_FALSE(rejected("useHttp2: true, initialStreamWindowSize: 2147483647"));
  EXPECT_TRUE(rejected("useHttp2: true, initialStreamWindowSize: 2147483648"));
  EXPECT_FALSE(rejected("initialStreamWindowSize: 1")) << "looked at only with HTTP/2";
  EXPECT_FALSE(rejected("useHttp2: false, initialStreamWindowSize: 1"));
  EXPECT_TRUE(rejected("useHttp2: true, initialConnectionWindowSize: 65534"));
  EXPECT_TRUE(rejected("useHttp2: true, maxConcurrentStreams: 0"));
  EXPECT_FALSE(rejected("useHttp2: true, maxConcurrentStreams: 1"));
  World world(UpstreamText("u", "static: {hosts: [{addr: a.test, port: 80}]}, useHttp2: true"));
  EXPECT_EQ(world.model().upstreams.at(0).protocol, model::Protocol::kHttp2);
}

TEST(Upstreams, KeepTheirClustersApartWhenNamesMeet) {
  World world(GatewayText(kHttp) +
              RouteText("r", Cat(kOnEdge,
                                 "rules: [{backendRefs: [{group: gloo.solo.io, kind: "
                                 "Upstream, name: a, namespace: b-c}, {group: gloo.solo.io, "
                                 "kind: Upstream, name: a}]}]")) +
              UpstreamText("a", "static: {hosts: [{addr: far.test, port: 80}]}", "b-c") +
              UpstreamText("a", "static: {hosts: [{addr: near.test, port: 80}]}") +
              GrantText("b-c",
                        "{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}",
                        "{group: gloo.solo.io, kind: Upstream}"));
  const auto& backends = world.Action().backends;
  const auto host = [&](size_t i) {
    return world.model().upstreams.at(backends.at(i).target.upstream).endpoints.at(0).hostname;
  };
  EXPECT_EQ(host(0), "far.test");
  EXPECT_EQ(host(1), "near.test");
}

TEST(Upstreams, KeepServingTheirLastGoodForm) {
  World world(RouteTo("u") + UpstreamText("u", "static: {hosts: [{addr: a.test, port: 80}]}"));
  world.Apply(RouteTo("u") + UpstreamText("u", "static: {hosts: []}"));
  EXPECT_EQ(world.Endpoints("u_default"), "a.test:80");
  EXPECT_EQ(world.Action().backends.at(0).target.reason, "");
  world.Apply(RouteTo("u"));
  EXPECT_EQ(world.Action().backends.at(0).target.reason, "BackendNotFound");
}

}  // namespace
}  // namespace kgw::translate
