#include "config/write.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "config/parse.h"
#include "same_node.h"

namespace kgw::config {
namespace {

Node Text(std::string_view text, bool plain = false) {
  Node node;
  node.text = text;
  node.plain = plain;
  return node;
}

std::string Yaml(const Node& node) {
  std::string out;
  WriteYaml(node, &out);
  return out;
}

std::string Json(const Node& node) {
  std::string out;
  WriteJson(node, &out);
  return out;
}

// What kubectl would print for the YAML `text`.
std::string Rewritten(std::string_view text) { return Yaml(ParseYaml(text).documents.at(0)); }

constexpr std::string_view kNasty[] = {"",
                                       "yes",
                                       "no",
                                       "on",
                                       "y",
                                       "true",
                                       "null",
                                       "~",
                                       "012",
                                       "1e3",
                                       "0x1F",
                                       "1_000",
                                       ".5",
                                       ".inf",
                                       "1:30",
                                       "2024-01-01T00:00:00Z",
                                       "-",
                                       "- a",
                                       "-a",
                                       "--- a",
                                       "---",
                                       "...",
                                       "? a",
                                       ":",
                                       ": ",
                                       "a: b",
                                       "a:b",
                                       "a:",
                                       ":authority",
                                       "#",
                                       "a #b",
                                       "a#b",
                                       " a",
                                       "a ",
                                       "\ta",
                                       "a\tb",
                                       "a\n",
                                       "a\nb",
                                       "a\nb\n",
                                       "a\n\nb\n\n",
                                       "\n",
                                       "\n\n",
                                       "\na",
                                       " a\nb",
                                       "a\n b\n",
                                       "a\n \nb",
                                       "a\n  ",
                                       "a\r\nb",
                                       "a\rb",
                                       "*a",
                                       "&a",
                                       "!a",
                                       "|",
                                       ">",
                                       "%a",
                                       "@a",
                                       "`a`",
                                       "'a'",
                                       "\"a\"",
                                       "it's",
                                       "a\\b",
                                       "[",
                                       "]",
                                       "{",
                                       "}",
                                       ",",
                                       "[]",
                                       "{}",
                                       "<<",
                                       "=",
                                       "{{ .Values }}",
                                       "\xC3\xA9",
                                       "\xE2\x80\xA8",
                                       "a\xC2\x85"
                                       "b\nc",
                                       "\xEF\xBB\xBF",
                                       "\xF0\x9F\x98\x80",
                                       "\x01",
                                       "\x7F",
                                       "\x1B[0m",
                                       "\xEF\xBF\xBF",
                                       "#a\nb\n",
                                       "---\na\n",
                                       "a\n---\nb\n",
                                       "\ta\nb\n",
                                       "a\n\tb\n",
                                       "key: |\n  x\n"};

std::string RandomText(base::Random* random) {
  constexpr size_t kCount = std::size(kNasty);
  std::string text(kNasty[random->Below(kCount)]);
  if (random->Below(3) == 0) text += kNasty[random->Below(kCount)];
  if (random->Below(50) == 0) text += std::string(1200, 'k');
  return text;
}

Node RandomNode(base::Random* random, int depth) {
  const uint64_t kind = random->Below(depth > 5 ? 2 : 4);
  if (kind < 2) return Text(RandomText(random), random->Below(4) == 0);
  Node node;
  node.kind = kind == 2 ? Node::Kind::kList : Node::Kind::kMap;
  for (uint64_t i = random->Below(5); i > 0; --i) {
    if (node.is_list()) {
      node.items.push_back(RandomNode(random, depth + 1));
      continue;
    }
    const std::string key = RandomText(random);
    if (node.Find(key) == nullptr)
      node.members.push_back({Text(key), RandomNode(random, depth + 1)});
  }
  return node;
}

void ExpectSame(const Parsed& parsed, const Node& node, const std::string& text) {
  ASSERT_TRUE(parsed.errors.empty()) << parsed.errors[0].message << "\n" << text;
  if (IsNull(node)) return;  // is left out
  ASSERT_EQ(parsed.documents.size(), 1u) << text;
  ASSERT_TRUE(SameNode(parsed.documents[0], node)) << text;
}

TEST(Writers, AreReadBackAsTheSame) {
  base::Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    const Node node = RandomNode(&random, 0);
    ExpectSame(ParseYaml(Yaml(node)), node, Yaml(node));
    ExpectSame(ParseJson(Json(node)), node, Json(node));
    if (HasFatalFailure()) return;
  }
}

TEST(Writers, KeepEveryNastyTextInEveryPlace) {
  for (std::string_view text : kNasty) {
    Node root = Text(text);
    for (int depth = 0; depth < 4; ++depth) {
      ExpectSame(ParseYaml(Yaml(root)), root, Yaml(root));
      ExpectSame(ParseJson(Json(root)), root, Json(root));
      Node outer;
      outer.kind = depth % 2 == 0 ? Node::Kind::kMap : Node::Kind::kList;
      if (outer.is_map()) {
        outer.members.push_back({Text(text), root});
      } else {
        outer.items = {root, root};
      }
      root = std::move(outer);
    }
  }
}

TEST(Writers, KeepTreesOfTheGreatestDepth) {
  Node node = Text("x");
  for (int i = 0; i < 64; ++i) {
    Node outer;
    outer.kind = i % 2 == 0 ? Node::Kind::kMap : Node::Kind::kList;
    if (outer.is_map()) {
      outer.members.push_back({Text("k"), node});
    } else {
      outer.items.push_back(node);
    }
    node = std::move(outer);
  }
  ExpectSame(ParseYaml(Yaml(node)), node, "");
  ExpectSame(ParseJson(Json(node)), node, "");
}

TEST(YamlWriter, PrintsAsKubectlDoes) {
  const std::string text =
      "apiVersion: v1\n"
      "items:\n"
      "- metadata:\n"
      "    creationTimestamp: \"2024-01-01T00:00:00Z\"\n"
      "    labels: {}\n"
      "    name: edge\n"
      "  spec:\n"
      "    args:\n"
      "    - --level\n"
      "    - - a\n"
      "      - b\n"
      "    empty: []\n"
      "    ports:\n"
      "    - 80\n"
      "    - \"80\"\n"
      "    quoted: 'a: b'\n"
      "    script: |\n"
      "      one\n"
      "        two\n"
      "    unset: null\n"
      "    word: \"yes\"\n";
  EXPECT_EQ(Rewritten(text), text);
}

TEST(YamlWriter, ChoosesTheChompingOfABlock) {
  EXPECT_EQ(Yaml(Text("a\nb")), "|-\n  a\n  b\n");
  EXPECT_EQ(Yaml(Text("a\nb\n")), "|\n  a\n  b\n");
  EXPECT_EQ(Yaml(Text("a\n\nb\n\n")), "|+\n  a\n\n  b\n\n");
  EXPECT_EQ(Yaml(Text("\na")), "\"\\na\"\n");
}

TEST(YamlWriter, ReplacesInvalidUtf8) { EXPECT_EQ(Yaml(Text("caf\xE9")), "\"caf\xEF\xBF\xBD\"\n"); }

TEST(JsonWriter, WritesWhatPlainScalarsResolveTo) {
  EXPECT_EQ(Json(ParseYaml("[yes, 012, 0x10, .5, 1e3, 1.50, ~, .inf, a, 18446744073709551615]")
                     .documents.at(0)),
            "[true,10,16,0.5,1000,1.50,null,\".inf\",\"a\",18446744073709551615]");
}

TEST(JsonWriter, EscapesWhatItMust) {
  EXPECT_EQ(Json(Text(std::string_view("\"\\\n\r\t\0\x1F\x7F/", 9))),
            "\"\\\"\\\\\\n\\r\\t\\u0000\\u001f\x7F/\"");
  EXPECT_EQ(Json(Text("a\xFF\xE4\xB8z")), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\"");
}

}  // namespace
}  // namespace kgw::config
