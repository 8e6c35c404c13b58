#include "kgw/json.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "config/parse.h"

namespace kgw {
namespace {

using std::string_literals::operator""s;

TEST(DecisionJson, ForwardHasTheKeysThatApplyAndNoOthers) {
  const std::array<Header, 1> set = {{{"x-a", "1"}}};
  Decision decision;
  decision.verdict = Verdict::kForward;
  decision.gateway = "gloo-system/http";
  decision.listener = "http";
  decision.route = {.kind = "HTTPRoute", .namespace_ = "default", .name = "static-upstream"};
  decision.backend = {.group = "gloo.solo.io",
                      .kind = "Upstream",
                      .namespace_ = "default",
                      .name = "json-upstream"};
  decision.cluster = "json-upstream_default";
  decision.endpoint = {.hostname = "json.example", .port = 80};
  decision.request = {.method = "GET",
                      .scheme = "http",
                      .authority = "json.example",
                      .path = "/albums/1?x=1",
                      .edits = {.set = set}};
  EXPECT_EQ(
      DecisionJson(decision),
      R"({"verdict":"forward","gateway":"gloo-system/http","listener":"http",)"
      R"("route":{"kind":"HTTPRoute","namespace":"default","name":"static-upstream","rule":0,"match":0},)"
      R"("backend":{"group":"gloo.solo.io","kind":"Upstream","namespace":"default","name":"json-upstream","index":0},)"
      R"("cluster":"json-upstream_default","endpoint":{"hostname":"json.example","port":80},)"
      R"("request":{"method":"GET","scheme":"http","authority":"json.example","path":"/albums/1?x=1","set":[["x-a","1"]]}})");
}

TEST(DecisionJson, RejectIsAVerdictAndAReason) {
  Decision decision;
  decision.reason = "NoListener";
  EXPECT_EQ(DecisionJson(decision), R"({"verdict":"reject","reason":"NoListener"})");
}

TEST(DecisionJson, RedirectHasAResponseAndNoRequest) {
  const std::array<Header, 1> set = {{{"location", "https://a.test/x"}}};
  Decision decision;
  decision.verdict = Verdict::kRedirect;
  decision.response = {.edits = {.set = set}, .status = 302};
  EXPECT_EQ(
      DecisionJson(decision),
      R"({"verdict":"redirect","response":{"status":302,"set":[["location","https://a.test/x"]]}})");
}

TEST(DecisionJson, ResponseEditsOfAForwardHaveNoStatus) {
  const std::array<Str, 1> remove = {"server"};
  Decision decision;
  decision.verdict = Verdict::kForward;
  decision.response.edits.remove = remove;
  EXPECT_NE(DecisionJson(decision).find(R"("response":{"remove":["server"]})"), std::string::npos);
}

TEST(DecisionJson, ATimeoutOfZeroIsWrittenAndAnAbsentOneIsNot) {
  Decision decision;
  decision.timeouts.request = 0;
  EXPECT_EQ(DecisionJson(decision), R"({"verdict":"reject","timeouts_ms":{"request":0}})");
}

TEST(DecisionJson, ARetryIsWrittenIfThereIsOne) {
  const std::array<uint16_t, 2> codes = {500, 503};
  Decision decision;
  decision.timeouts.request = 9;
  decision.transport.protocol = TransportProtocol::kHttp1;
  decision.retry = {codes, 100, 2};
  EXPECT_EQ(DecisionJson(decision), R"({"verdict":"reject","timeouts_ms":{"request":9},)"
                                    R"("retry":{"attempts":2,"codes":[500,503],"backoff_ms":100},)"
                                    R"("transport":{"protocol":"http1"}})");
  decision = {};
  decision.retry.attempts = 1;
  EXPECT_EQ(DecisionJson(decision), R"({"verdict":"reject","retry":{"attempts":1}})");
  decision.retry = {codes, 100, 0};
  EXPECT_EQ(DecisionJson(decision), R"({"verdict":"reject"})");
}

TEST(DecisionJson, MirrorsTransportAndDistribution) {
  const std::array<Mirror, 1> mirrors = {
      {{{.kind = "Service", .namespace_ = "default", .name = "copy", .index = 1, .port = 81},
        {.address = "10.0.0.2", .port = 8081},
        "a.test",
        {}}}};
  const std::array<DistributionEntry, 1> distribution = {{{"default/shop", "10.0.0.1:80", 7}}};
  Decision decision;
  decision.verdict = Verdict::kRespond;
  decision.mirrors = mirrors;
  decision.transport = {"a.test", TransportProtocol::kHttp2, 1, 1};
  EXPECT_EQ(
      DecisionJson(decision, distribution),
      R"({"verdict":"respond","mirrors":[{"backend":{"group":"","kind":"Service","namespace":"default",)"
      R"("name":"copy","index":1,"port":81},"endpoint":{"address":"10.0.0.2","port":8081},"authority":"a.test"}],)"
      R"("transport":{"protocol":"h2","tls":{"sni":"a.test","verify":true}},)"
      R"("distribution":[{"backend":"default/shop","endpoint":"10.0.0.1:80","count":7}]})");
}

TEST(Json, BytesThatAreNoUtf8BecomeReplacementCharacters) {
  const std::string r = "\xef\xbf\xbd";
  const struct {
    std::string_view name;
    std::string bytes, written;
  } rows[] = {
      {"two bytes", "caf\xc3\xa9", "caf\xc3\xa9"},
      {"Latin-1", "caf\xe9!", "caf" + r + "!"},
      {"overlong slash", "\xc0\xaf", r + r},
      {"overlong, three bytes", "\xe0\x80\xaf", r + r + r},
      {"surrogate", "\xed\xa0\x80", r + r + r},
      {"last character", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
      {"beyond the last", "\xf4\x90\x80\x80", r + r + r + r},
      {"cut off", "a\xf0\x9f\x98", "a" + r + r + r},
      {"NUL", std::string("a\0b", 3), "a\\u0000b"},
      {"quote and line end", "\"\n", "\\\"\\n"},
      {"nothing", "", ""},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(ErrorJson(row.bytes), "{\"error\":\"" + row.written + "\"}") << row.name;
    EXPECT_TRUE(config::ParseJson(ErrorJson(row.bytes)).errors.empty()) << row.name;
  }
}

TEST(DiagnosticJson, HasTheKeysOfTheContract) {
  const Diagnostic full = {Severity::kWarning, "a.yaml",  3,           5,
                           "HTTPRoute",        "default", "r",         "spec.rules[0]",
                           "UnknownValue",     "what",    "PathPrefix"};
  EXPECT_EQ(DiagnosticJson(full),
            R"({"severity":"warning","file":"a.yaml","line":3,"column":5,"kind":"HTTPRoute",)"
            R"("namespace":"default","name":"r","field":"spec.rules[0]","code":"UnknownValue",)"
            R"("message":"what","suggestion":"PathPrefix"})");
  Diagnostic bare;
  bare.file = "x";
  bare.code = "CannotRead";
  bare.message = "no such file";
  EXPECT_EQ(DiagnosticJson(bare),
            R"({"severity":"error","file":"x","code":"CannotRead","message":"no such file"})");
}

TEST(RoutesJson, EmptyListsAreAbsent) {
  RouteRow row;
  row.gateway = "default/edge";
  row.listener = "http";
  row.port = 80;
  row.hostname = row.method = "*";
  row.path_type = "PathPrefix";
  row.path = "/";
  row.route_kind = "HTTPRoute";
  row.route_namespace = "default";
  row.route_name = "r";
  row.action = "forward default/shop:80";
  EXPECT_EQ(RoutesJson({&row, 1}),
            R"([{"gateway":"default/edge","listener":"http","port":80,"hostname":"*",)"
            R"("path_type":"PathPrefix","path":"/","method":"*",)"
            R"("route":{"kind":"HTTPRoute","namespace":"default","name":"r","rule":0,"match":0},)"
            R"("action":"forward default/shop:80"}])");
  EXPECT_EQ(RoutesJson({}), "[]");
}

TEST(EndpointsJson, WritesEachRow) {
  EndpointRow row;
  row.cluster = "shop_default";
  row.upstream = "default/shop";
  row.endpoint = "10.0.0.1:80";
  row.health = "healthy";
  row.tls = "off";
  EXPECT_EQ(EndpointsJson({&row, 1}),
            R"([{"cluster":"shop_default","upstream":"default/shop","endpoint":"10.0.0.1:80",)"
            R"("weight":1,"priority":0,"health":"healthy","tls":"off"}])");
}

TEST(ExplanationJson, HoldsTheDecisionAsAnObject) {
  Explanation explanation;
  explanation.listener_steps = {"port 80"};
  explanation.candidates.push_back({.route = "HTTPRoute default/r",
                                    .hostname = "*",
                                    .predicates = "PathPrefix /",
                                    .failed = "path is \"x\""});
  explanation.decision_json = R"({"verdict":"no_route"})";
  EXPECT_EQ(
      ExplanationJson(explanation),
      R"({"listener_steps":["port 80"],"candidates":[{"route":"HTTPRoute default/r","rule":0,)"
      R"("match":0,"hostname":"*","predicates":"PathPrefix /","matched":false,)"
      R"("failed":"path is \"x\""}],"decision_steps":[],"decision":{"verdict":"no_route"}})");
}

// What Parse() says about a line, or what was read if it says nothing.
std::string Problem(std::string_view line) { return ParsedRequest().Parse(line); }

TEST(ParsedRequest, ReadsEveryKey) {
  ParsedRequest parsed;
  ASSERT_EQ(
      parsed.Parse(R"({"method":"POST","scheme":"https","authority":"a.test:8443","path":"/x?y",)"
                   R"("port":8443,"headers":[["A","1"],["A","2"]],"sni":"b.test",)"
                   R"("peer":"192.0.2.7","local":"192.0.2.1","client_namespace":"shop",)"
                   R"("protocol":"grpc","gateway":"default/edge","times":9})"),
      "");
  const Request& request = parsed.request();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.scheme, "https");
  EXPECT_EQ(request.authority, "a.test:8443");
  EXPECT_EQ(request.path, "/x?y");
  EXPECT_EQ(request.port, 8443);
  ASSERT_EQ(request.headers.size(), 2u);
  EXPECT_EQ(request.headers[1].value, "2");
  EXPECT_EQ(request.sni, "b.test");
  EXPECT_EQ(request.peer, "\xc0\x00\x02\x07"s);
  EXPECT_EQ(request.local, "\xc0\x00\x02\x01"s);
  EXPECT_EQ(request.client_namespace, "shop");
  EXPECT_EQ(request.protocol, Protocol::kGrpc);
  EXPECT_EQ(request.gateway, "default/edge");
  EXPECT_EQ(parsed.times(), 9u);
}

TEST(ParsedRequest, EverythingButThePathIsOptional) {
  ParsedRequest parsed;
  ASSERT_EQ(parsed.Parse(R"({"path":"/"})"), "");
  EXPECT_EQ(parsed.request().method, "GET");
  EXPECT_EQ(parsed.request().scheme, "http");
  EXPECT_EQ(parsed.request().port, 0);
  EXPECT_EQ(parsed.request().sni, "");
  EXPECT_EQ(parsed.times(), 1u);
}

TEST(ParsedRequest, ForgetsTheLineBefore) {
  ParsedRequest parsed;
  ASSERT_EQ(parsed.Parse(R"({"path":"/","method":"PUT","headers":[["a","b"]],"times":3})"), "");
  ASSERT_EQ(parsed.Parse(R"({"path":"/"})"), "");
  EXPECT_EQ(parsed.request().method, "GET");
  EXPECT_TRUE(parsed.request().headers.empty());
  EXPECT_EQ(parsed.times(), 1u);
}

TEST(ParsedRequest, HeadersMayBeAnObject) {
  ParsedRequest parsed;
  ASSERT_EQ(parsed.Parse(R"({"path":"/","headers":{"a":"1","b":"2"}})"), "");
  ASSERT_EQ(parsed.request().headers.size(), 2u);
  EXPECT_EQ(parsed.request().headers[0].name, "a");
  EXPECT_EQ(parsed.request().headers[1].value, "2");
}

TEST(ParsedRequest, TheServerNameOfHttpsIsTheHost) {
  const struct {
    std::string_view line, sni;
  } rows[] = {
      {R"({"path":"/","scheme":"https","authority":"a.test:444"})", "a.test"},
      {R"({"path":"/","scheme":"https","authority":"a.test","sni":""})", "a.test"},
      {R"({"path":"/","scheme":"https","authority":"a.test","sni":"b.test"})", "b.test"},
      {R"({"path":"/","scheme":"https","authority":"192.0.2.1:443"})", ""},
      {R"({"path":"/","scheme":"https","authority":"[2001:db8::1]:443"})", ""},
      {R"({"path":"/","scheme":"http","authority":"a.test"})", ""},
      {R"({"path":"/","scheme":"https","headers":[["hOst","c.test"]]})", "c.test"},
  };
  for (const auto& row : rows) {
    ParsedRequest parsed;
    ASSERT_EQ(parsed.Parse(row.line), "") << row.line;
    EXPECT_EQ(parsed.request().sni, row.sni) << row.line;
  }
}

TEST(ParsedRequest, AHostHeaderFillsAMissingAuthorityOnly) {
  ParsedRequest parsed;
  ASSERT_EQ(parsed.Parse(R"({"path":"/","headers":[["HOST","a.test"],["x","y"]]})"), "");
  EXPECT_EQ(parsed.request().authority, "a.test");
  ASSERT_EQ(parsed.request().headers.size(), 1u);
  ASSERT_EQ(parsed.Parse(R"({"path":"/","authority":"b.test","headers":[["host","a.test"]]})"), "");
  EXPECT_EQ(parsed.request().authority, "b.test");
  EXPECT_TRUE(parsed.request().headers.empty());
}

TEST(ParsedRequest, SaysWhatIsWrong) {
  const std::string pairs = "\"headers\" must be a list of [\"name\", \"value\"] pairs";
  const struct {
    std::string_view line;
    std::string problem;
  } rows[] = {
      {R"({})", "\"path\" is missing"},
      {R"([])", "a request is a JSON object"},
      {R"(7)", "a request is a JSON object"},
      {R"({"path":1})", "\"path\" must be a string"},
      {R"({"path":null})", "\"path\" must be a string"},
      {R"({"pth":"/"})", "unknown key \"pth\": did you mean \"path\"?"},
      {R"({"path":"/","weather":1})", "unknown key \"weather\""},
      {R"({"path":"/","port":"80"})", "\"port\" must be a number from 0 to 65535"},
      {R"({"path":"/","port":65536})", "\"port\" must be a number from 0 to 65535"},
      {R"({"path":"/","port":-1})", "\"port\" must be a number from 0 to 65535"},
      {R"({"path":"/","port":80.5})", "\"port\" must be a number from 0 to 65535"},
      {R"({"path":"/","times":0})", "\"times\" must be a number from 1 to 10000000"},
      {R"({"path":"/","times":1.5})", "\"times\" must be a number from 1 to 10000000"},
      {R"({"path":"/","times":1e300})", "\"times\" must be a number from 1 to 10000000"},
      {R"({"path":"/","peer":"client"})", "\"peer\" must be an IP address, not \"client\""},
      {R"({"path":"/","peer":"192.0.2.7:80"})",
       "\"peer\" must be an IP address, not \"192.0.2.7:80\""},
      {R"({"path":"/","local":"192.0.2"})", "\"local\" must be an IP address, not \"192.0.2\""},
      {R"({"path":"/","scheme":"ftp"})", "\"scheme\" must be http or https"},
      {R"({"path":"/","gateway":"edge"})", "\"gateway\" must be \"namespace/name\""},
      {R"({"path":"/","protocol":"gprc"})",
       "\"protocol\" must be http, grpc, tls, tcp or udp: did you mean \"grpc\"?"},
      {R"({"path":"/","protocol":6})", "\"protocol\" must be http, grpc, tls, tcp or udp"},
      {R"({"path":"/","headers":"a: b"})", pairs},
      {R"({"path":"/","headers":[["a"]]})", pairs},
      {R"({"path":"/","headers":[["a",1]]})", pairs},
      {R"({"path":"/","headers":{"a":1}})", "header \"a\" must be a string"},
  };
  for (const auto& row : rows) EXPECT_EQ(Problem(row.line), row.problem) << row.line;
}

TEST(ParsedRequest, TakesEveryNumberWithoutFraction) {
  ParsedRequest parsed;
  ASSERT_EQ(parsed.Parse(R"({"path":"/","times":1e3,"port":80.0})"), "");
  EXPECT_EQ(parsed.times(), 1000u);
  EXPECT_EQ(parsed.request().port, 80);
}

TEST(ParsedRequest, AddressesMayBeAbsentOrOfEitherFamily) {
  ParsedRequest parsed;
  EXPECT_EQ(parsed.Parse(R"({"path":"/","peer":"","local":"2001:db8::1"})"), "");
  EXPECT_EQ(parsed.request().local, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"s);
}

TEST(ParsedRequest, BrokenJsonIsAnAnswerAndNotACrash) {
  EXPECT_EQ(Problem("GET /").substr(0, 10), "not JSON: ");
  EXPECT_EQ(Problem("").substr(0, 10), "not JSON: ");
  EXPECT_EQ(Problem(R"({"path":"/"} x)").substr(0, 10), "not JSON: ");
  EXPECT_EQ(Problem(std::string(1'000'000, '[')).substr(0, 10), "not JSON: ");
  EXPECT_EQ(Problem(std::string(5u << 20, ' ')), "a request of more than 4 MiB");
}

TEST(ParsedRequest, KeepsBytesThatTextsMayNotHave) {
  ParsedRequest parsed;
  ASSERT_EQ(parsed.Parse(R"({"path":"/a\u0000b","headers":[["x","\u0000"]]})"), "");
  EXPECT_EQ(parsed.request().path, std::string_view("/a\0b", 4));
  EXPECT_EQ(parsed.request().headers[0].value.size(), 1u);
}

}  // namespace
}  // namespace kgw
