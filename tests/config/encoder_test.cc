#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "config/loaded.h"
#include "config/same_node.h"
#include "config/write.h"

namespace kgw::config {
namespace {

namespace files = std::filesystem;

std::string ReadFile(const files::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The text of a case's `config`, which may be a list of pieces.
std::string ConfigOf(const Node& node) {
  if (node.is_scalar()) return node.text;
  std::string out;
  for (const Node& piece : node.items) out += piece.text;
  return out;
}

// All configurations of the acceptance cases and the examples.
std::vector<std::string> Configurations() {
  const char* root = std::getenv("KGW_SOURCE_ROOT");
  std::vector<std::string> out;
  if (root == nullptr) return out;
  for (const auto& entry : files::directory_iterator(files::path(root) / "tests/cases")) {
    if (entry.path().extension() != ".yaml") continue;
    for (const Node& document : ParseYaml(ReadFile(entry.path())).documents) {
      for (const Node& test : document.items) {
        if (const Node* config = test.Find("config")) out.push_back(ConfigOf(*config));
      }
    }
  }
  for (const auto& entry : files::recursive_directory_iterator(files::path(root) / "examples")) {
    if (entry.path().extension() == ".yaml") out.push_back(ReadFile(entry.path()));
  }
  return out;
}

const google::protobuf::Message& MessageOf(const Resource& resource) {
  return static_cast<const google::protobuf::Message&>(*resource.message);
}

std::string Json(const Node& node) {
  std::string out;
  WriteJson(node, &out);
  return out;
}

TEST(Encoder, WritesWhatDecodesToTheSameObject) {
  int objects = 0;
  for (const std::string& text : Configurations()) {
    for (const auto& resource : LoadYaml(text).accepted) {
      const Kind& kind = *resource->key.kind;
      const Node once = Encode(MessageOf(*resource), *kind.message);
      const auto decoded = DecodeNode(once, kind);
      const Node twice = Encode(*decoded->message, *kind.message);
      EXPECT_TRUE(SameNode(once, twice)) << Json(once) << "\n" << Json(twice);
      EXPECT_FALSE(decoded->rejected) << Json(once);
      // Through text as well: what `get` prints can be applied.
      std::string yaml;
      WriteYaml(once, &yaml);
      const Parsed parsed = ParseYaml(yaml);
      ASSERT_EQ(parsed.documents.size(), 1u) << yaml;
      EXPECT_EQ(DecodeNode(parsed.documents[0], kind)->message->SerializeAsString(),
                decoded->message->SerializeAsString())
          << yaml;
      ++objects;
    }
  }
  if (std::getenv("KGW_SOURCE_ROOT") == nullptr) GTEST_SKIP() << "KGW_SOURCE_ROOT is not set";
  EXPECT_GT(objects, 500);
}

TEST(Encoder, WritesFieldsInTheOrderOfTheSchema) {
  const auto route = DecodeText(
      "spec: {rules: [{backendRefs: [{port: 80, name: a}], matches: []}], hostnames: [a.test]}\n"
      "metadata: {namespace: ns, name: x}\nkind: HTTPRoute\n");
  EXPECT_EQ(Json(Encode(*route->message, *route->resource.key.kind->message)),
            R"({"kind":"HTTPRoute","metadata":{"name":"x","namespace":"ns"},"spec":{)"
            R"("hostnames":["a.test"],"rules":[{"matches":[],"backendRefs":[{"group":"",)"
            R"("kind":"Service","name":"a","port":80,"weight":1}]}]}})");
}

TEST(Encoder, WritesListsOfNumbers) {
  const auto route = DecodeText(
      "kind: HTTPRoute\nmetadata: {name: x}\n"
      "spec: {rules: [{matches: [], retry: {codes: [503, 0x1f4]}}]}\n");
  EXPECT_EQ(Json(Encode(*route->message, *route->resource.key.kind->message)),
            R"({"kind":"HTTPRoute","metadata":{"name":"x"},"spec":{"rules":[{"matches":[],)"
            R"("retry":{"codes":[503,500]}}]}})");
}

TEST(Encoder, WritesExtraFieldsAfterTheirSiblings) {
  const Parsed parsed = ParseYaml(
      "kind: Upstream\nmetadata: {name: x}\nspec: {mine: {a: [1, '2']}, useHttp2: true}\nodd: x\n");
  const auto upstream =
      DecodeNode(parsed.documents.at(0), KindNamed("Upstream"), {"odd", "spec.mine"});
  EXPECT_EQ(upstream->findings.size(), 0u);
  EXPECT_EQ(Json(Encode(*upstream->message, *upstream->resource.key.kind->message,
                        upstream->resource.extra)),
            R"({"kind":"Upstream","metadata":{"name":"x"},"spec":{"useHttp2":true,)"
            R"("mine":{"a":[1,"2"]}},"odd":"x"})");
}

TEST(Encoder, LeavesOutWhatIsAbsent) {
  const auto service = DecodeText("kind: Service\nmetadata: {name: x, labels: {}}\n");
  EXPECT_EQ(Json(Encode(*service->message, *service->resource.key.kind->message)),
            R"({"kind":"Service","metadata":{"name":"x"}})");
}

}  // namespace
}  // namespace kgw::config
