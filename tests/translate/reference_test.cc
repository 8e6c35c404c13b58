// References to backends: grants, Services and their endpoints.

#include <gtest/gtest.h>

#include <string>

#include "translate/world.h"

namespace kgw::translate {
namespace {

std::string Backend(std::string_view ref) {
  return Cat(GatewayText(kHttp),
             RouteText("r", Cat(kOnEdge, "rules: [{backendRefs: [{", ref, "}]}]")));
}

// The reason that the first backend of the route got; empty if it was resolved.
std::string Reason(const std::string& text) {
  World world(text);
  const std::string reason = world.Action().backends.at(0).target.reason;
  const std::string expected = reason.empty()
                                   ? "Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs"
                                   : Cat("Accepted=True/Accepted ResolvedRefs=False/", reason);
  EXPECT_EQ(world.Parent("r"), expected);
  return reason;
}

constexpr char kFrom[] = "{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}";

TEST(References, CrossNamespacesOnlyWithAGrant) {
  struct Case {
    const char *from, *to, *reason;
  };
  const Case cases[] = {
      {kFrom, "{group: \"\", kind: Service}", ""},
      {kFrom, "{group: \"\", kind: Service, name: shop}", ""},
      {kFrom, "{group: \"\", kind: Service, name: other}", "RefNotPermitted"},
      {kFrom, "{group: gloo.solo.io, kind: Service}", "RefNotPermitted"},
      {kFrom, "{group: \"\", kind: Secret}", "RefNotPermitted"},
      {"{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: other}",
       "{group: \"\", kind: Service}", "RefNotPermitted"},
      {"{group: gateway.networking.k8s.io, kind: Gateway, namespace: default}",
       "{group: \"\", kind: Service}", "RefNotPermitted"},
      {"{group: \"\", kind: HTTPRoute, namespace: default}", "{group: \"\", kind: Service}",
       "RefNotPermitted"},
  };
  const std::string route = Backend("name: shop, namespace: far, port: 80");
  const std::string service = ServiceText("shop", "{port: 80}", "far");
  for (const Case& c : cases) {
    EXPECT_EQ(Reason(route + service + GrantText("far", c.from, c.to)), c.reason)
        << c.from << " " << c.to;
  }
  EXPECT_EQ(Reason(route + service), "RefNotPermitted");
  EXPECT_EQ(Reason(route + service + GrantText("near", kFrom, cases[0].to)), "RefNotPermitted")
      << "a grant lies where the target lies";
}

TEST(References, AddUpGrantsAndTheirEntries) {
  const std::string text =
      Backend("name: shop, namespace: far, port: 80") + ServiceText("shop", "{port: 80}", "far");
  const std::string other = "{group: x.test, kind: Other, namespace: other}";
  EXPECT_EQ(Reason(text + GrantText("far", Cat(other, ", ", kFrom),
                                    "{group: \"\", kind: Secret}, {group: \"\", kind: Service}")),
            "");
}

TEST(References, SayNothingAboutWhatTheyMayNotSee) {
  EXPECT_EQ(Reason(Backend("name: gone, namespace: far, port: 80")), "RefNotPermitted");
  EXPECT_EQ(Reason(Backend("group: x.test, kind: Thing, name: t, namespace: far")),
            "RefNotPermitted");
  EXPECT_EQ(Reason(Backend("name: gone, namespace: default, port: 80")), "BackendNotFound");
  EXPECT_EQ(Reason(Backend("name: gone, namespace: far, port: 80") +
                   GrantText("far", kFrom, "{group: \"\", kind: Service}")),
            "BackendNotFound");
}

TEST(References, CountAtOnceWhenAGrantGoes) {
  World world(Backend("name: shop, namespace: far, port: 80") +
              ServiceText("shop", "{port: 80}", "far"));
  EXPECT_EQ(world.Action().backends[0].target.reason, "RefNotPermitted");
  world.Apply(GrantText("far", kFrom, "{group: \"\", kind: Service}"), "grant.yaml");
  EXPECT_EQ(world.Action().backends[0].target.reason, "");
  world.Apply("", "grant.yaml");
  EXPECT_EQ(world.Action().backends[0].target.reason, "RefNotPermitted");
}

TEST(References, NeedAKnownKindAndAnExistingPort) {
  EXPECT_EQ(Reason(Backend("group: x.test, kind: Thing, name: t")), "InvalidKind");
  EXPECT_EQ(Reason(Backend("group: gloo.solo.io, kind: Service, name: t")), "InvalidKind");
  EXPECT_EQ(Reason(Backend("name: shop, port: 80")), "BackendNotFound");
  EXPECT_EQ(Reason(Backend("name: shop, port: 81") + ServiceText("shop")), "BackendNotFound");
  EXPECT_EQ(
      Reason(Backend("name: shop, port: 80") + ServiceText("shop", "{port: 80, protocol: UDP}")),
      "BackendNotFound");
  EXPECT_EQ(Reason(Backend("group: gloo.solo.io, kind: Upstream, name: u")), "BackendNotFound");
}

TEST(References, ToAnUpstreamHaveNoPort) {
  World world(Backend("group: gloo.solo.io, kind: Upstream, name: u, port: 80") +
              UpstreamText("u", "static: {hosts: [{addr: 10.0.0.1, port: 8080}]}"));
  const auto& target = world.Action().backends.at(0).target;
  EXPECT_EQ(target.reason, "");
  EXPECT_EQ(target.port, 0);
  EXPECT_EQ(world.model().upstreams.at(target.upstream).cluster, "u_default");
  EXPECT_EQ(Codes(world.translation.findings),
            (Texts{"spec.rules[0].backendRefs[0].port: IgnoredPort"}));
}

TEST(References, ShareOneUpstreamForEachServicePort) {
  World world(Cat(GatewayText(kHttp),
                  RouteText("r", Cat(kOnEdge,
                                     "rules: [{backendRefs: [{name: a, port: 80}, {name: a, "
                                     "port: 81}, {name: a, port: 80}]}]")),
                  ServiceText("a", "{name: one, port: 80}, {name: two, port: 81}")));
  ASSERT_EQ(world.model().upstreams.size(), 2u);
  EXPECT_EQ(world.model().upstreams[0].cluster, "kube_default_a_80");
  EXPECT_EQ(world.model().upstreams[0].display, "default/a:80");
  EXPECT_EQ(world.Action().backends[2].target.upstream, 0u);
}

std::string EndpointsOf(std::string_view service, std::string_view slices) {
  World world(Cat(Backend("name: shop, port: 80"), service, slices));
  return world.Endpoints("kube_default_shop_80");
}

TEST(Services, FindTheEndpointPortByItsName) {
  const std::string service = ServiceText("shop",
                                          "{name: web, port: 80, targetPort: 1}, "
                                          "{name: admin, port: 81, targetPort: 2}");
  EXPECT_EQ(EndpointsOf(service,
                        SliceText("s", "shop",
                                  "addressType: IPv4\nports: [{name: admin, port: 80}, {name: web, "
                                  "port: 8080}]\nendpoints: [{addresses: [10.0.0.1]}]")),
            "10.0.0.1:8080");
  EXPECT_EQ(EndpointsOf(service, SliceText("s", "shop",
                                           "addressType: IPv4\nports: [{name: \"\", port: 8080}]\n"
                                           "endpoints: [{addresses: [10.0.0.1]}]")),
            "")
      << "another name is another port";
  EXPECT_EQ(EndpointsOf(ServiceText("shop"), SliceText("s", "shop",
                                                       "addressType: IPv4\nports: [{port: 8080}]\n"
                                                       "endpoints: [{addresses: [10.0.0.1]}]")),
            "10.0.0.1:8080")
      << "no name is the empty name";
  EXPECT_EQ(EndpointsOf(ServiceText("shop"), SliceText("s", "shop",
                                                       "addressType: IPv4\nports: []\n"
                                                       "endpoints: [{addresses: [10.0.0.1]}]")),
            "");
}

TEST(Services, MergeSlicesAndLeaveOutWhatTheyRepeat) {
  const std::string slices =
      SliceText("s-1", "shop",
                "addressType: IPv4\nports: [{port: 8080}]\nendpoints: [{addresses: [10.0.0.1, "
                "10.9.9.9]}, {addresses: [10.0.0.2]}, {addresses: [10.0.0.1]}]") +
      SliceText("s-2", "shop",
                "addressType: IPv4\nports: [{port: 9090}]\nendpoints: [{addresses: [10.0.0.1]}]") +
      SliceText("s-3", "shop",
                "addressType: IPv6\nports: [{port: 8080}]\nendpoints: [{addresses: "
                "[\"2001:db8::1\"]}]") +
      SliceText("s-4", "shop",
                "addressType: FQDN\nports: [{port: 8080}]\nendpoints: [{addresses: [a.test]}]") +
      SliceText("s-5", "other",
                "addressType: IPv4\nports: [{port: 8080}]\nendpoints: [{addresses: [10.0.0.5]}]");
  EXPECT_EQ(EndpointsOf(ServiceText("shop"), slices),
            "10.0.0.1:8080, 10.0.0.2:8080, 10.0.0.1:9090, 2001:db8::1:8080");
}

std::string WithConditions(std::string_view endpoints) {
  return EndpointsOf(ServiceText("shop"), SliceText("s", "shop",
                                                    Cat("addressType: IPv4\nports: [{port: 80}]\n"
                                                        "endpoints:\n",
                                                        endpoints)));
}

TEST(Services, PreferReadyEndpointsAndThenThoseThatStillServe) {
  const std::string unset = "- {addresses: [10.0.0.1]}\n";
  const std::string ready = "- {addresses: [10.0.0.2], conditions: {ready: true}}\n";
  const std::string not_ready = "- {addresses: [10.0.0.3], conditions: {ready: false}}\n";
  const std::string leaving =
      "- {addresses: [10.0.0.4], conditions: {ready: false, serving: true, terminating: true}}\n";
  const std::string gone =
      "- {addresses: [10.0.0.5], conditions: {ready: false, serving: false, terminating: true}}\n";
  EXPECT_EQ(WithConditions(unset + not_ready + leaving + ready), "10.0.0.1:80, 10.0.0.2:80");
  EXPECT_EQ(WithConditions(not_ready + leaving + gone), "10.0.0.4:80");
  EXPECT_EQ(WithConditions(not_ready + gone), "");
}

TEST(Services, SpeakTheirApplicationProtocol) {
  const auto protocol = [](std::string_view name) {
    World world(Backend("name: shop, port: 80") +
                ServiceText("shop", Cat("{port: 80, appProtocol: ", name, "}")));
    const auto& target = world.Action().backends.at(0).target;
    if (!target.reason.empty()) return target.reason;
    switch (world.model().upstreams.at(target.upstream).protocol) {
      case model::Protocol::kHttp1:
        return std::string("http1");
      case model::Protocol::kHttp2:
        return std::string("http2");
      case model::Protocol::kUnset:
        break;
    }
    return std::string("unset");
  };
  EXPECT_EQ(protocol("kubernetes.io/h2c"), "http2");
  EXPECT_EQ(protocol("grpc"), "http2");
  EXPECT_EQ(protocol("kubernetes.io/ws"), "http1");
  EXPECT_EQ(protocol("kubernetes.io/wss"), "http1");
  EXPECT_EQ(protocol("http"), "unset");
  EXPECT_EQ(protocol("kubernetes.io/carrier-pigeon"), "UnsupportedProtocol");
}

TEST(Services, OfAnExternalNameHaveNoEndpoints) {
  const std::string slices = SliceText(
      "s", "shop", "addressType: IPv4\nports: [{port: 80}]\nendpoints: [{addresses: [10.0.0.1]}]");
  const std::string service =
      Document("v1", "Service", "shop",
               "spec: {type: ExternalName, externalName: a.test, ports: [{port: 80}]}");
  EXPECT_EQ(EndpointsOf(service, slices), "");
  World kube(service + slices +
             UpstreamText("u",
                          "kube: {serviceName: shop, serviceNamespace: "
                          "default, servicePort: 80}"));
  EXPECT_EQ(kube.Endpoints("u_default"), "");
}

}  // namespace
}  // namespace kgw::translate
