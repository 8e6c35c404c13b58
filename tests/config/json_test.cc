#include <gtest/gtest.h>

#include <string>

#include "config/parse.h"
#include "config/write.h"

namespace kgw::config {
namespace {

// The values as compact JSON, one a line.
std::string Values(std::string_view text) {
  std::string out;
  for (const Node& node : ParseJson(text).documents) {
    WriteJson(node, &out);
    out += "\n";
  }
  return out;
}

std::string Error(std::string_view text, const Limits& limits = {}) {
  const Parsed parsed = ParseJson(text, limits);
  if (parsed.errors.size() != 1) return std::to_string(parsed.errors.size()) + " errors";
  const SyntaxError& error = parsed.errors[0];
  return std::to_string(error.line) + ":" + std::to_string(error.column) + " " + error.code + " " +
         error.message;
}

TEST(Json, ReadsEveryKindOfValue) {
  const std::string text = "{\"a\":[1,-2.50,true,false,null,\"x\"],\"b\":{}}";
  EXPECT_EQ(Values(text), text + "\n");
  EXPECT_EQ(Values("\xEF\xBB\xBF [ 1 ,\r\n\t2 ] "), "[1,2]\n");
}

TEST(Json, ReadsSeveralValues) {
  EXPECT_EQ(Values("{\"a\":1}\n{\"a\":2}{}\n[]"), "{\"a\":1}\n{\"a\":2}\n{}\n[]\n");
  EXPECT_EQ(Values(" \n"), "");
  EXPECT_EQ(Values("null"), "");
}

TEST(Json, KeepsTheTextOfNumbers) {
  const Parsed parsed = ParseJson("[12345678901234567890, 1.10, -0]");
  ASSERT_EQ(parsed.documents.size(), 1u);
  const std::vector<Node>& items = parsed.documents[0].items;
  EXPECT_EQ(items[0].text, "12345678901234567890");
  EXPECT_EQ(items[1].text, "1.10");
  EXPECT_EQ(items[2].text, "-0");
  EXPECT_TRUE(items[0].plain);
}

TEST(Json, NeverTakesAStringForSomethingElse) {
  const Parsed parsed = ParseJson("[\"yes\", \"1\", \"null\", \"\"]");
  for (const Node& item : parsed.documents.at(0).items) {
    EXPECT_FALSE(item.plain);
    EXPECT_EQ(Resolve(item).type, ScalarType::kString);
  }
}

TEST(Json, KnowsWhereEachValueStands) {
  const Parsed parsed = ParseJson("{\n  \"a\\\"\\\\\": [true, \"\xC3\xA9\", 10],\n \"b\": {}}");
  ASSERT_EQ(parsed.documents.size(), 1u);
  const Member& first = parsed.documents[0].members[0];
  EXPECT_EQ(first.key.text, "a\"\\");
  const auto expect_place = [](const Node& node, uint32_t line, uint32_t column) {
    EXPECT_EQ(node.line, line);
    EXPECT_EQ(node.column, column);
  };
  expect_place(parsed.documents[0], 1, 1);
  expect_place(first.key, 2, 3);
  expect_place(first.value, 2, 12);
  expect_place(first.value.items[0], 2, 13);
  expect_place(first.value.items[1], 2, 19);
  expect_place(first.value.items[2], 2, 25);
  expect_place(parsed.documents[0].members[1].value, 3, 7);
}

TEST(Json, ReadsEscapesAndSurrogatePairs) {
  EXPECT_EQ(Values("[\"\\u263a\\ud83d\\ude00\\u0000\\/\"]"),
            "[\"\xE2\x98\xBA\xF0\x9F\x98\x80\\u0000/\"]\n");
  EXPECT_EQ(Error("[\"x\", \"\\udc00\"]"),
            "1:7 InvalidJSON a \\u escape names half of a surrogate pair");
  EXPECT_EQ(Error("[\"\\ud800x\"]"), "1:3 InvalidJSON a \\u escape names half of a surrogate pair");
}

TEST(JsonErrors, PointAtWhatIsWrong) {
  EXPECT_EQ(Error("{\"a\" 1}"), "1:6 InvalidJSON a ':' is missing after the key");
  EXPECT_EQ(Error("{a: 1}"), "1:2 InvalidJSON a key in double quotes is expected here");
  EXPECT_EQ(Error("[1 2]"), "1:4 InvalidJSON a ',' or ']' is missing here");
  EXPECT_EQ(Error("[1,]"), "1:4 InvalidJSON a value is expected here");
  EXPECT_EQ(Error("[\n\"abc"), "2:1 InvalidJSON this quote is never closed");
  EXPECT_EQ(Error("{\"a\":\n [1"), "2:2 InvalidJSON this '[' is never closed");
  EXPECT_EQ(Error("[\"a\nb\"]"),
            "1:4 InvalidJSON the line ends inside a string; write \\n, or close the quote");
  EXPECT_EQ(Error("[\"\\d\"]"), "1:3 InvalidJSON this escape is unknown; write a backslash twice");
  EXPECT_EQ(Error("[1e999]"), "1:2 InvalidJSON this number is too big");
  EXPECT_EQ(Error("}"), "1:1 InvalidJSON a value is expected here");
  EXPECT_EQ(Error("[nul]"), "1:5 InvalidJSON a value is expected here");
}

TEST(JsonErrors, NameBadBytes) {
  EXPECT_EQ(Error("[\"caf\xE9\"]"), "1:6 InvalidUTF8 the byte 0xE9 is not UTF-8");
  EXPECT_EQ(Error("[\"\xED\xA0\x80\"]").substr(0, 15), "1:3 InvalidUTF8");
  EXPECT_EQ(Error(std::string_view("[1,\0 2]", 7)),
            "1:4 InvalidJSON the control character U+0000 cannot stand in JSON; write it as an "
            "escape");
  EXPECT_EQ(Error(std::string_view("\xFE\xFF\0{", 4)).substr(0, 15), "1:1 InvalidUTF8");
}

TEST(JsonErrors, KeepTheValuesBefore) {
  EXPECT_EQ(Values("{\"a\":1}\n{\"b\":}\n{\"c\":1}"), "{\"a\":1}\n");
}

TEST(JsonErrors, SpoilOnlyTheirValueWhenItsEndIsKnown) {
  EXPECT_EQ(Values("{\"a\":1,\"a\":2}\n{\"c\":1}"), "{\"c\":1}\n");
  EXPECT_EQ(Error("{\"a\":1,\n\"a\":2}\n{\"c\":1}"),
            "2:1 DuplicateKey the key \"a\" on line 2 already stands on line 1");
}

TEST(JsonKeys, AreNeverMerged) { EXPECT_EQ(Values("{\"<<\":{\"a\":1}}"), "{\"<<\":{\"a\":1}}\n"); }

TEST(JsonLimits, BoundDepthNodesAndTexts) {
  EXPECT_EQ(Error(std::string(64, '[') + std::string(64, ']')), "0 errors");
  EXPECT_EQ(Error(std::string(100'000'000, '[')),
            "1:65 TooDeep lists and maps are nested more than 64 levels deep");
  EXPECT_EQ(Error("[1,2,3]", {.nodes = 3}),
            "1:6 TooLarge the text has more than 3 values; the rest of it is not read");
  EXPECT_EQ(Error(std::string(100'000'000, '"'), {.nodes = 1000}).find("TooLarge"), 7u);
  EXPECT_EQ(Error("[\"" + std::string(17 << 20, 'a') + "\"]"),
            "1:2 TooLarge a single value is longer than 16 MiB");
}

}  // namespace
}  // namespace kgw::config
