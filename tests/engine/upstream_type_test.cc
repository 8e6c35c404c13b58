// Upstream types of the embedder, end to end: from the field in the text to the endpoint.

#include "kgw/upstream_type.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kgw/engine.h"
#include "texts.h"

namespace kgw {
namespace {

using Endpoints = std::vector<UpstreamEndpoint>;
using Answer = std::function<bool(const UpstreamObject&, UpstreamReporter*, Endpoints*)>;

// A type whose answer a test may change; keeps what it was asked.
class TestType : public UpstreamType {
 public:
  TestType(std::string field, Answer first) : answer(std::move(first)), field_(std::move(field)) {}

  std::string_view field() const override { return field_; }
  bool Resolve(const UpstreamObject& object, UpstreamReporter* reporter,
               Endpoints* endpoints) override {
    asked.push_back(std::string(object.namespace_) + "/" + std::string(object.name) + " " +
                    std::string(object.json));
    return answer(object, reporter, endpoints);
  }

  Answer answer;
  std::vector<std::string> asked;

 private:
  const std::string field_;
};

Answer Hostname(const std::string& hostname) {
  return [hostname](const UpstreamObject&, UpstreamReporter*, Endpoints* endpoints) {
    endpoints->push_back({.hostname = hostname, .port = 80});
    return true;
  };
}

Answer Returns(Endpoints all) {
  return [all](const UpstreamObject&, UpstreamReporter*, Endpoints* endpoints) {
    *endpoints = all;
    return true;
  };
}

Answer Reports(std::string pointer, Severity severity, std::string text) {
  return [=](const UpstreamObject&, UpstreamReporter* reporter, Endpoints* endpoints) {
    reporter->Report(pointer, severity, text);
    endpoints->push_back({.address = "10.0.0.9", .port = 80});
    return true;
  };
}

std::shared_ptr<TestType> MakeType(Answer answer, std::string field = "mine") {
  return std::make_shared<TestType>(std::move(field), std::move(answer));
}

Options With(std::vector<std::shared_ptr<UpstreamType>> types) {
  Options options;
  options.seed = 1;
  options.unix_seconds = [] { return 1'700'000'000; };
  options.upstream_types = std::move(types);
  return options;
}

// Six lines, of which the spec stands in the last ones.
std::string Upstream(const std::string& spec) {
  return "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata:\n  name: u\nspec:\n" + spec + "\n";
}

constexpr char kSpec[] = "  mine: {address: a}";

// What is said of Upstreams: "6:10 error UpstreamTypeFinding spec.mine.address: text", one a line.
std::string Findings(const Report& report) {
  std::string out;
  for (const Diagnostic& d : report.diagnostics) {
    if (d.kind != "Upstream") continue;
    if (!out.empty()) out += "\n";
    out += std::to_string(d.line) + ":" + std::to_string(d.column) +
           (d.severity == Severity::kError ? " error " : " warning ") + d.code + " " + d.field +
           ": " + d.message;
  }
  return out;
}

// An engine with a route for all paths to the Upstream "u".
class Serving {
 public:
  explicit Serving(std::vector<std::shared_ptr<UpstreamType>> types) : engine(With(types)) {
    engine.Apply("gateway.yaml", kGateway);
    engine.Apply("route.yaml", RouteText("r", "/", "u"));
  }
  explicit Serving(std::shared_ptr<UpstreamType> type)
      : Serving(std::vector<std::shared_ptr<UpstreamType>>{std::move(type)}) {}

  std::string Apply(const std::string& spec) {
    return Findings(engine.Apply("u.yaml", Upstream(spec)));
  }
  std::string Get() { return Ask(&engine, "/x"); }

  Engine engine;
};

TEST(UpstreamType, ServesFromTheTextToTheEndpoint) {
  const auto type = MakeType(Hostname("a.example"));
  Serving serving(type);
  EXPECT_EQ(serving.Apply("  mine:\n    address: a\n    ports: [80, '81']\n    on: yes"), "");
  EXPECT_EQ(serving.Get(), "a.example");
  EXPECT_EQ(type->asked,
            (std::vector<std::string>{R"(default/u {"address":"a","ports":[80,"81"],"on":true})"}))
      << "once, not for the check and the translation each";
}

TEST(UpstreamType, FillsAllOfAnEndpoint) {
  Serving serving(MakeType(Returns({{.address = "2001:db8::1",
                                     .port = 8443,
                                     .tls = true,
                                     .sni = "s.example",
                                     .verify = true}})));
  EXPECT_EQ(serving.Apply("  mine: {}\n  useHttp2: true"), "");
  const auto reader = serving.engine.NewReader();
  Decision d;
  reader->Route({.authority = "a.example", .path = "/"}, &d);
  EXPECT_EQ(d.cluster, "u_default");
  EXPECT_EQ(d.endpoint.address, "2001:db8::1");
  EXPECT_EQ(d.endpoint.port, 8443);
  EXPECT_EQ(d.transport.protocol, TransportProtocol::kHttp2);
  ASSERT_TRUE(d.transport.tls);
  EXPECT_EQ(d.transport.sni, "s.example");
  EXPECT_TRUE(d.transport.verify);
}

TEST(UpstreamType, GetsItsTlsFromTheSslConfigIfItAsksForNone) {
  Serving serving(MakeType(Hostname("a.example")));
  EXPECT_EQ(serving.Apply("  mine: {}\n  sslConfig: {sni: s.example}"), "");
  const auto reader = serving.engine.NewReader();
  Decision d;
  reader->Route({.authority = "a.example", .path = "/"}, &d);
  ASSERT_TRUE(d.transport.tls);
  EXPECT_EQ(d.transport.sni, "s.example");
  EXPECT_FALSE(d.transport.verify);
}

TEST(UpstreamType, TakesAnyJsonForItsField) {
  const auto type = MakeType(Hostname("a.example"));
  Serving serving(type);
  for (const char* spec : {"  mine: text", "  mine: 5", "  mine: [1, null]", "  mine: ''"}) {
    EXPECT_EQ(serving.Apply(spec), "");
  }
  EXPECT_EQ(type->asked, (std::vector<std::string>{"default/u \"text\"", "default/u 5",
                                                   "default/u [1,null]", "default/u \"\""}));
  EXPECT_EQ(serving.Apply("  mine: null"),
            "6:3 error InvalidUnion spec: exactly one of static, kube, aws, awsEc2, azure, consul, "
            "pipe, gcp, ai or mine is needed");
}

TEST(UpstreamType, IsAskedAgainWithEveryChange) {
  const auto type = MakeType(Hostname("one.example"));
  Serving serving(type);
  serving.Apply(kSpec);
  type->answer = Hostname("two.example");
  EXPECT_EQ(serving.Get(), "one.example");
  serving.engine.Apply("other.yaml", UpstreamText("other"));
  EXPECT_EQ(serving.Get(), "two.example");
  EXPECT_EQ(type->asked.size(), 2u);
}

TEST(UpstreamType, IsNotAskedByWhoeverLooksInside) {
  const auto type = MakeType(Hostname("one.example"));
  Serving serving(type);
  serving.Apply(kSpec);
  EXPECT_EQ(serving.engine.Objects("HTTPRoute").size(), 1u);
  EXPECT_EQ(serving.engine.Endpoints().size(), 1u);
  serving.engine.Explain({.authority = "a.example", .path = "/"});
  EXPECT_EQ(type->asked.size(), 1u);
  serving.engine.Apply(std::span<const Source>());
  EXPECT_EQ(type->asked.size(), 2u);
}

TEST(UpstreamType, HasItsFindingsAtTheirPlaces) {
  const auto type = MakeType(nullptr);
  Serving serving(type);
  const auto place = [&](std::string pointer) {
    type->answer = Reports(std::move(pointer), Severity::kError, "no good");
    return serving.Apply(
        "  mine:\n    address: a\n    hosts:\n    - {port: 1}\n    - {port: 2}\n"
        "    map: {a.b: x, c/d: y, '7': z}");
  };
  const std::string end = ": no good";
  EXPECT_EQ(place(""), "6:3 error UpstreamTypeFinding spec.mine" + end);
  EXPECT_EQ(place("/address"), "7:14 error UpstreamTypeFinding spec.mine.address" + end);
  EXPECT_EQ(place("/hosts/1/port"),
            "10:14 error UpstreamTypeFinding spec.mine.hosts[1].port" + end);
  EXPECT_EQ(place("/map/a.b"), "11:16 error UpstreamTypeFinding spec.mine.map[a.b]" + end);
  EXPECT_EQ(place("/map/c~1d"), "11:24 error UpstreamTypeFinding spec.mine.map.c/d" + end);
  EXPECT_EQ(place("/map/7"), "11:32 error UpstreamTypeFinding spec.mine.map[7]" + end);
  EXPECT_EQ(place("/hosts/5/port"), "8:5 error UpstreamTypeFinding spec.mine.hosts[5].port" + end)
      << "what is missing stands at its nearest ancestor";
  EXPECT_EQ(place("address"), "6:3 error UpstreamTypeFinding spec.mine" + end) << "no pointer";
  EXPECT_EQ(place("/a~"), "6:3 error UpstreamTypeFinding spec.mine.a~" + end);
}

TEST(UpstreamType, CannotBreakTheFindingsWithItsTexts) {
  const auto type = MakeType(Reports("/a\n\x1b[31m", Severity::kError, "two\nlines\0of it"));
  Serving serving(type);
  EXPECT_EQ(serving.Apply(kSpec), "6:3 error UpstreamTypeFinding spec.mine[a??[31m]: two?lines");
  type->answer =
      Reports("/" + std::string(100'000, 'x'), Severity::kError, std::string(100'000, 'y'));
  EXPECT_LT(serving.Apply(kSpec).size(), 800u);
  type->answer = Reports("", Severity::kError, "");
  EXPECT_EQ(serving.Apply(kSpec), "6:3 error UpstreamTypeFinding spec.mine: no reason is given");
}

TEST(UpstreamType, KeepsTheLastGoodFormOfWhatItRejects) {
  const auto type = MakeType([](const UpstreamObject& object, auto reporter, auto endpoints) {
    if (object.json == R"({"address":"b"})") {
      reporter->Report("/address", Severity::kError, "b is no address");
    }
    endpoints->push_back({.hostname = "good.example", .port = 80});
    return true;
  });
  Serving serving(type);
  EXPECT_EQ(serving.Apply(kSpec), "");
  EXPECT_EQ(serving.Apply("  mine: {address: b}"),
            "6:19 error UpstreamTypeFinding spec.mine.address: b is no address");
  EXPECT_EQ(serving.Get(), "good.example");
  EXPECT_EQ(type->asked.back(), R"(default/u {"address":"a"})") << "the form in effect";
}

TEST(UpstreamType, RejectsOnlyForErrors) {
  const auto type = MakeType(Reports("/address", Severity::kWarning, "an old spelling"));
  Serving serving(type);
  EXPECT_EQ(serving.Apply(kSpec),
            "6:19 warning UpstreamTypeFinding spec.mine.address: an old spelling");
  EXPECT_EQ(serving.Get(), "10.0.0.9");
}

TEST(UpstreamType, NeverThrowsThroughTheLibrary) {
  const auto type = MakeType([](const UpstreamObject&, UpstreamReporter*, Endpoints* endpoints) {
    endpoints->push_back({.address = "10.0.0.1", .port = 80});
    throw std::runtime_error("the registry\nis away");
    return true;
  });
  Serving serving(type);
  EXPECT_EQ(
      serving.Apply(kSpec),
      "6:3 error UpstreamTypeFailed spec.mine: the Upstream type mine failed: the registry?is "
      "away");
  EXPECT_EQ(serving.Get(), "500 BackendNotFound");
  type->answer = [](const UpstreamObject&, UpstreamReporter*, Endpoints*) -> bool { throw 5; };
  EXPECT_EQ(serving.Apply(kSpec),
            "6:3 error UpstreamTypeFailed spec.mine: the Upstream type mine failed: it threw what "
            "is no std::exception");
}

TEST(UpstreamType, KeepsWhatItSaidLastWhenItFailsLater) {
  const auto type = MakeType(Hostname("good.example"));
  Serving serving(type);
  serving.Apply(kSpec);
  const auto fails = [&](Answer answer, const std::string& code) {
    type->answer = std::move(answer);
    const std::string findings = Findings(serving.engine.Apply("other.yaml", ""));
    EXPECT_EQ(findings.rfind("6:3 error " + code + " spec.mine: ", 0), 0u) << findings;
    EXPECT_TRUE(findings.ends_with("; what the type said last stays in effect")) << findings;
    EXPECT_EQ(serving.Get(), "good.example") << code;
  };
  fails([](auto&&...) -> bool { throw std::runtime_error("away"); }, "UpstreamTypeFailed");
  fails(Reports("", Severity::kError, "away"), "UpstreamTypeFinding");
  fails(Returns({{.address = "10.0.0.1"}}), "InvalidEndpoint");
  type->answer = Hostname("better.example");
  EXPECT_EQ(Findings(serving.engine.Apply("other.yaml", "")), "");
  EXPECT_EQ(serving.Get(), "better.example");
}

TEST(UpstreamType, TellsNothingThereFromNoEndpoints) {
  const auto type = MakeType([](auto&&...) { return true; });
  Serving serving(type);
  EXPECT_EQ(serving.Apply(kSpec), "");
  EXPECT_EQ(serving.Get(), "503 NoEndpoints");
  type->answer = [](auto&&...) { return false; };
  EXPECT_EQ(serving.Apply(kSpec),
            "6:3 warning BackendNotFound spec.mine: the Upstream type mine says that there is no "
            "such thing");
  EXPECT_EQ(serving.Get(), "500 BackendNotFound");
}

TEST(UpstreamType, ReturnsEndpointsThatAreSome) {
  const auto says = [](UpstreamEndpoint endpoint) {
    Serving serving(MakeType(Returns({{.address = "10.0.0.1", .port = 80}, std::move(endpoint)})));
    const std::string findings = serving.Apply(kSpec);
    const std::string start =
        "6:3 error InvalidEndpoint spec.mine: endpoint 1 of the Upstream type mine is invalid: ";
    return findings.rfind(start, 0) == 0 ? findings.substr(start.size()) : findings;
  };
  EXPECT_EQ(says({.address = "2001:db8::1", .port = 65535, .weight = 4294967295}), "");
  EXPECT_EQ(says({.hostname = "A_b-c.example", .port = 1}), "");
  EXPECT_EQ(says({.port = 80}), "it has neither an address nor a hostname");
  EXPECT_EQ(says({.address = "10.0.0.1", .hostname = "a.example", .port = 80}),
            "it has both an address and a hostname");
  EXPECT_EQ(says({.address = "10.0.0.256", .port = 80}), "\"10.0.0.256\" is not an IP address");
  EXPECT_EQ(says({.address = "[::1]", .port = 80}), "\"[::1]\" is not an IP address");
  EXPECT_EQ(says({.address = std::string("1.2.3.4\0", 8), .port = 80}),
            "\"1.2.3.4?\" is not an IP address");
  EXPECT_EQ(says({.hostname = "a b\r\nx: y", .port = 80}), "\"a b??x: y\" is not a hostname");
  EXPECT_EQ(says({.hostname = "10.0.0.1", .port = 80}), "\"10.0.0.1\" is not a hostname");
  EXPECT_NE(says({.hostname = std::string(254, 'a'), .port = 80}), "");
  EXPECT_EQ(says({.address = "10.0.0.1"}), "its port is 0");
  EXPECT_EQ(says({.address = "10.0.0.1", .port = 80, .weight = 0}),
            "its weight is 0, expected at least 1");
  EXPECT_EQ(says({.address = "10.0.0.1", .port = 80, .tls = true, .sni = "a\nb"}),
            "its SNI \"a?b\" is not a hostname");
}

TEST(UpstreamType, IsTheOnlyOneOfAnUpstream) {
  Serving serving({MakeType(Hostname("a.example")), MakeType(Hostname("b.example"), "theirs")});
  EXPECT_EQ(serving.Apply("  mine: {}\n  static: {hosts: [{addr: a.test, port: 80}]}"),
            "7:3 error InvalidUnion spec: only one of mine and static may be set");
  EXPECT_EQ(serving.Apply("  theirs: {}\n  useHttp2: true\n  mine: {}"),
            "8:3 error InvalidUnion spec: only one of theirs and mine may be set");
  EXPECT_EQ(serving.Get(), "500 BackendNotFound");
  EXPECT_EQ(serving.Apply("  theirs: {}"), "");
  EXPECT_EQ(serving.Get(), "b.example");
}

TEST(UpstreamType, BelongsToItsEngine) {
  Serving mine(MakeType(Hostname("a.example"))), theirs(MakeType(Hostname("b.example"), "theirs"));
  EXPECT_EQ(mine.Apply("  mine: {}"), "");
  EXPECT_EQ(mine.Get(), "a.example");
  EXPECT_EQ(theirs.Apply("  theirs: {}"), "");
  EXPECT_EQ(theirs.Get(), "b.example");
  const std::string findings = theirs.Apply("  mine: {}");
  EXPECT_NE(findings.find("UnknownField spec.mine"), std::string::npos) << findings;
  EXPECT_NE(findings.find("InvalidUnion spec"), std::string::npos) << findings;
}

TEST(UpstreamType, IsTheNearestWordOfAMisspeltField) {
  Engine engine(With({MakeType(Hostname("a.example"), "registry")}));
  const Report report = engine.Apply("u.yaml", Upstream("  registri: {}"));
  ASSERT_FALSE(report.diagnostics.empty());
  EXPECT_EQ(report.diagnostics[0].suggestion, "registry");
}

TEST(UpstreamType, MayActOnATypeThatKgwKnowsButDoesNotActOn) {
  const auto type = MakeType(Hostname("c.example"), "consul");
  Serving serving(type);
  EXPECT_EQ(serving.Apply("  consul: {serviceName: a}"), "");
  EXPECT_EQ(serving.Get(), "c.example");
  EXPECT_EQ(type->asked, (std::vector<std::string>{R"(default/u {"serviceName":"a"})"}));
}

TEST(UpstreamType, IsShownAndAppliedAgain) {
  const auto type = MakeType(Hostname("a.example"));
  Serving serving(type);
  serving.Apply(
      "  mine:\n    text: 'yes'\n    list: [{a: 1.5}, []]\n    none: null\n"
      "  useHttp2: true");
  const auto objects = serving.engine.Objects("Upstream");
  ASSERT_EQ(objects.size(), 1u);
  EXPECT_NE(
      objects[0].json.find(
          R"("spec":{"useHttp2":true,"mine":{"text":"yes","list":[{"a":1.5},[]],"none":null}})"),
      std::string::npos)
      << objects[0].json;
  EXPECT_EQ(Findings(serving.engine.Apply("u.yaml", objects[0].yaml)), "") << objects[0].yaml;
  ASSERT_EQ(type->asked.size(), 2u);
  EXPECT_EQ(type->asked[0], type->asked[1]);
  EXPECT_EQ(serving.engine.Objects("Upstream")[0].json, objects[0].json);
}

TEST(UpstreamType, MayNotCallItsEngine) {
  Engine* engine = nullptr;
  const auto type = MakeType([&](const UpstreamObject&, UpstreamReporter*, Endpoints*) {
    engine->Apply("u.yaml", Upstream("  mine: {again: true}"));
    return true;
  });
  Serving serving(type);
  engine = &serving.engine;
  const std::string failed =
      "6:3 error UpstreamTypeFailed spec.mine: the Upstream type mine failed: a callback called "
      "back "
      "into the engine that called it";
  EXPECT_EQ(serving.Apply(kSpec), failed);
  type->answer = Hostname("a.example");
  EXPECT_EQ(serving.Apply(kSpec), "");
  type->answer = [&](auto&&...) { return engine->Objects("Upstream").empty(); };
  EXPECT_EQ(Findings(serving.engine.Apply("other.yaml", "")),
            failed + "; what the type said last stays in effect");
  EXPECT_EQ(serving.Get(), "a.example");
}

TEST(UpstreamTypes, MustHaveFieldsOfTheirOwn) {
  const auto problem = [](std::vector<std::shared_ptr<UpstreamType>> types) {
    try {
      Engine engine(With(std::move(types)));
    } catch (const std::invalid_argument& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const auto field = [&](std::string name) {
    return problem({MakeType(nullptr, std::move(name))});
  };
  const std::string camel =
      "a field is written in lowerCamelCase: letters and digits, the first a small letter";
  EXPECT_EQ(field("mine2U"), "");
  EXPECT_EQ(field(""),
            "Options::upstream_types[0] cannot have the field \"\": a type needs a field");
  for (const char* name : {"Mine", "my-type", "my.type", "2mine", "m\n"}) {
    EXPECT_NE(field(name).find(camel), std::string::npos) << name;
  }
  EXPECT_EQ(field("static"),
            "Options::upstream_types[0] cannot have the field \"static\": that is a built-in type");
  EXPECT_EQ(field("kube"),
            "Options::upstream_types[0] cannot have the field \"kube\": that is a built-in type");
  EXPECT_EQ(
      field("sslConfig"),
      "Options::upstream_types[0] cannot have the field \"sslConfig\": that is a field of all "
      "Upstreams");
  EXPECT_EQ(problem({MakeType(nullptr), MakeType(nullptr)}),
            "Options::upstream_types[1] cannot have the field \"mine\": another type has it");
  EXPECT_EQ(problem({MakeType(nullptr), nullptr}), "Options::upstream_types[1] is null");
}

}  // namespace
}  // namespace kgw
