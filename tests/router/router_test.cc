#include "router/router.h"

#include <gtest/gtest.h>

#include "served.h"

namespace kgw::router {
namespace {

std::string ValueOf(std::span<const Header> lines, std::string_view name) {
  std::string out;
  for (const Header& line : lines) {
    if (line.name != name) continue;
    if (!out.empty()) out += "|";
    out += line.value;
  }
  return out;
}

bool Removes(const HeaderEdits& edits, std::string_view name) {
  return std::find(edits.remove.begin(), edits.remove.end(), name) != edits.remove.end();
}

model::BackendTarget Unresolved(std::string reason) {
  model::BackendTarget out{.kind = "Service", .namespace_ = "default", .name = "gone"};
  out.reason = std::move(reason);
  return out;
}

TEST(Verdict, AForwardNamesAllThatItGoesThrough) {
  model::Action action = ForwardTo(kSecure);
  action.timeouts = {1500, 0};
  Served served(OneRule(PrefixMatch("/pay"), action));
  const Decision d = served.Get("/pay/now?x=1");
  EXPECT_EQ(d.verdict, Verdict::kForward);
  EXPECT_EQ(d.gateway, "default/web");
  EXPECT_EQ(d.listener, "http");
  EXPECT_EQ(d.route.kind, "HTTPRoute");
  EXPECT_EQ(d.route.name, "r");
  EXPECT_EQ(d.route.rule_name, "main");
  EXPECT_EQ(d.backend.name, "shop");
  EXPECT_EQ(d.backend.port, 80);
  EXPECT_EQ(d.cluster, "secure_default");
  EXPECT_EQ(d.endpoint.hostname, "pay.internal");
  EXPECT_EQ(d.endpoint.port, 443);
  EXPECT_EQ(d.request.method, "GET");
  EXPECT_EQ(d.request.scheme, "http");
  EXPECT_EQ(d.request.authority, "shop.example");
  EXPECT_EQ(d.transport.protocol, TransportProtocol::kHttp2);
  EXPECT_EQ(d.transport.tls, 1);
  EXPECT_EQ(d.transport.sni, "pay.example");
  EXPECT_EQ(d.transport.verify, 1);
  EXPECT_EQ(d.timeouts.request, 1500);
  EXPECT_EQ(d.timeouts.backend_request, 0);
  EXPECT_EQ(d.response.status, 0);
  EXPECT_EQ(d.reason, "");
}

TEST(Verdict, AForwardSaysWhatToRetry) {
  model::Action action = ForwardTo(kTwo);
  action.retry = {2, {500, 503}, 100};
  Served served(OneRule(PrefixMatch("/a"), action));
  const Decision d = served.Get("/a");
  EXPECT_EQ(d.retry.attempts, 2u);
  ASSERT_EQ(d.retry.codes.size(), 2u);
  EXPECT_EQ(d.retry.codes[1], 503);
  EXPECT_EQ(d.retry.backoff_ms, 100);
  EXPECT_EQ(served.Get("/b").retry.attempts, 0u);
}

TEST(Verdict, NothingPublishedIsNoListener) {
  Router router(std::make_shared<snapshot::SnapshotStore>(), 1);
  Decision d;
  d.cluster = "stale";
  router.Route({}, &d);
  EXPECT_EQ(d.verdict, Verdict::kReject);
  EXPECT_EQ(d.reason, "NoListener");
  EXPECT_EQ(d.cluster, "");
}

TEST(Verdict, APortOrProtocolNobodyListensOnIsRejected) {
  Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo)));
  for (const Request& request :
       {Request{.port = 81}, Request{.scheme = "https"}, Request{.scheme = "https", .port = 80},
        Request{.sni = "a.example", .port = 80}, Request{.protocol = Protocol::kTcp},
        Request{.protocol = Protocol::kUdp}, Request{.protocol = Protocol::kTls}}) {
    const Decision d = served.Route(request);
    EXPECT_EQ(d.verdict, Verdict::kReject);
    EXPECT_EQ(d.reason, "NoListener");
  }
}

TEST(Verdict, NoMatchIsNoRoute) {
  Served served(OneRule(PrefixMatch("/a"), ForwardTo(kTwo)));
  const Decision d = served.Get("/b");
  EXPECT_EQ(d.verdict, Verdict::kNoRoute);
  EXPECT_EQ(d.response.status, 404);
  EXPECT_EQ(d.reason, "NoRoute");
  EXPECT_EQ(d.listener, "http");
  EXPECT_EQ(d.route.kind, "");
}

TEST(Verdict, AHostOfAnotherListenerThanTheSniIsMisdirected) {
  model::Model model = OneRule(PrefixMatch(""), ForwardTo(kTwo));
  model::Listener secure{.name = "a", .port = 443, .tls = true, .hostname = "a.example"};
  model.gateways[0].listeners.push_back(secure);
  secure.name = "b";
  secure.hostname = "b.example";
  model.gateways[0].listeners.push_back(secure);
  Served served(std::move(model));
  const Decision d =
      served.Route({.scheme = "https", .authority = "b.example", .sni = "a.example"});
  EXPECT_EQ(d.verdict, Verdict::kError);
  EXPECT_EQ(d.response.status, 421);
  EXPECT_EQ(d.reason, "Misdirected");
}

TEST(Verdict, ADroppedRuleAnswersForItself) {
  model::Action action = ForwardTo(kTwo);
  action.fail_reason = "DroppedRule";
  action.fail_status = 500;
  Served served(OneRule(PrefixMatch(""), action));
  const Decision d = served.Get("/");
  EXPECT_EQ(d.verdict, Verdict::kError);
  EXPECT_EQ(d.response.status, 500);
  EXPECT_EQ(d.reason, "DroppedRule");
  EXPECT_EQ(d.backend.kind, "");
  EXPECT_EQ(d.route.name, "r");
}

TEST(Verdict, ARuleWithoutBackendsIs500) {
  Served served(OneRule(PrefixMatch(""), {}));
  EXPECT_EQ(served.Get("/").response.status, 500);
  EXPECT_EQ(served.Get("/").reason, "NoBackends");
}

TEST(Verdict, WeightsThatAddUpToNothingAre500) {
  model::Action action;
  action.backends = {To(kTwo, 0, 0), To(kNamed, 0, 1)};
  Served served(OneRule(PrefixMatch(""), action));
  EXPECT_EQ(served.Get("/").response.status, 500);
  EXPECT_EQ(served.Get("/").reason, "ZeroWeight");
}

TEST(Verdict, AnUpstreamThatIsEmptyOrHasNoKnownPolicyIs503) {
  for (const uint32_t upstream : {kEmpty, kOddPolicy}) {
    Served served(OneRule(PrefixMatch(""), ForwardTo(upstream)));
    const Decision d = served.Get("/");
    EXPECT_EQ(d.verdict, Verdict::kError);
    EXPECT_EQ(d.response.status, 503);
    EXPECT_EQ(d.reason, "NoEndpoints");
    EXPECT_EQ(d.backend.name, "shop");
    EXPECT_EQ(d.endpoint.port, 0);
  }
}

TEST(Verdict, AnUnresolvedBackendFailsItsOwnShareOnly) {
  model::Action action;
  action.backends = {To(kTwo, 1, 0), To(kTwo, 1, 1)};
  action.backends[1].target = Unresolved("RefNotPermitted");
  Served served(OneRule(PrefixMatch(""), action));
  int failed = 0;
  for (int i = 0; i < 200; ++i) {
    const Decision d = served.Get("/");
    if (d.verdict == Verdict::kForward) continue;
    EXPECT_EQ(d.response.status, 500);
    EXPECT_EQ(d.reason, "RefNotPermitted");
    EXPECT_EQ(d.backend.index, 1u);
    ++failed;
  }
  EXPECT_GT(failed, 50);
  EXPECT_LT(failed, 150);
}

TEST(RequestTarget, UnchangedIsTheCallersOwnBytes) {
  Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo)));
  for (const std::string_view target :
       {"/", "/a/b?x=1&y=%20", "/a//b/?", "/%2F?/../", "/%", "*", "host:443", "/a?b?c"}) {
    EXPECT_EQ(served.Get(target).request.path.data(), target.data()) << target;
    EXPECT_EQ(served.Get(target).request.path, target);
  }
}

TEST(RequestTarget, IsNormalisedAndKeepsItsQuery) {
  Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo)));
  EXPECT_EQ(served.Get("").request.path, "/");
  EXPECT_EQ(served.Get("?a#").request.path, "/?a");
  EXPECT_EQ(served.Get("#").request.path, "/");
  EXPECT_EQ(served.Get("?q=1").request.path, "/?q=1");
  EXPECT_EQ(served.Get("/a/../b?q=/../").request.path, "/b?q=/../");
  EXPECT_EQ(served.Get("/a?q#top").request.path, "/a?q");
  EXPECT_EQ(served.Get("http://h/p?q").request.path, "/p?q");
  EXPECT_EQ(served.Get("http://h").request.path, "/");
}

TEST(RequestTarget, ARewrittenPathKeepsTheQueryUnlessItBringsItsOwn) {
  const auto rewritten = [](model::PathRewrite::Type type, std::string value) {
    model::Filters filters;
    filters.path = model::PathRewrite{type, std::move(value)};
    Served served(OneRule(PrefixMatch("/old"), ForwardTo(kTwo, filters)));
    return std::string(served.Get("/old/x/%2e%2e/y?q=1").request.path);
  };
  EXPECT_EQ(rewritten(model::PathRewrite::Type::kPrefix, "/new"), "/new/y?q=1");
  EXPECT_EQ(rewritten(model::PathRewrite::Type::kPrefix, "/"), "/y?q=1");
  EXPECT_EQ(rewritten(model::PathRewrite::Type::kFull, "/all"), "/all?q=1");
  EXPECT_EQ(rewritten(model::PathRewrite::Type::kFull, "/all?k=v"), "/all?k=v");
}

TEST(Authority, IsTheCallersTheFiltersOrTheEndpoints) {
  model::Filters literal, automatic;
  literal.host = {.value = "new.example"};
  automatic.host = {.type = model::HostRewrite::Type::kEndpoint};
  const auto authority = [](model::Filters filters, uint32_t upstream) {
    Served served(OneRule(PrefixMatch(""), ForwardTo(upstream, std::move(filters))));
    return std::string(served.Get("/").request.authority);
  };
  EXPECT_EQ(authority({}, kNamed), "shop.example");
  EXPECT_EQ(authority(literal, kNamed), "new.example");
  EXPECT_EQ(authority(automatic, kNamed), "shop.internal");
  EXPECT_EQ(authority(automatic, kTwo), "shop.example");  // an address is no name
}

TEST(RequestTarget, APatternIsReplacedInThePathAlone) {
  model::Filters filters;
  filters.path = {model::PathRewrite::Type::kRegex, "/u-\\1", "/user/([a-z]+)"};
  Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo, filters)));
  EXPECT_EQ(served.Get("/user/ann/user/bob?next=/user/eve").request.path,
            "/u-ann/u-bob?next=/user/eve");
  EXPECT_EQ(served.Get("/other?q").request.path, "/other?q");
}

TEST(Authority, MayComeFromAHeaderOrThePath) {
  model::Filters header, path;
  header.host = {model::HostRewrite::Type::kHeader, "x-host", {}};
  path.host = {model::HostRewrite::Type::kPathRegex, "\\1.test", "^/([a-z]+)/.*$"};
  Served by_header(OneRule(PrefixMatch(""), ForwardTo(kTwo, header)));
  EXPECT_EQ(by_header.Get("/", {{"X-Host", "a.test"}, {"x-host", "b.test"}}).request.authority,
            "a.test");
  EXPECT_EQ(by_header.Get("/", {{"x-host", ""}}).request.authority, "shop.example");
  EXPECT_EQ(by_header.Get("/").request.authority, "shop.example");
  EXPECT_EQ(by_header.Get("/").changed & Decision::kAuthority, 0u);
  Served by_path(OneRule(PrefixMatch(""), ForwardTo(kTwo, path)));
  EXPECT_EQ(by_path.Get("/shop/x?y").request.authority, "shop.test");
  EXPECT_EQ(by_path.Get("/7/x").request.authority, "shop.example");
}

TEST(Authority, OldOneIsKeptInXForwardedHostIfThereIsANewOne) {
  const auto kept = [](model::HostRewrite host, std::vector<Header> headers,
                       model::HeaderEdits edits = {}) {
    model::Filters filters;
    filters.host = std::move(host);
    filters.keeps_old_host = true;
    filters.request = std::move(edits);
    Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo, filters)));
    const Decision d = served.Get("/", std::move(headers));
    return ValueOf(d.request.edits.add, "x-forwarded-host");
  };
  const model::HostRewrite literal{.value = "new.example"};
  EXPECT_EQ(kept(literal, {}), "shop.example");
  EXPECT_EQ(kept(literal, {{"x-forwarded-host", "first.example"}}), "shop.example");
  EXPECT_EQ(kept(literal, {{"x-forwarded-host", "first.example, shop.example"}}), "");
  EXPECT_EQ(kept(literal, {{"x-forwarded-host", "shop.example"}}, {.remove = {"x-forwarded-host"}}),
            "shop.example")
      << "what came is removed";
  EXPECT_EQ(kept({.type = model::HostRewrite::Type::kEndpoint}, {}), "")
      << "an address is no new name";
}

TEST(Mirrors, AreNamedAsTheyAreConfigured) {
  const auto authority = [](std::string literal, bool shadow, model::Filters filters = {}) {
    model::Mirror mirror{To(kTwo).target, 1, 1, std::move(literal), shadow};
    filters.mirrors = {std::move(mirror)};
    Served served(OneRule(PrefixMatch(""), ForwardTo(kNamed, filters)));
    const Decision d = served.Route({.authority = "shop.example:81"});
    EXPECT_EQ(d.mirrors.size(), 1u);
    return d.mirrors.empty() ? std::string() : std::string(d.mirrors[0].authority);
  };
  EXPECT_EQ(authority("", false), "shop.example:81");
  EXPECT_EQ(authority("", true), "shop.example-shadow:81");
  EXPECT_EQ(authority("tape.example", true), "tape.example");
  model::Filters renamed;
  renamed.host = {.value = "new.example"};
  EXPECT_EQ(authority("", true, renamed), "new.example-shadow");
}

TEST(Authority, MayComeFromTheHostLine) {
  Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo)));
  const std::vector<Header> headers = {{"Host", "Line.Example:81"}};
  EXPECT_EQ(served.Route({.headers = headers}).request.authority, "Line.Example:81");
  EXPECT_EQ(served.Route({}).request.authority, "");
}

TEST(Invocation, DictatesTheRequestWhateverTheFiltersSay) {
  model::Action action;
  action.filters.path = model::PathRewrite{model::PathRewrite::Type::kFull, "/other"};
  action.filters.request.remove = {"x-how"};
  action.filters.request.add = {{"x-kept", "1"}};
  action.filters.mirrors = {{To(kNamed).target, 1, 1}};
  action.backends = {ToFunction("resize")};
  Served served(OneRule(PrefixMatch(""), action));
  const Decision d = served.Get("/a?b=c");
  EXPECT_EQ(d.verdict, Verdict::kForward);
  EXPECT_EQ(d.backend.function, "resize");
  EXPECT_EQ(d.request.method, "POST");
  EXPECT_EQ(d.request.scheme, "http");
  EXPECT_EQ(d.request.path, "/call/resize") << "the query of the request is lost too";
  EXPECT_EQ(d.request.authority, "functions.example");
  EXPECT_EQ(d.changed, uint32_t{Decision::kMethod | Decision::kAuthority | Decision::kPath});
  EXPECT_EQ(ValueOf(d.request.edits.set, "x-how"), "now");
  EXPECT_EQ(ValueOf(d.request.edits.add, "x-kept"), "1");
  EXPECT_TRUE(d.mirrors.empty()) << "a copy would carry the function's key to somebody else";
}

TEST(Invocation, WithoutAMethodKeepsTheRequests) {
  model::Action action;
  action.backends = {ToFunction("f", 0, "")};
  Served served(OneRule(PrefixMatch(""), action));
  const Decision d = served.Route({.method = "PUT", .authority = "shop.example", .path = "/a"});
  EXPECT_EQ(d.request.method, "PUT");
  EXPECT_EQ(d.request.path, "/call/f");
  EXPECT_EQ(d.changed, uint32_t{Decision::kAuthority | Decision::kPath});
}

TEST(Edits, OfRuleAndBackendAreComposed) {
  model::Filters filters;
  filters.request.set = {{"x-a", "rule"}, {"x-b", "rule"}};
  filters.response.remove = {"server"};
  model::Action action = ForwardTo(kTwo, filters);
  action.backends[0].filters.request.set = {{"x-b", "backend"}};
  Served served(OneRule(PrefixMatch(""), action));
  const Decision d = served.Get("/");
  EXPECT_EQ(ValueOf(d.request.edits.set, "x-a"), "rule");
  EXPECT_EQ(ValueOf(d.request.edits.set, "x-b"), "backend");
  EXPECT_TRUE(Removes(d.response.edits, "server"));
}

model::Cors CorsOf(std::string origin) {
  model::Cors cors;
  cors.allow_origins = {std::move(origin)};
  cors.allow_methods = {"PUT"};
  cors.max_age = "60";
  return cors;
}

TEST(CorsResponse, IsEditedOnTopOfTheFilters) {
  model::Filters filters;
  filters.cors = CorsOf("https://app.example");
  filters.response.set = {{"x-a", "1"}};
  Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo, filters)));
  const Decision allowed = served.Get("/", {{"origin", "https://app.example"}});
  EXPECT_EQ(allowed.verdict, Verdict::kForward);
  EXPECT_EQ(ValueOf(allowed.response.edits.set, "access-control-allow-origin"),
            "https://app.example");
  EXPECT_EQ(ValueOf(allowed.response.edits.set, "x-a"), "1");
  const Decision refused = served.Get("/", {{"origin", "https://evil.example"}});
  EXPECT_TRUE(Removes(refused.response.edits, "access-control-allow-origin"));
  EXPECT_EQ(ValueOf(refused.response.edits.set, "access-control-allow-origin"), "");
  EXPECT_TRUE(served.Get("/").response.edits.remove.empty());
}

const std::vector<Header> kPreflight = {{"Origin", "https://app.example"},
                                        {"Access-Control-Request-Method", "PUT"}};

Request Preflight(std::string_view path) {
  return {.method = "OPTIONS", .path = path, .headers = kPreflight};
}

TEST(Preflight, IsAnsweredByTheRuleThatTheRequestItselfWouldMatch) {
  model::Filters filters;
  filters.cors = CorsOf("https://app.example");
  Served served(OneRule(PrefixMatch("/api", "PUT"), ForwardTo(kEmpty, filters)));
  const Decision d = served.Route(Preflight("/api"));
  EXPECT_EQ(d.verdict, Verdict::kRespond);
  EXPECT_EQ(d.response.status, 204);
  EXPECT_EQ(d.route.name, "r");
  EXPECT_EQ(d.listener, "http");
  EXPECT_EQ(ValueOf(d.response.edits.set, "access-control-allow-methods"), "PUT");
  EXPECT_EQ(ValueOf(d.response.edits.set, "access-control-max-age"), "60");
  EXPECT_EQ(d.backend.kind, "");
  EXPECT_EQ(served.Route(Preflight("/other")).verdict, Verdict::kNoRoute);
}

TEST(Preflight, IsAnsweredByTheFilterOfTheBackendThatIsDrawn) {
  model::Filters filters;
  filters.cors = CorsOf("https://nobody.example");
  model::Action action = ForwardTo(kTwo, filters);
  action.backends[0].filters.cors = CorsOf("https://app.example");
  Served served(OneRule(PrefixMatch(""), action));
  const Decision d = served.Route(Preflight("/"));
  EXPECT_EQ(d.verdict, Verdict::kRespond);
  EXPECT_EQ(ValueOf(d.response.edits.set, "access-control-allow-origin"), "https://app.example");
}

TEST(Preflight, WithoutACorsFilterIsAnOrdinaryRequest) {
  Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo)));
  const Decision d = served.Route(Preflight("/"));
  EXPECT_EQ(d.verdict, Verdict::kForward);
  EXPECT_EQ(d.request.method, "OPTIONS");
}

TEST(Preflight, NeedsMethodOptionsAndBothHeaders) {
  model::Filters filters;
  filters.cors = CorsOf("https://app.example");
  Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo, filters)));
  Request request = Preflight("/");
  request.method = "GET";
  EXPECT_EQ(served.Route(request).verdict, Verdict::kForward);
  request.method = "OPTIONS";
  request.headers = std::span(kPreflight).first(1);
  EXPECT_EQ(served.Route(request).verdict, Verdict::kForward);
}

TEST(Redirect, SetsLocationOnTopOfTheFilters) {
  model::Filters filters;
  filters.redirect = model::Redirect{.scheme = "https", .status = 301};
  filters.response.set = {{"x-a", "1"}};
  model::Action action;
  action.filters = filters;
  Served served(OneRule(PrefixMatch(""), action));
  const Decision d = served.Get("/a/../b?q=1");
  EXPECT_EQ(d.verdict, Verdict::kRedirect);
  EXPECT_EQ(d.response.status, 301);
  EXPECT_EQ(ValueOf(d.response.edits.set, "location"), "https://shop.example/b?q=1");
  EXPECT_EQ(ValueOf(d.response.edits.set, "x-a"), "1");
}

TEST(Redirect, OfABackendAppliesWhenItIsDrawn) {
  model::Action action;
  action.backends = {To(kTwo, 0, 0), To(kEmpty, 1, 1)};
  action.backends[1].filters.redirect = model::Redirect{.hostname = "other.example"};
  Served served(OneRule(PrefixMatch(""), action));
  const Decision d = served.Get("/x");
  EXPECT_EQ(d.verdict, Verdict::kRedirect);
  EXPECT_EQ(d.response.status, 302);
  EXPECT_EQ(ValueOf(d.response.edits.set, "location"), "http://other.example/x");
}

TEST(Mirrors, GetTheirShareAndKeepTheHost) {
  model::Filters filters;
  filters.mirrors = {{To(kTwo).target, 1, 4},
                     {To(kNamed).target, 1, 1},
                     {To(kTwo).target, 0, 100},
                     {To(kEmpty).target, 1, 1}};
  Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo, filters)));
  size_t quarter = 0;
  for (int i = 0; i < 4000; ++i) {
    const Decision d = served.Get("/");
    ASSERT_GE(d.mirrors.size(), 1u);
    ASSERT_LE(d.mirrors.size(), 2u);
    EXPECT_EQ(d.mirrors.back().endpoint.hostname, "shop.internal");
    EXPECT_EQ(d.mirrors.back().authority, "shop.example");
    quarter += d.mirrors.size() - 1;
  }
  EXPECT_NEAR(static_cast<double>(quarter), 1000, 120);
}

TEST(Random, OfTheRequestDecidesAllItsDraws) {
  model::Action action;
  for (uint32_t i = 0; i < 8; ++i) action.backends.push_back(To(kTwo, 1, i));
  action.filters.mirrors = {{To(kNamed).target, 1, 2}};
  Served served(OneRule(PrefixMatch(""), action));
  uint32_t different = 0;
  for (uint64_t random = 1; random < 50; ++random) {
    const Request request{.random = random};
    const Decision first = served.Route(request);
    const uint32_t index = first.backend.index;
    const size_t mirrors = first.mirrors.size();
    served.Get("/");
    const Decision again = served.Route(request);
    EXPECT_EQ(again.backend.index, index);
    EXPECT_EQ(again.mirrors.size(), mirrors);
    different += index != 0 ? 1 : 0;
  }
  EXPECT_GT(different, 30u);
}

TEST(RoundRobin, TakesEveryEndpointInTurn) {
  Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo)));
  const std::string first(served.Get("/").endpoint.address);
  const std::string second(served.Get("/").endpoint.address);
  EXPECT_NE(first, second);
  EXPECT_EQ(served.Get("/").endpoint.address, first);
}

}  // namespace
}  // namespace kgw::router
