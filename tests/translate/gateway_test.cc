#include <gtest/gtest.h>

#include <string>

#include "translate/world.h"

namespace kgw::translate {
namespace {

constexpr char kGood[] =
    "Accepted=True/Accepted Programmed=True/Programmed ResolvedRefs=True/ResolvedRefs "
    "Conflicted=False/NoConflicts";

std::string Conflict(std::string_view reason) {
  return Cat("Accepted=False/", reason, " Programmed=False/", reason,
             " ResolvedRefs=True/ResolvedRefs Conflicted=True/", reason);
}

std::string GatewayWords(World* world) {
  return Words(world->StatusOf<GatewayStatus, Gateway>("edge")->conditions());
}

TEST(Gateways, AcceptListenersThatDifferByPortOrHostname) {
  World world(
      GatewayText("{name: a, port: 80, protocol: HTTP}, "
                  "{name: b, port: 80, protocol: HTTP, hostname: b.test}, "
                  "{name: c, port: 8080, protocol: HTTP}"));
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(world.ListenerWords(name), kGood) << name;
  EXPECT_EQ(GatewayWords(&world), "Accepted=True/Accepted Programmed=True/Programmed");
  ASSERT_EQ(world.model().gateways.size(), 1u);
  EXPECT_EQ(world.model().gateways[0].name, "default/edge");
  EXPECT_EQ(world.model().gateways[0].listeners.size(), 3u);
}

TEST(Gateways, RejectAllListenersWhoseProtocolsCannotShareAPort) {
  World world(
      GatewayText("{name: a, port: 80, protocol: HTTP}, {name: other, port: 81, protocol: "
                  "HTTP}, {name: b, port: 80, protocol: TCP}"));
  EXPECT_EQ(world.ListenerWords("a"), Conflict("ProtocolConflict"));
  EXPECT_EQ(world.ListenerWords("b"), Conflict("ProtocolConflict"));
  EXPECT_EQ(world.ListenerWords("other"), kGood);
  EXPECT_EQ(GatewayWords(&world), "Accepted=True/ListenersNotValid Programmed=True/Programmed");
  ASSERT_EQ(world.model().gateways[0].listeners.size(), 1u);
  EXPECT_EQ(world.model().gateways[0].listeners[0].name, "other");
}

TEST(Gateways, RejectListenersOfTheSameHostnameThatDifferOnlyInTls) {
  World world(GatewayText(
      "{name: a, port: 443, protocol: HTTPS, hostname: a.test, tls: {certificateRefs: [{name: "
      "cert}]}}, "
      "{name: b, port: 443, protocol: TLS, hostname: a.test, tls: {mode: Passthrough}}"));
  EXPECT_EQ(world.ListenerStatus("a").conditions(0).reason(), "HostnameConflict");
  EXPECT_EQ(world.ListenerWords("b"), Conflict("HostnameConflict"));
  EXPECT_EQ(GatewayWords(&world), "Accepted=False/ListenersNotValid Programmed=False/Invalid");
}

TEST(Gateways, LetUdpHaveItsOwnPortNumbers) {
  World world(
      GatewayText("{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: UDP}"));
  EXPECT_EQ(world.ListenerWords("a"), kGood);
}

TEST(Gateways, SupportNoRoutesOnAProtocolThatIsNotActedOn) {
  World world(GatewayText(Cat(kHttp, ", {name: l4, port: 53, protocol: UDP}")));
  EXPECT_EQ(world.ListenerWords("l4"),
            "Accepted=False/UnsupportedProtocol Programmed=False/Invalid "
            "ResolvedRefs=True/ResolvedRefs Conflicted=False/NoConflicts");
  EXPECT_EQ(world.ListenerStatus("l4").supportedkinds_size(), 0);
  EXPECT_EQ(Codes(world.translation.findings),
            (Texts{"spec.listeners[1].protocol: UnsupportedProtocol"}));
}

TEST(Gateways, KeepTheValidRouteKindsOfAListener) {
  World world(GatewayText("{name: http, port: 80, protocol: HTTP, allowedRoutes: {kinds: "
                          "[{kind: TCPRoute}, {kind: HTTPRoute}]}}") +
              RouteText("r", kOnEdge));
  EXPECT_EQ(
      world.ListenerWords("http"),
      "Accepted=True/Accepted Programmed=True/Programmed ResolvedRefs=False/InvalidRouteKinds "
      "Conflicted=False/NoConflicts");
  ASSERT_EQ(world.ListenerStatus("http").supportedkinds_size(), 1);
  EXPECT_EQ(world.ListenerStatus("http").supportedkinds(0).kind(), "HTTPRoute");
  EXPECT_EQ(world.ListenerStatus("http").attachedroutes(), 1);
  EXPECT_EQ(Codes(world.translation.findings),
            (Texts{"spec.listeners[0].allowedRoutes.kinds: InvalidRouteKinds"}));
}

TEST(Gateways, TakeNoRoutesIfNoKindIsLeft) {
  World world(GatewayText("{name: http, port: 80, protocol: HTTP, allowedRoutes: {kinds: "
                          "[{group: x.test, kind: HTTPRoute}]}}") +
              RouteText("r", kOnEdge));
  EXPECT_EQ(world.ListenerStatus("http").supportedkinds_size(), 0);
  EXPECT_EQ(world.Parent("r"),
            "Accepted=False/NotAllowedByListeners ResolvedRefs=True/ResolvedRefs");
  EXPECT_EQ(world.ListenerStatus("http").attachedroutes(), 0);
}

TEST(Gateways, AcceptNoListenerWithAnUnknownWord) {
  World world(GatewayText(Cat(kHttp,
                              ", {name: odd, port: 81, protocol: HTTP, allowedRoutes: "
                              "{namespaces: {from: Everywhere}}}")));
  EXPECT_EQ(world.ListenerWords("odd"),
            "Accepted=False/UnsupportedValue Programmed=False/Invalid "
            "ResolvedRefs=True/ResolvedRefs Conflicted=False/NoConflicts");
  EXPECT_EQ(world.ListenerWords("http"), kGood);
}

// The throw-away key pair of the acceptance cases, as a Secret's `data`; empty if it is not there.
std::string PairText() {
  const std::string cases = ReadFile(SourceRoot() + "/tests/cases/tls_sni.yaml");
  const size_t begin = cases.find("tls.crt: ");
  if (begin == std::string::npos) return {};
  const size_t key = cases.find("tls.key: ", begin);
  const auto line = [&](size_t at) { return cases.substr(at, cases.find('\n', at) - at); };
  return Cat("data: {", line(begin), ", ", line(key), "}");
}

std::string SecretText(std::string_view name, std::string_view data,
                       std::string_view namespace_ = "default") {
  return Document("v1", "Secret", name, data, namespace_);
}

std::string Https(std::string_view refs) {
  return GatewayText(
      Cat("{name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [", refs, "]}}"));
}

class CertificateTest : public testing::Test {
 protected:
  void SetUp() override {
    if (PairText().empty()) GTEST_SKIP() << "KGW_SOURCE_ROOT does not name the checkout";
  }

  // The reason of ResolvedRefs, and whether the listener takes connections.
  static std::string Judge(const std::string& text) {
    World world(text);
    const auto& listener = world.model().gateways.at(0).listeners.at(0);
    std::string reason;
    const auto status = world.ListenerStatus("https");
    for (const auto& condition : status.conditions()) {
      if (condition.type() == "ResolvedRefs") reason = condition.reason();
    }
    return Cat(reason, listener.ready ? "" : " closed");
  }
};

TEST_F(CertificateTest, AGoodPairIsUsed) {
  EXPECT_EQ(Judge(Https("{name: cert}") + SecretText("cert", PairText())), "ResolvedRefs");
}

TEST_F(CertificateTest, AMissingSecretClosesTheListener) {
  EXPECT_EQ(Judge(Https("{name: cert}")), "InvalidCertificateRef closed");
}

TEST_F(CertificateTest, AnotherKindIsNoCertificate) {
  EXPECT_EQ(Judge(Https("{name: cert, kind: ConfigMap}")), "InvalidCertificateRef closed");
  EXPECT_EQ(Judge(Https("{name: cert, group: x.test}") + SecretText("cert", PairText())),
            "InvalidCertificateRef closed");
}

TEST_F(CertificateTest, MalformedPemIsNoCertificate) {
  EXPECT_EQ(Judge(Https("{name: cert}") +
                  SecretText("cert", "stringData: {tls.crt: hello, tls.key: world}")),
            "InvalidCertificateRef closed");
  EXPECT_EQ(Judge(Https("{name: cert}") + SecretText("cert", "type: kubernetes.io/tls")),
            "InvalidCertificateRef closed");
}

TEST_F(CertificateTest, AnotherNamespaceNeedsAGrantWhetherOrNotTheSecretExists) {
  const std::string gateway = Https("{name: cert, namespace: far}");
  const std::string secret = SecretText("cert", PairText(), "far");
  EXPECT_EQ(Judge(gateway + secret), "RefNotPermitted closed");
  EXPECT_EQ(Judge(gateway), "RefNotPermitted closed");
  const std::string grant =
      GrantText("far", "{group: gateway.networking.k8s.io, kind: Gateway, namespace: default}",
                "{group: \"\", kind: Secret}");
  EXPECT_EQ(Judge(gateway + secret + grant), "ResolvedRefs");
  EXPECT_EQ(Judge(gateway + grant), "InvalidCertificateRef closed");
  const std::string for_routes =
      GrantText("far", "{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}",
                "{group: \"\", kind: Secret}");
  EXPECT_EQ(Judge(gateway + secret + for_routes), "RefNotPermitted closed");
}

TEST_F(CertificateTest, OneGoodPairOfTwoKeepsTheListenerOpen) {
  EXPECT_EQ(Judge(Https("{name: missing}, {name: cert}") + SecretText("cert", PairText())),
            "InvalidCertificateRef");
}

TEST_F(CertificateTest, IsNeeded) {
  const std::string none =
      GatewayText("{name: https, port: 443, protocol: HTTPS, hostname: a.test}");
  EXPECT_EQ(Judge(none), "InvalidCertificateRef closed");
}

TEST_F(CertificateTest, TellsTlsListenersThatOverlap) {
  const auto https = [](std::string_view name, std::string_view rest) {
    return Cat("{name: ", name, ", protocol: HTTPS, tls: {certificateRefs: [{name: cert}]}, ", rest,
               "}");
  };
  World world(GatewayText(Cat(https("wide", "port: 443, hostname: \"*.a.test\""), ", ",
                              https("narrow", "port: 443, hostname: b.a.test"), ", ",
                              https("apart", "port: 443, hostname: c.test"), ", ",
                              https("other", "port: 8443, hostname: b.a.test"))) +
              SecretText("cert", PairText()));
  const std::string overlap = Cat(kGood, " OverlappingTLSConfig=True/OverlappingHostnames");
  EXPECT_EQ(world.ListenerWords("wide"), overlap);
  EXPECT_EQ(world.ListenerWords("narrow"), overlap);
  EXPECT_EQ(world.ListenerWords("apart"), kGood) << "never False, but absent";
  EXPECT_EQ(world.ListenerWords("other"), kGood);
}

TEST(Gateways, HaveOneStatusEntryForEachListenerAndKeepTheirTimes) {
  const std::string old =
      Cat(GatewayText(kHttp),
          "status:\n  addresses: [{type: IPAddress, value: 192.0.2.1}]\n"
          "  listeners:\n"
          "  - name: http\n    attachedRoutes: 9\n    conditions:\n"
          "    - {type: Accepted, status: \"True\", lastTransitionTime: 2020-01-01T00:00:00Z}\n"
          "    - {type: Programmed, status: \"False\", lastTransitionTime: 2020-01-01T00:00:00Z}\n"
          "    - {type: OverlappingTLSConfig, status: \"True\"}\n"
          "  - name: gone\n");
  World world(old);
  const GatewayStatus status = *world.StatusOf<GatewayStatus, Gateway>("edge");
  EXPECT_EQ(status.addresses_size(), 1) << "what others wrote stays";
  ASSERT_EQ(status.listeners_size(), 1);
  EXPECT_EQ(status.listeners(0).attachedroutes(), 0);
  EXPECT_EQ(Words(status.listeners(0).conditions()), kGood);
  EXPECT_EQ(status.listeners(0).conditions(0).lasttransitiontime(), "2020-01-01T00:00:00Z");
  EXPECT_EQ(status.listeners(0).conditions(1).lasttransitiontime(), "1970-01-01T00:16:40Z")
      << "it flipped";
}

TEST(GatewayClasses, AreOursByTheirController) {
  const std::string classes =
      "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: kgw, "
      "generation: 3}\nspec: {controllerName: us.test/gateway}\n---\n"
      "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: theirs}\n"
      "spec: {controllerName: them.test/gateway}\n";
  const std::string theirs =
      Document("gateway.networking.k8s.io/v1", "Gateway", "other",
               Cat("spec: {gatewayClassName: theirs, listeners: [", kHttp, "]}"));
  const std::string nobodys =
      Document("gateway.networking.k8s.io/v1", "Gateway", "lost",
               Cat("spec: {gatewayClassName: none, listeners: [", kHttp, "]}"));
  using schema::gateway::GatewayClass;
  using schema::gateway::GatewayClassStatus;
  const std::string text = classes + GatewayText(kHttp) + theirs + nobodys;
  Options options;
  options.controller_name = "us.test/gateway";
  World one(text, options);
  EXPECT_EQ(one.model().gateways.size(), 1u);
  EXPECT_FALSE((one.StatusOf<GatewayStatus, Gateway>("other").has_value()));
  EXPECT_FALSE((one.StatusOf<GatewayStatus, Gateway>("lost").has_value()));
  EXPECT_FALSE((one.StatusOf<GatewayClassStatus, GatewayClass>("theirs", "").has_value()));
  const auto status = one.StatusOf<GatewayClassStatus, GatewayClass>("kgw", "");
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(Words(status->conditions()),
            "Accepted=True/Accepted SupportedVersion=True/SupportedVersion");
  EXPECT_EQ(status->conditions(0).observedgeneration(), 3);
  World all(text);
  EXPECT_EQ(all.model().gateways.size(), 3u) << "without a name every class is ours";
}

TEST(Gateways, AreSortedByTheirWholeName) {
  World world(GatewayText(kHttp, "a") + GatewayText(kHttp, "a-b"));
  ASSERT_EQ(world.model().gateways.size(), 2u);
  EXPECT_EQ(world.model().gateways[0].name, "a-b/edge") << "as one text, '-' is before '/'";
}

}  // namespace
}  // namespace kgw::translate
