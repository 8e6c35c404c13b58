#include <gtest/gtest.h>

#include "config/parse.h"
#include "inspect/columns.h"
#include "kgw/engine.h"

namespace kgw::inspect {
namespace {

constexpr int64_t kNow = 1'714'557'600;  // 2024-05-01T10:00:00Z

constexpr std::string_view kText = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web, namespace: infra, creationTimestamp: "2024-05-01T09:00:00Z"}
spec:
  gatewayClassName: kgw
  unheardOf: 1
  listeners:
  - {name: http, port: 80, protocol: HTTP}
  - {name: alt, port: 8080, protocol: HTTP}
---
apiVersion: v1
kind: Secret
metadata: {name: pair}
type: kubernetes.io/tls
data: {tls.crt: c2VjcmV0, tls.key: c2VjcmV0}
stringData: {password: hunter2}
---
apiVersion: v1
kind: Service
metadata: {name: b}
spec: {clusterIP: 10.0.0.9, ports: [{port: 80}, {name: x, port: 81}]}
---
{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: c, namespace: alpha}, spec: {ports: [{port: 80}]}}
)";

class ObjectsTest : public testing::Test {
 protected:
  ObjectsTest() { engine_.Apply("a.yaml", kText); }

  ObjectView Only(std::string_view kind) {
    const std::vector<ObjectView> views = engine_.Objects(kind);
    EXPECT_EQ(views.size(), 1u);
    return views.at(0);
  }

  // The value at a path of the JSON form; that of the first item where a list is on the way.
  static std::string At(const ObjectView& view, const std::vector<std::string>& path) {
    const config::Parsed parsed = config::ParseJson(view.json);
    const config::Node* node = &parsed.documents.at(0);
    for (const std::string& key : path) {
      while (node->is_list() && !node->items.empty()) node = &node->items[0];
      node = node->Find(key);
      if (node == nullptr) return "(none)";
    }
    return node->text;
  }

  static std::string Cell(const ObjectView& view, std::string_view title) {
    for (const auto* columns : {&view.columns, &view.wide_columns}) {
      for (const auto& [name, text] : *columns) {
        if (name == title) return text;
      }
    }
    return "(none)";
  }

  Engine engine_{Options{.unix_seconds = [] { return kNow; }}};
};

TEST_F(ObjectsTest, SecretsAreRedacted) {
  const ObjectView secret = Only("Secret");
  for (const std::string& text : {secret.json, secret.yaml}) {
    EXPECT_EQ(text.find("c2VjcmV0"), std::string::npos);
    EXPECT_EQ(text.find("hunter2"), std::string::npos);
    EXPECT_NE(text.find("tls.key"), std::string::npos);
  }
  EXPECT_EQ(At(secret, {"data", "tls.key"}), "UkVEQUNURUQ=");
}

TEST_F(ObjectsTest, NamespaceAndDefaultsAreFilledUnknownFieldsPruned) {
  EXPECT_EQ(At(Only("Secret"), {"metadata", "namespace"}), "default");
  const ObjectView gateway = Only("Gateway");
  EXPECT_EQ(At(gateway, {"metadata", "namespace"}), "infra");
  EXPECT_EQ(At(gateway, {"spec", "listeners", "allowedRoutes", "namespaces", "from"}), "Same");
  EXPECT_EQ(gateway.json.find("unheardOf"), std::string::npos);
  EXPECT_EQ(At(gateway, {"apiVersion"}), "gateway.networking.k8s.io/v1");
  EXPECT_EQ(gateway.line, 2u);
  EXPECT_EQ(gateway.file, "a.yaml");
}

TEST_F(ObjectsTest, TheStatusIsInPlace) {
  const ObjectView gateway = Only("Gateway");
  EXPECT_EQ(At(gateway, {"status", "listeners", "name"}), "http");
  EXPECT_NE(gateway.yaml.find("\nstatus:\n"), std::string::npos);
  EXPECT_EQ(Cell(gateway, "PROGRAMMED"), "True");
}

TEST_F(ObjectsTest, ComeByNamespaceThenName) {
  const std::vector<ObjectView> services = engine_.Objects("Service");
  ASSERT_EQ(services.size(), 3u);
  EXPECT_EQ(services[0].name, "c");
  EXPECT_EQ(services[1].name, "a");
  EXPECT_EQ(services[2].name, "b");
  EXPECT_EQ(Cell(services[2], "CLUSTER-IP"), "10.0.0.9");
  EXPECT_EQ(Cell(services[2], "PORTS"), "80,81");
  EXPECT_TRUE(engine_.Objects("NoSuchKind").empty());
}

TEST_F(ObjectsTest, ColumnsEndWithTheAge) {
  const ObjectView gateway = Only("Gateway");
  EXPECT_EQ(Cell(gateway, "CLASS"), "kgw");
  EXPECT_EQ(Cell(gateway, "LISTENERS"), "http,alt");
  EXPECT_EQ(gateway.columns.back().first, "AGE");
  EXPECT_EQ(gateway.columns.back().second, "60m");
  EXPECT_EQ(Only("Secret").columns.back().second, "<unknown>");
}

TEST(Age, IsWrittenAsKubectlWritesIt) {
  constexpr int64_t kHour = 3600, kDay = 24 * kHour, kYear = 365 * kDay;
  EXPECT_EQ(Age(-5), "0s");
  EXPECT_EQ(Age(0), "0s");
  EXPECT_EQ(Age(119), "119s");
  EXPECT_EQ(Age(120), "2m");
  EXPECT_EQ(Age(599), "9m59s");
  EXPECT_EQ(Age(601), "10m");
  EXPECT_EQ(Age(3 * kHour - 1), "179m");
  EXPECT_EQ(Age(3 * kHour), "3h");
  EXPECT_EQ(Age(3 * kHour + 60), "3h1m");
  EXPECT_EQ(Age(8 * kHour + 60), "8h");
  EXPECT_EQ(Age(2 * kDay - 1), "47h");
  EXPECT_EQ(Age(2 * kDay + kHour), "2d1h");
  EXPECT_EQ(Age(8 * kDay + kHour), "8d");
  EXPECT_EQ(Age(2 * kYear - 1), "729d");
  EXPECT_EQ(Age(2 * kYear + kDay), "2y1d");
  EXPECT_EQ(Age(9 * kYear + kDay), "9y");
}

std::string CellOf(std::string_view yaml, std::string_view path) {
  return CellAt(config::ParseYaml(yaml).documents.at(0), path);
}

TEST(CellAt, WalksListsAndFiltersThem) {
  constexpr std::string_view kObject =
      "{a: {b: 1}, list: [{k: x, v: 1}, {k: y, v: 2}, {v: 3}, 4], deep: [[{v: 5}], [{v: 6}]], s: "
      "t}";
  EXPECT_EQ(CellOf(kObject, "a.b"), "1");
  EXPECT_EQ(CellOf(kObject, "list.v"), "1,2,3");
  EXPECT_EQ(CellOf(kObject, "list[k=y].v"), "2");
  EXPECT_EQ(CellOf(kObject, "list[k=z].v"), "");
  EXPECT_EQ(CellOf(kObject, "deep.v"), "5,6");
  EXPECT_EQ(CellOf(kObject, "a"), "");
  EXPECT_EQ(CellOf(kObject, "s.t.u"), "");
  EXPECT_EQ(CellOf(kObject, "none.b"), "");
}

}  // namespace
}  // namespace kgw::inspect
