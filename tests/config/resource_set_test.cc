#include "config/resource_set.h"

#include <gtest/gtest.h>

#include <string>

#include "config/loaded.h"

namespace kgw::config {
namespace {

std::string Namespace(std::string_view name, std::string_view label = "1") {
  return base::Cat("---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ", name,
                   ", labels: {v: \"", label, "\"}}\n");
}

std::string Rejected(std::string_view name) {
  return base::Cat("---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ", name,
                   ", labels: {v: 1}}\n");
}

constexpr char kBroken[] = "---\nkind: [\n";

class ResourceSetTest : public testing::Test {
 protected:
  // Applies one source; what changed as "+a ~b -c".
  std::string Apply(std::string_view name, std::string_view text) {
    std::vector<LoadedSource> sources;
    sources.push_back(LoadYaml(text, name));
    return Apply(std::move(sources));
  }
  std::string Apply(std::vector<LoadedSource> sources) {
    findings_.clear();
    const ChangeSet changes = set_.Apply(std::move(sources), &findings_);
    std::string out;
    for (const ObjectKey& key : changes.added) out += "+" + key.name + " ";
    for (const ObjectKey& key : changes.changed) out += "~" + key.name + " ";
    for (const ObjectKey& key : changes.removed) out += "-" + key.name + " ";
    EXPECT_EQ(changes.empty(), out.empty());
    return out;
  }

  // The label of the Namespace, or "none".
  std::string Label(std::string_view name) const {
    const Resource* object = set_.Find(KindNamed("Namespace"), "", name);
    if (object == nullptr) return "none";
    const auto& message = static_cast<const google::protobuf::Message&>(*object->message);
    const Node node = Encode(message, *object->key.kind->message);
    return node.Find("metadata")->Find("labels")->Find("v")->text;
  }

  ResourceSet set_;
  std::vector<Diagnostic> findings_;
};

TEST_F(ResourceSetTest, ReplacesAllThatASourceBrought) {
  EXPECT_EQ(Apply("a", Namespace("x1") + Namespace("y1")), "+x1 +y1 ");
  EXPECT_EQ(Apply("b", Namespace("z1")), "+z1 ") << "another source is left alone";
  EXPECT_EQ(Apply("a", Namespace("y1", "2") + Namespace("w1")), "+w1 ~y1 -x1 ");
  EXPECT_EQ(Label("y1"), "2");
  EXPECT_EQ(Apply("a", ""), "-w1 -y1 ");
  EXPECT_EQ(set_.objects().size(), 1u);
}

TEST_F(ResourceSetTest, FindsObjectsByKeyInOrder) {
  Apply("a", Namespace("b") + Namespace("a") +
                 "---\n{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: ns}}\n");
  Texts names;
  for (const Resource* object : set_.All(KindNamed("Namespace"))) names.push_back(object->key.name);
  EXPECT_EQ(names, (Texts{"a", "b"}));
  EXPECT_NE(set_.Find(KindNamed("Secret"), "ns", "s"), nullptr);
  EXPECT_EQ(set_.Find(KindNamed("Secret"), "default", "s"), nullptr);
  EXPECT_EQ(set_.All(KindNamed("Service")).size(), 0u);
}

TEST_F(ResourceSetTest, KeepsTheLastGoodFormOfARejectedObject) {
  EXPECT_EQ(Apply("a", Rejected("x1")), "") << "there was none before";
  Apply("a", Namespace("x1") + Namespace("y1"));
  EXPECT_EQ(Apply("a", Rejected("x1") + Namespace("y1", "2")), "~y1 ");
  EXPECT_EQ(Label("x1"), "1");
  EXPECT_EQ(Apply("a", Rejected("x1")), "-y1 ") << "again rejected, still there";
  EXPECT_EQ(Apply("a", Namespace("x1", "3")), "~x1 ");
  EXPECT_EQ(Label("x1"), "3");
  EXPECT_EQ(Apply("a", Namespace("y1")), "+y1 -x1 ") << "taken out of the text, it is gone";
}

TEST_F(ResourceSetTest, DeletesNothingForABrokenSource) {
  Apply("a", Namespace("x1") + Namespace("y1"));
  EXPECT_EQ(Apply("a", Namespace("x1", "2") + kBroken), "~x1 ");
  EXPECT_EQ(Label("y1"), "1") << "it may be what the broken document is about";
  EXPECT_EQ(Apply("a", kBroken), "");
  EXPECT_EQ(Apply("a", Namespace("x1", "2")), "~x1 -y1 ") << "whole again";
}

TEST_F(ResourceSetTest, KeepsTheFirstOfTwoInOneSource) {
  EXPECT_EQ(Apply("a", Namespace("x1", "1") + Namespace("x1", "2")), "+x1 ");
  EXPECT_EQ(Label("x1"), "1");
  ASSERT_EQ(findings_.size(), 1u);
  EXPECT_EQ(Line(findings_[0]), "6:1 error DuplicateObject metadata.name");
  EXPECT_EQ(findings_[0].message, "the same Namespace stands at a:2; this one is ignored");
}

TEST_F(ResourceSetTest, KeepsTheFirstOfTwoSources) {
  Apply("a", Namespace("x1", "1"));
  EXPECT_EQ(Apply("b", Namespace("y1") + Namespace("x1", "2")), "+y1 ");
  ASSERT_EQ(findings_.size(), 1u);
  EXPECT_EQ(findings_[0].file, "b");
  EXPECT_EQ(Line(findings_[0]), "6:1 error DuplicateObject metadata.name");
  EXPECT_EQ(findings_[0].message, "the same Namespace stands at a:2; this one is ignored");
  EXPECT_EQ(Apply("a", ""), "~x1 ") << "the other one takes its place";
  EXPECT_EQ(Label("x1"), "2");
}

TEST_F(ResourceSetTest, AppliesSeveralSourcesAsOneChange) {
  Apply("a", Namespace("x1"));
  std::vector<LoadedSource> moved;
  moved.push_back(LoadYaml("", "a"));
  moved.push_back(LoadYaml(Namespace("x1", "2"), "b"));
  EXPECT_EQ(Apply(std::move(moved)), "~x1 ") << "never gone in between";
  EXPECT_EQ(findings_.size(), 0u);
}

TEST_F(ResourceSetTest, KeepsTheLastGoodFormWhenAFileIsRenamedTogetherWithAMistake) {
  Apply("old", Namespace("x1", "good"));
  std::vector<LoadedSource> renamed;
  renamed.push_back(LoadYaml("", "old"));
  renamed.push_back(LoadYaml(Rejected("x1"), "new"));
  EXPECT_EQ(Apply(std::move(renamed)), "");
  EXPECT_EQ(Label("x1"), "good");
  EXPECT_EQ(Apply("new", ""), "-x1 ");
}

TEST_F(ResourceSetTest, ARejectedTwinOfAnotherSourceIsNoDuplicate) {
  Apply("a", Namespace("x1", "good"));
  EXPECT_EQ(Apply("b", Rejected("x1")), "");
  EXPECT_TRUE(findings_.empty());
}

}  // namespace
}  // namespace kgw::config
