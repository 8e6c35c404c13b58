#include "config/decoder.h"

#include <gtest/gtest.h>

#include <string>

#include "config/loaded.h"
#include "config/write.h"

namespace kgw::config {
namespace {

std::string Json(const Decoded& decoded) {
  std::string out;
  WriteJson(Encode(*decoded.message, *decoded.resource.key.kind->message), &out);
  return out;
}

// The findings of a document whose every line after the first ones is `body`.
Texts Findings(std::string_view kind, std::string_view body) {
  return Lines(DecodeText(base::Cat("kind: ", kind, "\nmetadata: {name: x}\n", body))->findings);
}

std::string OnlyMessage(std::string_view kind, std::string_view body) {
  const auto decoded = DecodeText(base::Cat("kind: ", kind, "\nmetadata: {name: x}\n", body));
  return decoded->findings.size() == 1 ? decoded->findings[0].message
                                       : std::to_string(decoded->findings.size()) + " findings";
}

TEST(Decoder, MissesARequiredFieldAtTheObjectThatLacksIt) {
  EXPECT_EQ(Findings("Gateway",
                     "spec:\n  gatewayClassName: c\n  listeners:\n  - name: a\n"
                     "    port: 80\n"),
            (Texts{"6:5 error MissingField spec.listeners[0].protocol"}));
  EXPECT_EQ(Findings("Gateway", ""), (Texts{"1:1 error MissingField spec"}));
  EXPECT_EQ(Findings("Gateway", "spec:\n  gatewayClassName: c\n"),
            (Texts{"4:3 error MissingField spec.listeners"}));
}

TEST(Decoder, FillsInWhatIsAbsent) {
  const auto route = DecodeText("kind: HTTPRoute\nmetadata: {name: x}\nspec: {}\n");
  EXPECT_EQ(route->findings.size(), 0u);
  EXPECT_EQ(Json(*route), R"({"kind":"HTTPRoute","metadata":{"name":"x"},"spec":{"rules":[)"
                          R"({"matches":[{"path":{"type":"PathPrefix","value":"/"}}]}]}})");
}

TEST(Decoder, FillsInsideWhatIsThere) {
  const auto route = DecodeText(
      "kind: HTTPRoute\nmetadata: {name: x}\n"
      "spec: {rules: [{matches: [{headers: [{name: a, value: b}]}], backendRefs: [{name: s}]}]}\n");
  EXPECT_EQ(Json(*route),
            R"({"kind":"HTTPRoute","metadata":{"name":"x"},"spec":{"rules":[{"matches":[)"
            R"({"path":{"type":"PathPrefix","value":"/"},"headers":[{"type":"Exact","name":"a",)"
            R"("value":"b"}]}],"backendRefs":[{"group":"","kind":"Service","name":"s",)"
            R"("weight":1}]}]}})");
}

TEST(Decoder, TellsAnEmptyListFromAnAbsentOne) {
  const auto absent =
      DecodeText("kind: HTTPRoute\nmetadata: {name: x}\nspec: {rules: [{name: a}]}\n");
  EXPECT_TRUE(Has(Json(*absent), R"("matches":[{"path")"));
  const auto empty =
      DecodeText("kind: HTTPRoute\nmetadata: {name: x}\nspec: {rules: [{name: a, matches: []}]}\n");
  EXPECT_EQ(empty->findings.size(), 0u);
  EXPECT_TRUE(Has(Json(*empty), R"("matches":[])"));
  EXPECT_EQ(Findings("HTTPRoute", "spec:\n  rules: []\n"), (Texts{"4:10 error TooFew spec.rules"}));
}

TEST(Decoder, TakesNullForAbsent) {
  const auto route = DecodeText(
      "kind: HTTPRoute\nmetadata: {name: x, labels: null, creationTimestamp: null}\n"
      "spec: {hostnames: ~, rules: [{matches: null, backendRefs: }]}\n");
  EXPECT_EQ(route->findings.size(), 0u);
  EXPECT_TRUE(Has(Json(*route), R"("rules":[{"matches":[{"path")"));
  EXPECT_EQ(Findings("HTTPRoute", "spec:\n  hostnames: [a.test, null]\n"),
            (Texts{"4:23 error InvalidType spec.hostnames[1]"}));
  EXPECT_EQ(Findings("Gateway", "spec: null\n"), (Texts{"1:1 error MissingField spec"}));
}

TEST(Decoder, HoldsNumbersToTheirBounds) {
  const auto port = [](std::string_view value) {
    return OnlyMessage("Service", base::Cat("spec:\n  ports:\n  - {port: ", value, "}\n"));
  };
  EXPECT_EQ(port("0"), "0 is out of range, expected 1 to 65535");
  EXPECT_EQ(port("65536"), "65536 is out of range, expected 1 to 65535");
  EXPECT_EQ(port("1"), "0 findings");
  EXPECT_EQ(port("65535"), "0 findings");
  EXPECT_EQ(Findings("Service", "spec:\n  ports:\n  - {port: 70000}\n"),
            (Texts{"5:12 error OutOfRange spec.ports[0].port"}));
  const auto node_port = [](std::string_view value) {
    return OnlyMessage("Service", base::Cat("spec: {ports: [{port: 1, nodePort: ", value, "}]}\n"));
  };
  EXPECT_EQ(node_port("3000000000"), "3000000000 is out of range, expected at most 2147483647");
  EXPECT_EQ(node_port("-3000000000"), "-3000000000 is out of range, expected at least -2147483648");
  EXPECT_TRUE(Has(node_port("99999999999999999999"), "expected a whole number"));
  const auto weight = [](std::string_view value) {
    return OnlyMessage(
        "Upstream", base::Cat("spec: {static: {hosts: [{loadBalancingWeight: ", value, "}]}}\n"));
  };
  EXPECT_EQ(weight("0"), "0 is out of range, expected at least 1");
  EXPECT_EQ(weight("4294967295"), "0 findings");
  EXPECT_EQ(weight("4294967296"), "4294967296 is out of range, expected at most 4294967295");
}

TEST(Decoder, CountsCharactersNotBytes) {
  std::string value;
  for (int i = 0; i < 1024; ++i) value += "\xC3\xA9";
  const auto query = [](const std::string& text) {
    return OnlyMessage("HTTPRoute", base::Cat("spec: {rules: [{matches: [{queryParams: [{name: a, "
                                              "value: \"",
                                              text, "\"}]}]}]}\n"));
  };
  EXPECT_EQ(query(value), "0 findings");
  EXPECT_EQ(query(value + "e"), "at most 1024 characters are allowed, found 1025");
  EXPECT_EQ(query(""), "must not be empty");
}

TEST(Decoder, CountsListItems) {
  std::string hostnames = "spec:\n  hostnames:\n";
  for (int i = 0; i < 17; ++i) hostnames += base::Cat("  - h", std::to_string(i), ".test\n");
  EXPECT_EQ(Findings("HTTPRoute", hostnames), (Texts{"5:3 error TooMany spec.hostnames"}));
  EXPECT_EQ(OnlyMessage("HTTPRoute", hostnames), "at most 16 are allowed, found 17");
  EXPECT_EQ(OnlyMessage("ReferenceGrant", "spec: {from: [], to: [{group: \"\", kind: Service}]}\n"),
            "needs at least 1, found 0");
}

TEST(Decoder, SaysInWordsWhatAPatternExpects) {
  EXPECT_EQ(OnlyMessage("HTTPRoute", "spec: {hostnames: [Shop.test]}\n"),
            "\"Shop.test\" is not valid, expected a lower-case hostname, with or without a "
            "leading *.");
  EXPECT_EQ(Findings("HTTPRoute", "spec:\n  hostnames:\n  - ok.test\n  - a_b.test\n"),
            (Texts{"6:5 error InvalidFormat spec.hostnames[1]"}));
}

TEST(Decoder, SuggestsTheNearestWordOfAClosedList) {
  const auto route = DecodeText(
      "kind: HTTPRoute\nmetadata: {name: x}\nspec:\n  rules:\n  - name: good\n"
      "  - matches:\n    - path: {type: PathPrefx, value: /}\n");
  EXPECT_EQ(Lines(route->findings),
            (Texts{"7:20 error UnknownValue spec.rules[1].matches[0].path.type (did you "
                   "mean PathPrefix)"}));
  EXPECT_EQ(route->findings[0].message,
            "\"PathPrefx\" is unknown, expected Exact, PathPrefix or RegularExpression");
  EXPECT_FALSE(route->rejected) << "only the rule is spoiled";
  ASSERT_EQ(route->invalid_units.size(), 1u);
  EXPECT_EQ(route->invalid_units[0].path, "spec.rules[1]");
}

TEST(Decoder, RejectsTheObjectForAnUnknownWordOutsideAnyUnit) {
  EXPECT_TRUE(
      DecodeText("kind: Gateway\nmetadata: {name: x}\nspec:\n  gatewayClassName: c\n"
                 "  defaultScope: Every\n  listeners: [{name: a, port: 1, protocol: HTTP}]\n")
          ->rejected);
  const auto service =
      DecodeText("kind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 1, protocol: tcp}]}\n");
  EXPECT_TRUE(service->rejected) << "its kind keeps no part of a broken object";
  EXPECT_EQ(service->findings.at(0).suggestion, "TCP");
}

TEST(Decoder, KnowsTheClosedListOfANumber) {
  EXPECT_TRUE(HasOnly(Findings("HTTPRoute",
                               "spec: {rules: [{filters: [{type: RequestRedirect,\n"
                               "  requestRedirect: {statusCode: 305}}]}]}\n"),
                      "4:33 error UnknownValue "
                      "spec.rules[0].filters[0].requestRedirect.statusCode"));
}

TEST(Decoder, RefusesTwoItemsWithOneKey) {
  EXPECT_EQ(Findings("Gateway",
                     "spec:\n  gatewayClassName: c\n  listeners:\n"
                     "  - {name: a, port: 1, protocol: HTTP}\n"
                     "  - {name: b, port: 2, protocol: HTTP}\n"
                     "  - {name: a, port: 3, protocol: HTTP}\n"),
            (Texts{"8:5 error DuplicateItem spec.listeners[2]"}));
}

TEST(Decoder, ComparesKeysWithDefaultsFilledIn) {
  EXPECT_EQ(Findings("Service",
                     "spec:\n  ports:\n  - {port: 80}\n"
                     "  - {port: 80, protocol: TCP, name: again}\n"),
            (Texts{"6:5 error DuplicateItem spec.ports[1]"}));
  EXPECT_EQ(Findings("Service",
                     "spec:\n  ports:\n  - {port: 80, protocol: null}\n"
                     "  - {port: 80, protocol: TCP, name: again}\n"),
            (Texts{"6:5 error DuplicateItem spec.ports[1]"}));
  EXPECT_EQ(Findings("Service", "spec: {ports: [{port: 80}, {port: 80, protocol: UDP}]}\n").size(),
            0u);
}

TEST(Decoder, LooksForNoDuplicatesAmongItemsWithoutAKey) {
  EXPECT_EQ(Findings("Service", "spec:\n  ports:\n  - {name: a}\n  - {name: b}\n"),
            (Texts{"5:5 error MissingField spec.ports[0].port",
                   "6:5 error MissingField spec.ports[1].port"}));
  EXPECT_EQ(Findings("Service", "spec:\n  ports:\n  - 80\n  - 81\n"),
            (Texts{"5:5 error InvalidType spec.ports[0]", "6:5 error InvalidType spec.ports[1]"}));
}

TEST(Decoder, RefusesAnItemTwiceInASet) {
  const auto remove = [](std::string_view names) {
    return Findings("HTTPRoute",
                    base::Cat("spec: {rules: [{filters: [{type: RequestHeaderModifier,\n"
                              "  requestHeaderModifier: {remove: ",
                              names, "}}]}]}\n"));
  };
  EXPECT_EQ(remove("[a, b, a]"),
            (Texts{"4:42 error DuplicateItem "
                   "spec.rules[0].filters[0].requestHeaderModifier.remove[2]"}));
  EXPECT_EQ(remove("[a, A]").size(), 0u) << "as the API server compares";
}

TEST(Decoder, HoldsAUnionToItsWord) {
  const auto filter = [](std::string_view text) {
    return Findings("HTTPRoute", base::Cat("spec:\n  rules:\n  - filters:\n    - ", text, "\n"));
  };
  EXPECT_EQ(filter("{type: URLRewrite, urlRewrite: {hostname: a.test}}").size(), 0u);
  EXPECT_EQ(filter("{type: URLRewrite}"),
            (Texts{"6:7 error InvalidUnion spec.rules[0].filters[0]"}));
  EXPECT_EQ(filter("{type: URLRewrite, urlRewrite: {}, cors: {}}"),
            (Texts{"6:48 error InvalidUnion spec.rules[0].filters[0]"}));
  EXPECT_EQ(filter("{type: URLRewrite, urlRewrite: {}, cors: null}").size(), 0u);
  EXPECT_EQ(filter("{type: UrlRewriting, urlRewrite: {}}"),
            (Texts{"6:14 error UnknownValue spec.rules[0].filters[0].type (did you mean "
                   "URLRewrite)"}))
      << "with an unknown word nothing is known about the payload";
}

TEST(Decoder, WarnsOnceWhereAFieldIsNotActedOn) {
  EXPECT_EQ(Findings("Upstream",
                     "spec:\n  static: {hosts: [{addr: a.test, port: 80}]}\n"
                     "  outlierDetection:\n    interval: 10s\n"),
            (Texts{"5:3 warning NotActedOn spec.outlierDetection"}));
}

TEST(Decoder, TakesAFieldNearAKnownOneForASlip) {
  const auto route = DecodeText(
      "kind: HTTPRoute\nmetadata: {name: x}\nspec:\n  hostname: [a.test]\n  rules: []\n");
  EXPECT_EQ(Line(route->findings.at(0)),
            "4:3 error UnknownField spec.hostname (did you mean hostnames)");
  EXPECT_FALSE(
      DecodeText("kind: HTTPRoute\nmetadata: {name: x}\nspec: {hostname: [a]}\n")->rejected)
      << "an API server would prune the field";
}

TEST(Decoder, PrunesAForeignFieldWithAWarning) {
  const auto route =
      DecodeText("kind: HTTPRoute\nmetadata: {name: x}\nspec:\n  zzzzzzzzz: {a: 1}\n");
  EXPECT_EQ(Lines(route->findings), (Texts{"4:3 warning UnknownField spec.zzzzzzzzz"}));
  EXPECT_FALSE(Has(Json(*route), "zzz"));
}

TEST(Decoder, ReadsIntOrString) {
  const auto service = DecodeText(
      "kind: Service\nmetadata: {name: x}\nspec:\n  ports:\n  - {port: 1, targetPort: 8080}\n"
      "  - {port: 2, targetPort: web}\n  - {port: 3, targetPort: \"8080\"}\n");
  EXPECT_EQ(service->findings.size(), 0u);
  EXPECT_TRUE(Has(Json(*service), R"("port":1,"targetPort":8080)"));
  EXPECT_TRUE(Has(Json(*service), R"("port":2,"targetPort":"web")"));
  EXPECT_TRUE(Has(Json(*service), R"("port":3,"targetPort":"8080")"));
  EXPECT_EQ(Findings("Service", "spec:\n  ports: [{port: 1, targetPort: [80]}]\n"),
            (Texts{"4:33 error InvalidType spec.ports[0].targetPort"}));
  EXPECT_EQ(Findings("Service", "spec:\n  ports: [{port: 1, targetPort: 1.5}]\n"),
            (Texts{"4:33 error InvalidType spec.ports[0].targetPort"}));
}

TEST(Decoder, KeepsAFreeFormSubtreeAsItIs) {
  const auto upstream = DecodeText(
      "kind: Upstream\nmetadata: {name: x}\nspec:\n"
      "  ai: {openai: {model: eu, n: 1, list: [true, null, \"yes\"], deep: {}}}\n");
  EXPECT_EQ(upstream->findings.size(), 0u);
  EXPECT_TRUE(
      Has(Json(*upstream), R"("openai":{"model":"eu","n":1,"list":[true,null,"yes"],"deep":{}})"));
}

TEST(Decoder, ReadsGatewayDurations) {
  const auto timeout = [](std::string_view text) {
    return Findings("HTTPRoute",
                    base::Cat("spec:\n  rules:\n  - timeouts: {request: ", text, "}\n"));
  };
  for (const char* good : {"10s", "1h30m", "500ms", "0s", "1h2m3s4ms"}) {
    EXPECT_EQ(timeout(good).size(), 0u) << good;
  }
  for (const char* bad : {"1.5s", "-1s", "10", "\"\"", "1d", "100us", "123456s"}) {
    EXPECT_TRUE(HasOnly(timeout(bad), "5:25 error ")) << bad;
  }
}

TEST(Decoder, ReadsGoDurations) {
  const auto timeout = [](std::string_view text) {
    return Findings("RouteOption", base::Cat("spec:\n  options: {timeout: ", text, "}\n"));
  };
  for (const char* good : {"1.5s", "1m30s", "250ms", "0s", "1.5h"}) {
    EXPECT_EQ(timeout(good).size(), 0u) << good;
  }
  for (const char* bad : {"-1s", "10", "1d", "[1s]"}) {
    EXPECT_TRUE(HasOnly(timeout(bad), "4:22 error ")) << bad;
  }
}

TEST(Decoder, ReadsMapsOfTexts) {
  const auto object =
      DecodeText("kind: Namespace\nmetadata:\n  name: x\n  labels: {b: \"2\", a.b/c: one}\n");
  EXPECT_EQ(object->findings.size(), 0u);
  EXPECT_TRUE(Has(Json(*object), R"("labels":{"a.b/c":"one","b":"2"})")) << "sorted";
  EXPECT_EQ(
      Lines(DecodeText("kind: Namespace\nmetadata:\n  name: x\n  labels: {on: 1}\n")->findings),
      (Texts{"4:16 error InvalidType metadata.labels[on]"}));
  EXPECT_EQ(Lines(DecodeText("kind: Namespace\nmetadata:\n  name: x\n  labels: [a]\n")->findings),
            (Texts{"4:11 error InvalidType metadata.labels"}));
  std::string labels =
      "spec: {gatewayClassName: c, listeners: [{name: a, port: 1, protocol: HTTP}], "
      "infrastructure: {labels: {";
  for (int i = 0; i < 9; ++i) labels += base::Cat("a.test/", std::to_string(i), ": v, ");
  EXPECT_TRUE(HasOnly(Findings("Gateway", labels + "}}}\n"), "TooMany spec.infrastructure.labels"));
}

TEST(Decoder, ReadsBytesFromBase64) {
  const auto secret = DecodeText("kind: Secret\nmetadata: {name: x}\ndata: {a: aGkA/w==}\n");
  EXPECT_EQ(secret->findings.size(), 0u);
  EXPECT_TRUE(Has(Json(*secret), R"("data":{"a":"aGkA/w=="})"));
  EXPECT_EQ(Findings("Secret", "data:\n  a: \"not base64!\"\n"),
            (Texts{"4:6 error InvalidFormat data[a]"}));
}

TEST(Decoder, NeverRepeatsWhatASecretHolds) {
  for (const char* body : {"data: {a: \"h%dden\"}\n", "data: {a: 48151623}\n",
                           "stringData: {a: 48151623}\n", "stringData: {a: [h%dden]}\n"}) {
    const std::string message = OnlyMessage("Secret", body);
    EXPECT_FALSE(Has(message, "h%dden") || Has(message, "48151623")) << message;
  }
}

TEST(Decoder, SaysHowToWriteAWordThatYamlTakesForSomethingElse) {
  const auto value = [](std::string_view text) {
    return OnlyMessage("HTTPRoute", base::Cat("spec: {rules: [{matches: [{headers: [{name: a, "
                                              "value: ",
                                              text, "}]}]}]}\n"));
  };
  EXPECT_EQ(value("yes"), "expected a text, found the boolean yes: write \"yes\" in quotes");
  EXPECT_EQ(value("012"), "expected a text, found the number 012: write \"012\" in quotes");
  EXPECT_EQ(value("1e3"), "expected a text, found the number 1e3: write \"1e3\" in quotes");
  EXPECT_EQ(value("\"yes\""), "0 findings");
}

TEST(Decoder, NamesTheTypeThatItFoundAndItsPlace) {
  EXPECT_EQ(OnlyMessage("HTTPRoute", "spec: [a]\n"),
            "expected an object with fields, found a list");
  EXPECT_EQ(OnlyMessage("HTTPRoute", "spec: {hostnames: a.test}\n"),
            "expected a list, found the text \"a.test\"");
  EXPECT_EQ(OnlyMessage("HTTPRoute", "spec: {hostnames: [{a: b}]}\n"),
            "expected a text, found an object");
  EXPECT_EQ(OnlyMessage("Service", "spec: {publishNotReadyAddresses: \"true\"}\n"),
            "expected true or false, found the text \"true\": write it without quotes");
  EXPECT_EQ(OnlyMessage("Service", "spec: {publishNotReadyAddresses: \"no way\"}\n"),
            "expected true or false, found the text \"no way\"");
  EXPECT_EQ(Findings("Service", "spec:\n  publishNotReadyAddresses:\n    - 1\n"),
            (Texts{"5:5 error InvalidType spec.publishNotReadyAddresses"}));
  const auto port =
      DecodeText("kind: Service\nmetadata: {name: x}\nspec: {ports: [{port: \"80\"}]}\n");
  EXPECT_EQ(Line(port->findings.at(0)), "3:23 error InvalidType spec.ports[0].port");
  EXPECT_EQ(port->findings.at(0).message,
            "expected a whole number, found the text \"80\": write it without quotes");
  EXPECT_EQ(OnlyMessage("Service", "spec: {ports: [{port: http}]}\n"),
            "expected a whole number, found the text \"http\"");
}

TEST(Decoder, CutsLongTextsBetweenCharacters) {
  std::string text = "x";  // the 40th byte is the first half of a character
  for (int i = 0; i < 50; ++i) text += "\xC3\xA9";
  const std::string shown = text.substr(0, 39) + "...\"";
  EXPECT_EQ(OnlyMessage("HTTPRoute", base::Cat("spec: {hostnames: ", text, "}\n")),
            base::Cat("expected a list, found the text \"", shown));
  EXPECT_TRUE(
      Has(OnlyMessage("HTTPRoute", base::Cat("spec: {rules: [{filters: [{type: ", text, "}]}]}\n")),
          base::Cat("\"", shown, " is unknown")));
}

TEST(Decoder, RejectsNothingForWhatStandsInAStatus) {
  const auto route = DecodeText(
      "kind: HTTPRoute\nmetadata: {name: x}\nspec: {}\nstatus:\n  parents: [{parentRef: {name: 1}, "
      "controllerName: c}]\n  unknown: 1\n");
  EXPECT_FALSE(route->rejected);
  EXPECT_EQ(Lines(route->findings),
            (Texts{"5:32 warning InvalidType status.parents[0].parentRef.name"}));
}

TEST(Decoder, NeverCrashesOnATreeOfTheWrongShape) {
  for (const char* text : {"1", "[1]", "{}", "{a: {}}", "[[[]]]", "null", "\"\""}) {
    for (const auto& kind : Schema::Get().kinds()) {
      for (const FieldInfo& field : kind->message->fields) {
        DecodeText(base::Cat("kind: ", kind->name, "\n", field.name == "kind" ? "x" : field.name,
                             ": ", text, "\n"));
      }
    }
  }
}

// An Upstream whose registry has further fields.
std::unique_ptr<Decoded> DecodeExtra(std::string_view spec, const Texts& extra_fields) {
  const std::string text = base::Cat("kind: Upstream\nmetadata: {name: x}\nspec:\n", spec);
  return DecodeNode(ParseYaml(text).documents.at(0), KindNamed("Upstream"), extra_fields);
}

TEST(Decoder, KeepsExtraFieldsAsTextWithTheirPlaces) {
  const auto upstream =
      DecodeExtra("  mine:\n    hosts: [{port: yes}, b]\n  useHttp2: true\n", {"spec.mine"});
  EXPECT_EQ(Lines(upstream->findings), Texts{});
  const Resource& resource = upstream->resource;
  EXPECT_EQ(resource.extra, (ExtraFields{{"spec.mine", R"({"hosts":[{"port":true},"b"]})"}}));
  const auto place = [&](std::string_view path) {
    const Place at = resource.positions.Find(path);
    return base::Cat(std::to_string(at.line), ":", std::to_string(at.column));
  };
  EXPECT_EQ(place("spec.mine"), "4:3");
  EXPECT_EQ(place("spec.mine.hosts"), "5:5");
  EXPECT_EQ(place("spec.mine.hosts[0].port"), "5:20");
  EXPECT_EQ(place("spec.mine.hosts[1]"), "5:26");
  EXPECT_EQ(place("spec.useHttp2"), "6:13") << "what follows is not disturbed";
}

TEST(Decoder, KeepsExtraFieldsAtTheirPathAlone) {
  const auto upstream =
      DecodeExtra("  static: {mine: 1}\n  mine: null\n", {"spec.mine", "spec.kube"});
  EXPECT_EQ(Lines(upstream->findings), (Texts{"4:12 warning UnknownField spec.static.mine"}));
  EXPECT_TRUE(upstream->resource.extra.empty()) << "null is as good as absent";
}

TEST(Decoder, PrefersAnExtraFieldToOneOfTheSchema) {
  const auto upstream = DecodeExtra("  kube: {servicePort: none}\n", {"spec.kube"});
  EXPECT_EQ(Lines(upstream->findings), Texts{});
  EXPECT_EQ(upstream->resource.extra.at("spec.kube"), R"({"servicePort":"none"})");
  EXPECT_EQ(upstream->resource.variants.at("spec"), "kube");
}

TEST(Decoder, TakesExactlyOneVariant) {
  const auto lines = [](std::string_view spec, const Texts& extra_fields) {
    const auto upstream = DecodeExtra(spec, extra_fields);
    EXPECT_EQ(upstream->rejected, !upstream->resource.variants.contains("spec")) << spec;
    return Lines(upstream->findings);
  };
  const Texts mine = {"spec.mine"};
  EXPECT_EQ(lines("  static: {}\n", {}), Texts{});
  EXPECT_EQ(lines("  mine: 0\n  kube: null\n", mine), Texts{});
  EXPECT_EQ(lines("  useHttp2: true\n", mine), (Texts{"4:3 error InvalidUnion spec"}));
  EXPECT_EQ(lines("  static: {}\n  kube: {}\n", {}), (Texts{"5:3 error InvalidUnion spec"}));
  EXPECT_EQ(lines("  mine: {}\n  useHttp2: true\n  static: {}\n", mine),
            (Texts{"6:3 error InvalidUnion spec"}));
}

}  // namespace
}  // namespace kgw::config
