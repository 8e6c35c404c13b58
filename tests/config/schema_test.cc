#include "config/schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/regex.h"
#include "config/loaded.h"

namespace kgw::config {
namespace {

// Calls `visit` for each message of the schema that a kind reaches.
template <typename Visit>
void VisitMessages(const MessageInfo& message, std::set<const MessageInfo*>* seen, Visit visit) {
  if (!seen->insert(&message).second) return;
  visit(message);
  for (const FieldInfo& field : message.fields) {
    if (field.message != nullptr) VisitMessages(*field.message, seen, visit);
  }
}

template <typename Visit>
void VisitAll(Visit visit) {
  std::set<const MessageInfo*> seen;
  for (const auto& kind : Schema::Get().kinds()) VisitMessages(*kind->message, &seen, visit);
}

std::string NameOf(const FieldInfo& field) { return std::string(field.field->full_name()); }

TEST(Schema, HasAllKindsWithTheirNames) {
  std::set<std::string> plurals, words;
  for (const auto& kind : Schema::Get().kinds()) {
    EXPECT_FALSE(kind->versions.empty()) << kind->name;
    EXPECT_FALSE(kind->plural.empty()) << kind->name;
    EXPECT_TRUE(plurals.insert(kind->plural).second) << kind->plural;
    EXPECT_TRUE(words.insert(kind->singular).second) << kind->singular;
    for (const std::string& name : kind->short_names)
      EXPECT_TRUE(words.insert(name).second) << name;
    EXPECT_EQ(Schema::Get().FindKind(kind->group, kind->name), kind.get());
    EXPECT_EQ(Schema::Get().FindType(kind->type_name), kind.get());
    EXPECT_NE(Schema::Get().FindGroup(kind->group), nullptr) << kind->group;
    EXPECT_EQ(Schema::Get().kinds()[kind->index].get(), kind.get());
  }
  EXPECT_EQ(Schema::Get().kinds().size(), 10u);
  EXPECT_EQ(KindNamed("HTTPRoute").ApiVersion("v1"), "gateway.networking.k8s.io/v1");
  EXPECT_EQ(KindNamed("Service").ApiVersion("v1"), "v1");
  EXPECT_EQ(Schema::Get().FindKind("", "HTTPRoute"), nullptr);
}

TEST(Schema, NamesNoKindBothReadAndLeftAlone) {
  for (const Group& group : Schema::Get().groups()) {
    for (const auto* list : {&group.later, &group.foreign}) {
      for (const std::string& name : *list) {
        EXPECT_EQ(Schema::Get().FindKind(group.name, name), nullptr) << name;
      }
    }
  }
}

TEST(Schema, EveryPatternCompiles) {
  int patterns = 0;
  VisitAll([&](const MessageInfo& message) {
    for (const FieldInfo& field : message.fields) {
      if (!field.pattern) continue;
      ++patterns;
      EXPECT_TRUE(field.pattern->ok()) << NameOf(field) << ": " << field.pattern->error();
      EXPECT_FALSE(field.expected.empty()) << NameOf(field) << " says no word about its pattern";
    }
  });
  EXPECT_GT(patterns, 20);
}

// Puts the default in its own place of an otherwise empty message and decodes that.
TEST(Schema, EveryDefaultDecodes) {
  int defaults = 0;
  VisitAll([&](const MessageInfo& message) {
    for (const FieldInfo& field : message.fields) {
      if (!field.default_node) continue;
      ++defaults;
      EXPECT_FALSE(field.required) << NameOf(field) << " can never be missed";
      Kind kind = KindNamed("Secret");
      kind.message = &message;
      Node node;
      node.kind = Node::Kind::kMap;
      node.members.push_back({{}, *field.default_node});
      node.members[0].key.text = field.name;
      const auto decoded = DecodeNode(node, kind);
      for (const Diagnostic& d : decoded->findings) {
        const bool absent_neighbour = d.code == "MissingField" || d.code == "InvalidUnion";
        EXPECT_TRUE(absent_neighbour) << NameOf(field) << ": " << Line(d);
      }
    }
  });
  EXPECT_GT(defaults, 20);
}

TEST(Schema, ListMapKeysAndUnionArmsAreFields) {
  VisitAll([&](const MessageInfo& message) {
    for (const FieldInfo& field : message.fields) {
      for (const std::string& key : field.key) {
        ASSERT_NE(field.message, nullptr) << NameOf(field);
        EXPECT_NE(field.message->Find(key), nullptr) << NameOf(field) << " " << key;
      }
    }
    for (const UnionInfo& rule : message.unions) {
      ASSERT_NE(rule.discriminator, nullptr);
      EXPECT_EQ(rule.arms.size(), rule.discriminator->one_of.size());
      for (const UnionInfo::Arm& arm : rule.arms) {
        const auto& words = rule.discriminator->one_of;
        EXPECT_NE(std::find(words.begin(), words.end(), arm.word), words.end()) << arm.word;
        EXPECT_NE(arm.field, nullptr) << arm.word;
      }
    }
  });
}

TEST(Schema, EveryRootHasTheFieldsOfAKubernetesObject) {
  for (const auto& kind : Schema::Get().kinds()) {
    for (const char* name : {"apiVersion", "kind", "metadata"}) {
      EXPECT_NE(kind->message->Find(name), nullptr) << kind->name;
    }
    EXPECT_TRUE(kind->message->Find("metadata")->required) << kind->name;
  }
}

}  // namespace
}  // namespace kgw::config
