#include "config/node.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace kgw::config {
namespace {

Scalar Plain(const char* text) {
  Node node;
  node.plain = true;
  node.text = text;
  return Resolve(node);
}

TEST(Resolve, KnowsTheBooleansOfYaml11) {
  for (const char* text :
       {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"}) {
    EXPECT_EQ(Plain(text).type, ScalarType::kBool) << text;
    EXPECT_TRUE(Plain(text).boolean) << text;
  }
  for (const char* text :
       {"n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"}) {
    EXPECT_EQ(Plain(text).type, ScalarType::kBool) << text;
    EXPECT_FALSE(Plain(text).boolean) << text;
  }
  for (const char* text : {"yEs", "tRUE", "oN", "nO", "truee", "T", "f"}) {
    EXPECT_EQ(Plain(text).type, ScalarType::kString) << text;
  }
}

TEST(Resolve, KnowsNull) {
  for (const char* text : {"", "~", "null", "Null", "NULL"}) {
    EXPECT_EQ(Plain(text).type, ScalarType::kNull) << text;
  }
  EXPECT_EQ(Plain("nULL").type, ScalarType::kString);
  EXPECT_EQ(Plain("none").type, ScalarType::kString);
}

TEST(Resolve, TakesQuotedScalarsAsStrings) {
  Node node;
  for (const char* text : {"", "yes", "12", "null", "1e3"}) {
    node.text = text;
    EXPECT_EQ(Resolve(node).type, ScalarType::kString) << text;
  }
}

TEST(Resolve, TakesListsAndMapsAsNeither) {
  Node node;
  node.kind = Node::Kind::kMap;
  node.plain = true;
  EXPECT_FALSE(IsNull(node));
}

TEST(Resolve, ReadsIntegersInEveryBase) {
  const std::pair<const char*, int64_t> cases[] = {
      {"0", 0},
      {"80", 80},
      {"-1", -1},
      {"+7", 7},
      {"012", 10},
      {"0755", 493},
      {"0o17", 15},
      {"0x1F", 31},
      {"0Xff", 255},
      {"0b101", 5},
      {"-0x10", -16},
      {"-012", -10},
      {"1_000_000", 1000000},
      {"0x_ff", 255},
      {"1_", 1},
      {"-_1", -1},
      {"00", 0},
      {"9223372036854775807", std::numeric_limits<int64_t>::max()},
      {"-9223372036854775808", std::numeric_limits<int64_t>::min()},
  };
  for (const auto& [text, value] : cases) {
    const Scalar scalar = Plain(text);
    EXPECT_EQ(scalar.type, ScalarType::kInt) << text;
    EXPECT_EQ(scalar.integer, value) << text;
    EXPECT_EQ(scalar.number, static_cast<double>(value)) << text;
  }
}

TEST(Resolve, ReadsFloats) {
  const std::pair<const char*, double> cases[] = {
      {".5", 0.5},
      {"-.5", -0.5},
      {"1.", 1},
      {"1.25", 1.25},
      {"1e3", 1000},
      {"1E-2", 0.01},
      {"+1.5e+2", 150},
      {"08", 8},
      {"1_0.5", 10.5},
      {"1e-999", 0},
      {"9223372036854775808", 9223372036854775808.0},
      {"18446744073709551616", 18446744073709551616.0},
      {"-9223372036854775809", -9223372036854775808.0},
  };
  for (const auto& [text, value] : cases) {
    EXPECT_EQ(Plain(text).type, ScalarType::kFloat) << text;
    EXPECT_DOUBLE_EQ(Plain(text).number, value) << text;
  }
  EXPECT_TRUE(std::isinf(Plain(".inf").number));
  EXPECT_TRUE(std::isinf(Plain("+.Inf").number));
  EXPECT_LT(Plain("-.INF").number, 0);
  EXPECT_TRUE(std::isnan(Plain(".NaN").number));
}

TEST(Resolve, LeavesWhatOnlyLooksLikeANumber) {
  for (const char* text :
       {"-",        "+",          ".",    "..",    "1.2.3", "10.0.0.1", "0x",
        "0xg",      "0b2",        "1e",   "1e999", "_1",    ".1_0",     "-.nan",
        "1:30",     "2024-01-01", "12s",  "1 2",   "--1",   "-+1",      "-0xffffffffffffffff",
        "infinity", "nan",        "0x1p3"}) {
    EXPECT_EQ(Plain(text).type, ScalarType::kString) << text;
  }
}

TEST(Node, FindsAMember) {
  Node map;
  map.kind = Node::Kind::kMap;
  map.members.resize(2);
  map.members[0].key.text = "a";
  map.members[1].key.text = "b";
  EXPECT_EQ(map.Find("b"), &map.members[1].value);
  EXPECT_EQ(map.Find("c"), nullptr);
  EXPECT_EQ(Node().Find("a"), nullptr);
}

}  // namespace
}  // namespace kgw::config
