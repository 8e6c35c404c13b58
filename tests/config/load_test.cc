#include "config/load.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "config/loaded.h"

namespace kgw::config {
namespace {

constexpr char kRoute[] = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n";

Texts Names(const std::vector<std::shared_ptr<const Resource>>& resources) {
  Texts out;
  for (const auto& resource : resources) {
    out.push_back(base::Cat(resource->key.kind->name, " ", resource->key.namespace_, "/",
                            resource->key.name));
  }
  return out;
}

TEST(Load, KeepsTheOrderOfTheText) {
  const LoadedSource source =
      LoadYaml(base::Cat(kRoute, "metadata: {name: b}\nspec: {}\n---\n", kRoute,
                         "metadata: {name: a, namespace: ns}\nspec: {}\n",
                         "---\napiVersion: v1\nkind: Namespace\n"
                         "metadata: {name: ns, namespace: ignored}\n"));
  EXPECT_EQ(Names(source.accepted),
            (Texts{"HTTPRoute default/b", "HTTPRoute ns/a", "Namespace /ns"}));
  EXPECT_EQ(source.diagnostics.size(), 0u);
  EXPECT_FALSE(source.broken);
  EXPECT_EQ(source.accepted[1]->place.line, 6u);
  EXPECT_EQ(*source.accepted[1]->source, "test.yaml");
}

TEST(Load, ReadsWhatTheServerWroteIntoMetadata) {
  const LoadedSource source = LoadYaml(
      base::Cat(kRoute,
                "metadata: {name: a, generation: 7, creationTimestamp: 2024-05-01T10:00:00Z}\n"
                "spec: {}\n---\n",
                kRoute, "metadata: {name: b}\nspec: {}\n"));
  ASSERT_EQ(source.accepted.size(), 2u);
  EXPECT_EQ(source.accepted[0]->generation, 7);
  EXPECT_EQ(source.accepted[0]->created, 1714557600);
  EXPECT_EQ(source.accepted[1]->generation, 1);
  EXPECT_FALSE(source.accepted[1]->created.has_value());
  const LoadedSource bad = LoadYaml(
      base::Cat(kRoute, "metadata:\n  name: a\n  creationTimestamp: yesterday\nspec: {}\n"));
  EXPECT_EQ(Lines(bad.diagnostics), (Texts{"5:22 error InvalidFormat metadata.creationTimestamp"}));
  EXPECT_EQ(Names(bad.rejected), (Texts{"HTTPRoute default/a"}));
}

TEST(Load, FlattensLists) {
  const LoadedSource source = LoadYaml(
      "apiVersion: v1\nkind: List\nitems:\n"
      "- {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n"
      "- apiVersion: gateway.networking.k8s.io/v1\n  kind: HTTPRouteList\n  items:\n"
      "  - {apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: b}, spec: "
      "{}}\n"
      "- {apiVersion: v1, kind: Namespace, metadata: {name: c}}\n");
  EXPECT_EQ(Names(source.accepted), (Texts{"Namespace /a", "HTTPRoute default/b", "Namespace /c"}));
  EXPECT_EQ(source.diagnostics.size(), 0u);
  const LoadedSource empty = LoadYaml("apiVersion: v1\nkind: List\nitems: []\n");
  EXPECT_EQ(empty.foreign.size(), 0u);
  EXPECT_EQ(empty.diagnostics.size(), 0u);
}

TEST(Load, RefusesAListWhoseItemsAreNone) {
  const LoadedSource source = LoadYaml("apiVersion: v1\nkind: List\nitems: 3\n");
  EXPECT_EQ(Lines(source.diagnostics), (Texts{"3:8 error InvalidType items"}));
  EXPECT_EQ(source.diagnostics[0].message, "expected a list, found the number 3");
  EXPECT_EQ(source.foreign.size(), 0u);
  EXPECT_EQ(LoadYaml("apiVersion: v1\nkind: List\nitems: null\n").diagnostics.size(), 0u);
}

TEST(Load, ReadsJsonToo) {
  const LoadedSource source =
      Load("a.json", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}})",
           TextFormat::kJson, PlainRegistry());
  EXPECT_EQ(Names(source.accepted), (Texts{"Namespace /a"}));
}

TEST(Load, CountsForeignKinds) {
  const LoadedSource source = LoadYaml(
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}}\n---\n"
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: b}}\n---\n"
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n---\n"
      "{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: d}}\n---\n"
      "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: e}}\n---\n"
      "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: f}}\n");
  const std::map<std::string, uint32_t> expected = {{"ConfigMap (v1)", 1},
                                                    {"Deployment (apps/v1)", 2},
                                                    {"Gateway (networking.istio.io/v1)", 1},
                                                    {"Service (serving.knative.dev/v1)", 1},
                                                    {"VirtualService (networking.istio.io/v1)", 1}};
  EXPECT_EQ(source.foreign, expected);
  EXPECT_EQ(source.diagnostics.size(), 0u);
}

TEST(Load, WarnsOnceForEachLaterKindOfASource) {
  const char text[] =
      "{apiVersion: gateway.networking.k8s.io/v1, kind: GRPCRoute, metadata: {name: a}}\n---\n"
      "{apiVersion: gateway.networking.k8s.io/v1, kind: GRPCRoute, metadata: {name: b}}\n---\n"
      "{apiVersion: gateway.solo.io/v1, kind: VirtualHostOption, metadata: {name: c}}\n";
  for (int source = 0; source < 2; ++source) {
    EXPECT_EQ(Lines(LoadYaml(text).diagnostics),
              (Texts{"1:50 warning NotActedOn kind", "5:40 warning NotActedOn kind"}));
  }
}

TEST(Load, KnowsAMisspeltKindFromAForeignOne) {
  const LoadedSource source = LoadYaml(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoutes\n"
      "metadata: {name: a, namespace: ns}\n---\n"
      "apiVersion: gateway.networking.k8s.io/v1\nkind: Zzzzzzzz\n---\n"
      "apiVersion: v1\nkind: Servic\n");
  EXPECT_EQ(
      Lines(source.diagnostics),
      (Texts{"2:7 error UnknownKind kind (did you mean HTTPRoute)", "6:7 warning UnknownKind kind",
             "9:7 error UnknownKind kind (did you mean Service)"}));
  EXPECT_EQ(source.diagnostics[0].kind, "HTTPRoutes");
  EXPECT_EQ(source.diagnostics[0].namespace_, "ns");
  EXPECT_EQ(source.diagnostics[0].name, "a");
}

TEST(Load, KnowsAMisspeltVersionAndGroup) {
  const LoadedSource source = LoadYaml(
      "apiVersion: gateway.networking.k8s.io/v2\nkind: HTTPRoute\n---\n"
      "apiVersion: gateway.networking.k8s.oi/v1\nkind: HTTPRoute\n---\n"
      "apiVersion: v2\nkind: Service\n");
  EXPECT_EQ(Lines(source.diagnostics),
            (Texts{"1:13 error UnknownVersion apiVersion (did you mean "
                   "gateway.networking.k8s.io/v1)",
                   "4:13 error UnknownGroup apiVersion (did you mean "
                   "gateway.networking.k8s.io)",
                   "7:13 error UnknownVersion apiVersion (did you mean v1)"}));
}

TEST(Load, MissesApiVersionAndKind) {
  EXPECT_EQ(Lines(LoadYaml("kind: Service\n").diagnostics),
            (Texts{"1:1 error MissingField apiVersion"}));
  EXPECT_EQ(Lines(LoadYaml("apiVersion: v1\nmetadata: {name: a}\n").diagnostics),
            (Texts{"1:1 error MissingField kind"}));
  EXPECT_EQ(Lines(LoadYaml("apiVersion: v1\nkind: null\n").diagnostics),
            (Texts{"2:7 error MissingField kind"}));
  EXPECT_EQ(Lines(LoadYaml("apiVersion: v1\nkind: ''\n").diagnostics),
            (Texts{"2:7 error MissingField kind"}));
}

TEST(Load, RefusesApiVersionsAndKindsThatAreNoText) {
  EXPECT_EQ(Lines(LoadYaml("apiVersion: v1\nkind: [Service]\n").diagnostics),
            (Texts{"2:7 error InvalidType kind"}));
  const LoadedSource number = LoadYaml("apiVersion: v1\nkind: 3\n");
  EXPECT_EQ(Lines(number.diagnostics), (Texts{"2:7 error InvalidType kind"}));
  EXPECT_EQ(number.diagnostics[0].message, "expected a text, found the number 3");
  EXPECT_EQ(Lines(LoadYaml("apiVersion: 1\nkind: Service\n").diagnostics),
            (Texts{"1:13 error InvalidType apiVersion"}));
  EXPECT_EQ(Lines(LoadYaml("- a\n").diagnostics), (Texts{"1:1 error InvalidType"}));
  EXPECT_EQ(Lines(LoadYaml("hello\n").diagnostics), (Texts{"1:1 error InvalidType"}));
}

TEST(Load, ReadsTheNeighboursOfABrokenDocument) {
  const LoadedSource source =
      LoadYaml(base::Cat(kRoute, "metadata: {name: a}\nspec: {}\n---\nkind: [\n---\n", kRoute,
                         "metadata: {name: b}\nspec: {}\n"));
  EXPECT_TRUE(source.broken);
  EXPECT_EQ(Names(source.accepted), (Texts{"HTTPRoute default/a", "HTTPRoute default/b"}));
  ASSERT_EQ(source.diagnostics.size(), 1u);
  EXPECT_EQ(source.diagnostics[0].code, "InvalidYAML");
  EXPECT_EQ(source.diagnostics[0].file, "test.yaml");
}

TEST(Load, TellsRejectedObjectsFromThoseInEffect) {
  const LoadedSource source = LoadYaml(
      base::Cat(kRoute, "metadata: {name: a}\nspec: {hostnames: [A]}\n---\n", kRoute,
                "metadata: {name: b}\nspec: {rules: [{matches: [{path: {type: Prefix}}]}, {}]}\n"));
  EXPECT_EQ(Names(source.rejected), (Texts{"HTTPRoute default/a"}));
  ASSERT_EQ(Names(source.accepted), (Texts{"HTTPRoute default/b"}));
  EXPECT_NE(source.accepted[0]->FindInvalid("spec.rules[0]"), nullptr);
  EXPECT_EQ(source.accepted[0]->FindInvalid("spec.rules[1]"), nullptr);
  EXPECT_TRUE(Has(source.accepted[0]->FindInvalid("spec.rules[0]")->message,
                  "spec.rules[0].matches[0].path.type"));
}

TEST(Load, CallsTheKindsOwnRulesOnlyForObjectsThatDecode) {
  Texts called;
  const auto prototype = Schema::Get().New(*KindNamed("HTTPRoute").message);
  const Registry registry({{prototype.get(), [&](const Resource& resource, Checker* checker) {
                              called.push_back(resource.key.name);
                              checker->Reject("spec.hostnames[0]", "Test", "no");
                            }}});
  const LoadedSource source =
      Load("x",
           base::Cat(kRoute, "metadata: {name: a}\nspec: {hostnames: [A]}\n---\n", kRoute,
                     "metadata: {name: b}\nspec: {hostnames: [b.test]}\n"),
           TextFormat::kYaml, registry);
  EXPECT_EQ(called, (Texts{"b"}));
  EXPECT_EQ(source.accepted.size(), 0u);
  EXPECT_EQ(Line(source.diagnostics.back()), "9:20 error Test spec.hostnames[0]");
}

}  // namespace
}  // namespace kgw::config
