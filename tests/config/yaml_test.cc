#include <gtest/gtest.h>

#include <string>

#include "config/parse.h"
#include "config/write.h"

namespace kgw::config {
namespace {

std::string Json(const Node& node) {
  std::string out;
  WriteJson(node, &out);
  return out;
}

// The documents as JSON, one a line.
std::string Documents(std::string_view text) {
  std::string out;
  for (const Node& node : ParseYaml(text).documents) out += Json(node) + "\n";
  return out;
}

std::string Describe(const SyntaxError& error) {
  return std::to_string(error.line) + ":" + std::to_string(error.column) + " " + error.code + " " +
         error.message;
}

// The only error of `text`.
std::string Error(std::string_view text, const Limits& limits = {}) {
  const Parsed parsed = ParseYaml(text, limits);
  if (parsed.errors.size() != 1) return std::to_string(parsed.errors.size()) + " errors";
  return Describe(parsed.errors[0]);
}

std::string Repeat(std::string_view text, size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(YamlStream, CutsAtMarkers) {
  EXPECT_EQ(Documents("a: 1\n---\nb: 2\n...\n---\nc: 3"), "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
}

TEST(YamlStream, LeavesEmptyDocumentsOut) {
  EXPECT_EQ(Documents(""), "");
  EXPECT_EQ(Documents("---\n---\n# nothing\n---\n~\n---\nnull\n...\n...\n"), "");
  EXPECT_TRUE(ParseYaml("---\n# nothing\n--- # here\n").errors.empty());
}

TEST(YamlStream, ReadsContentBehindAMarker) {
  EXPECT_EQ(Documents("--- a\n--- {b: 1}\n--- |\n  text\n---\tc\n"),
            "\"a\"\n{\"b\":1}\n\"text\\n\"\n\"c\"\n");
}

TEST(YamlStream, TakesMarkersOnlyAsWholeWordsInColumnOne) {
  EXPECT_EQ(Documents("a: |\n  ---\n  ...\nb: ---x\n"),
            "{\"a\":\"---\\n...\\n\",\"b\":\"---x\"}\n");
  EXPECT_EQ(Documents("---x: 1\n"), "{\"---x\":1}\n");
}

TEST(YamlStream, GivesDirectivesAndCommentsToTheNextDocument) {
  EXPECT_EQ(Documents("# one\n%TAG !y! tag:yaml.org,2002:\n# two\n---\na: !y!str 1\n"),
            "{\"a\":\"1\"}\n");
  EXPECT_EQ(Documents("a: 1\n...\n%YAML 1.2\n---\nb: 2\n"), "{\"a\":1}\n{\"b\":2}\n");
}

TEST(YamlStream, AllowsABareDocumentBehindAnEnd) {
  EXPECT_EQ(Documents("a: 1\n...\nb: 2\n"), "{\"a\":1}\n{\"b\":2}\n");
}

TEST(YamlStream, ReadsEveryKindOfLineEnd) {
  EXPECT_EQ(Documents("---\r\na: 1\r\nb: |\r\n  x\r\n---\r\nc: 2\r\n"),
            "{\"a\":1,\"b\":\"x\\n\"}\n{\"c\":2}\n");
  EXPECT_EQ(Documents("a: 1\r---\rb: 2\r"), "{\"a\":1}\n{\"b\":2}\n");
  EXPECT_EQ(Error("a: 1\r\n---\r\nb: [\r\n").substr(0, 4), "3:4 ");
  EXPECT_EQ(Error("a: 1\r---\rb: [\r").substr(0, 4), "3:4 ");
}

TEST(YamlStream, SkipsAByteOrderMark) {
  EXPECT_EQ(Documents("\xEF\xBB\xBF---\na: 1\n"), "{\"a\":1}\n");
  EXPECT_EQ(Documents("\xEF\xBB\xBF{a: 1}"), "{\"a\":1}\n");
  EXPECT_EQ(Error(std::string_view("\xFF\xFE"
                                   "a\0",
                                   4)),
            "1:1 InvalidUTF8 the text is encoded in UTF-16; save it as UTF-8");
}

TEST(YamlErrors, SpoilOnlyTheirDocument) {
  const Parsed parsed = ParseYaml("a: 1\n---\nb: \"never\n---\nc: [\n---\n\td: 1\n---\ne: 2\n");
  ASSERT_EQ(parsed.documents.size(), 2u);
  EXPECT_EQ(Json(parsed.documents[1]), "{\"e\":2}");
  ASSERT_EQ(parsed.errors.size(), 3u);
  EXPECT_EQ(Describe(parsed.errors[0]), "3:4 InvalidYAML this quote is never closed");
  EXPECT_EQ(Describe(parsed.errors[1]), "5:4 InvalidYAML this list is never closed with ']'");
  EXPECT_EQ(Describe(parsed.errors[2]), "7:1 InvalidYAML a tab cannot indent; use spaces");
}

TEST(YamlErrors, PointAtWhatIsWrong) {
  EXPECT_EQ(Error("spec:\n\ta: 1\n"), "2:1 InvalidYAML a tab cannot indent; use spaces");
  EXPECT_EQ(Error("a: {b: 1\n...\n"), "1:4 InvalidYAML this map is never closed with '}'");
  EXPECT_EQ(Error("a: [1 2}\n"),
            "1:8 InvalidYAML expected ',' or ']' in the list that begins at line 1, column 4");
  EXPECT_EQ(Error("a: @x\n"), "1:4 InvalidYAML text cannot begin with '@'; put it in quotes");
  EXPECT_EQ(Error("a: *.x\n"),
            "1:4 InvalidYAML an unquoted * begins an alias; if it is meant as text, put it in "
            "quotes");
  EXPECT_EQ(Error("a: 1\nb\nc: 2\n").substr(0, 15), "2:1 InvalidYAML");
  EXPECT_EQ(Error("a: b: c\n").substr(0, 15), "1:5 InvalidYAML");
  EXPECT_EQ(Error("a:\n  b: 1\n c: 2\n"),
            "3:2 InvalidYAML expected a key in the map that begins at line 1, column 1; check the "
            "indentation and the quotes");
}

TEST(YamlErrors, CountColumnsInBytes) {
  EXPECT_EQ(Error("\xC3\xA9: {\"\xE4\xB8\xAD\": @}\n").substr(0, 5), "1:13 ");
}

TEST(YamlErrors, RefuseUnknownTags) {
  EXPECT_EQ(Error("a: !Ref b\n"),
            "1:4 InvalidYAML the tag !Ref is not known; if it is meant as text, put it in quotes");
  EXPECT_EQ(Error("a: !!binary aGk=\n").substr(0, 15), "1:4 InvalidYAML");
}

TEST(YamlErrors, RecogniseHelmTemplates) {
  const std::string hint = "this looks like a Helm template; render it first (helm template CHART)";
  for (const char* text :
       {"{{- if .Values.on }}\na: 1\n{{- end }}\n", "a: {{ .Values.a }}\n",
        "a:\n  {{- toYaml . | nindent 4 }}\n", "{{ include \"x\" . }}\nb: 1\n"}) {
    EXPECT_NE(Error(text).find(" HelmTemplate " + hint), std::string::npos) << text << Error(text);
  }
  EXPECT_EQ(Error("t: \"{{ header() }}\"\na: [\n").find("Helm"), std::string::npos);
  EXPECT_EQ(Error("\x80{{\xFF").find("Helm"), std::string::npos) << "no text at all";
}

TEST(YamlBytes, MustBeUtf8) {
  const Parsed parsed = ParseYaml("a: 1\n---\nb: x\n  caf\xE9\n---\nc: 2\n");
  EXPECT_EQ(parsed.documents.size(), 2u);
  ASSERT_EQ(parsed.errors.size(), 1u);
  EXPECT_EQ(Describe(parsed.errors[0]), "4:6 InvalidUTF8 the byte 0xE9 is not UTF-8");
  for (const char* bad : {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE0\x80\x80",
                          "\xF4\x90\x80\x80", "\xE4\xB8"}) {
    EXPECT_EQ(Error(std::string("a: ") + bad).substr(0, 15), "1:4 InvalidUTF8");
  }
}

TEST(YamlBytes, MustNotBeControlCharacters) {
  EXPECT_EQ(Error(std::string_view("a: \0\n", 5)),
            "1:4 InvalidYAML the control character U+0000 cannot stand in YAML; write it as an "
            "escape in double quotes");
  EXPECT_EQ(Error("a: 1\nb: \x1F").substr(0, 15), "2:4 InvalidYAML");
  EXPECT_EQ(Error("a: \x7F").substr(0, 15), "1:4 InvalidYAML");
  EXPECT_EQ(Error("a: \xEF\xBB\xBF").substr(0, 15), "1:4 InvalidYAML");
  EXPECT_EQ(Documents("a: \"\\0\\x1F\"\n"), "{\"a\":\"\\u0000\\u001f\"}\n");
}

TEST(YamlScalars, RememberWhetherTheyWereQuoted) {
  EXPECT_EQ(Documents("[yes, \"yes\", 'no', 012, \"012\", ~, \"~\", !!str 1, !!int \"2\", ! 3]"),
            "[true,\"yes\",\"no\",10,\"012\",null,\"~\",\"1\",2,\"3\"]\n");
}

TEST(YamlScalars, HavePlaces) {
  const Parsed parsed = ParseYaml("---\na:\n- b: \xC3\xA9\n  cc: |\n    x\n");
  ASSERT_EQ(parsed.documents.size(), 1u);
  const Node& item = parsed.documents[0].Find("a")->items[0];
  EXPECT_EQ(item.line, 3u);
  EXPECT_EQ(item.column, 3u);
  EXPECT_EQ(item.members[1].key.line, 4u);
  EXPECT_EQ(item.members[1].key.column, 3u);
  EXPECT_EQ(item.members[1].value.column, 7u);
}

TEST(YamlKeys, AreTakenAsTheirText) {
  EXPECT_EQ(Documents("1: a\ntrue: b\n~: c\n'': d\n1.50: e\n"),
            "{\"1\":\"a\",\"true\":\"b\",\"~\":\"c\",\"\":\"d\",\"1.50\":\"e\"}\n");
  EXPECT_EQ(Error("? [a]\n: b\n"), "1:3 InvalidYAML a list or a map cannot be a key");
}

TEST(YamlKeys, MustNotStandTwice) {
  EXPECT_EQ(Error("a: 1\nb: 2\n\"a\": 3\n"),
            "3:1 DuplicateKey the key \"a\" on line 3 already stands on line 1");
  std::string many;
  for (int i = 0; i < 100; ++i) many += "k" + std::to_string(i) + ": v\n";
  EXPECT_EQ(Error(many + "k7: w\n"),
            "101:1 DuplicateKey the key \"k7\" on line 101 already stands on line 8");
}

TEST(YamlAliases, AreCopied) {
  EXPECT_EQ(Documents("a: &x {b: [1]}\nc: *x\nd: &x 2\ne: *x\n? &k f\n: *k\n"),
            "{\"a\":{\"b\":[1]},\"c\":{\"b\":[1]},\"d\":2,\"e\":2,\"f\":\"f\"}\n");
  EXPECT_EQ(Documents("a: &k b\n*k : c\n"), "{\"a\":\"b\",\"b\":\"c\"}\n");
}

TEST(YamlAliases, MustHaveAnAnchorInTheirOwnDocument) {
  EXPECT_EQ(Error("a: &x 1\n---\nb: *x\n"),
            "3:4 InvalidYAML the alias *x refers to no anchor; if it is meant as text, put it in "
            "quotes");
}

TEST(YamlAliases, MustNotContainThemselves) {
  EXPECT_EQ(Error("a: &x [*x]\n"), "1:8 InvalidYAML the alias *x stands inside what it refers to");
  EXPECT_EQ(Documents("&x [&x 1, *x]\n"), "[1,1]\n");
}

TEST(YamlAliases, CannotExplode) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string name = std::to_string(i);
    const std::string alias = "*a" + std::to_string(i - 1);
    bomb += "a" + name + ": &a" + name + " [" + alias + Repeat(", " + alias, 8) + "]\n";
  }
  EXPECT_EQ(Error(bomb + "---\nafter: 1\n").substr(0, 20), "6:10 AliasExpansion ");
  EXPECT_EQ(Documents(bomb + "---\nafter: 1\n"), "{\"after\":1}\n");
}

TEST(YamlAliases, CountLongTexts) {
  const std::string text = "a: &a \"" + std::string(1 << 20, 'x') + "\"\nb: [" + Repeat("*a,", 100);
  EXPECT_EQ(Error(text + "]\n").substr(0, 20), "2:23 AliasExpansion ");
}

TEST(YamlAliases, CountAgainstTheWholeSource) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "---\na: &a [1, 2, 3, 4]\nb: [*a, *a]\n";
  EXPECT_EQ(Error(text, {.nodes = 100}).find("TooLarge"), 6u);
}

TEST(YamlMerges, AddTheKeysThatAreMissing) {
  EXPECT_EQ(Documents("base: &b {x: 1, y: 2}\none:\n  <<: *b\n  y: 3\n"),
            "{\"base\":{\"x\":1,\"y\":2},\"one\":{\"y\":3,\"x\":1}}\n");
  EXPECT_EQ(Documents("<<: [{x: 1, y: 2}, {y: 3, z: 4}]\nx: 0\n"), "{\"x\":0,\"y\":2,\"z\":4}\n");
  EXPECT_EQ(Documents("l: &l [{x: 1}]\nm: {<<: *l}\n"), "{\"l\":[{\"x\":1}],\"m\":{\"x\":1}}\n");
  EXPECT_EQ(Documents("'<<': {x: 1}\n"), "{\"<<\":{\"x\":1}}\n");
  EXPECT_EQ(Error("<<: 1\n"), "1:5 InvalidYAML the merge key << takes a map or a list of maps");
}

TEST(YamlLimits, BoundDepth) {
  EXPECT_EQ(Error(Repeat("[", 64) + Repeat("]", 64)), "0 errors");
  EXPECT_EQ(Error(Repeat("[", 65) + Repeat("]", 65)),
            "1:65 TooDeep lists and maps are nested more than 64 levels deep");
  EXPECT_EQ(Error(Repeat("- ", 65) + "x"),
            "1:129 TooDeep lists and maps are nested more than 64 "
            "levels deep");
  EXPECT_EQ(Error("a: &a " + Repeat("[", 40) + Repeat("]", 40) + "\nb: " + Repeat("[", 40) + "*a")
                .find("TooDeep"),
            5u);
}

TEST(YamlLimits, BoundNodesOfTheSource) {
  const Parsed parsed = ParseYaml("[1, 2]\n---\n[3, 4]\n---\n[5]\n", {.nodes = 7});
  EXPECT_EQ(parsed.documents.size(), 2u);
  ASSERT_EQ(parsed.errors.size(), 1u);
  EXPECT_EQ(Describe(parsed.errors[0]),
            "5:2 TooLarge the text has more than 7 values; the rest of it is not read");
}

TEST(YamlLimits, RefuseLongLinesBeforeTheyAreScanned) {
  for (const char* one : {"a", "[", "\"", "{", "- "}) {
    const std::string text = "a: 1\n---\n" + Repeat(one, 100'000'000 / std::string(one).size());
    EXPECT_EQ(Error(text), "3:1 TooLarge this line is longer than 16 MiB") << one;
  }
}

TEST(YamlLimits, KeepHostileTextsLinear) {
  EXPECT_NE(Error(Repeat("[", 1'000'000)).find("TooDeep"), std::string::npos);
  EXPECT_NE(Error(Repeat("%TAG !a! b\n", 100'000) + "---\na\n").find("TooLarge"),
            std::string::npos);
  EXPECT_EQ(ParseYaml(Repeat("--- [\n", 100'000)).errors.size(), 1001u);
  std::string keys;
  for (int i = 0; i < 200'000; ++i) keys += "k" + std::to_string(i) + ": v\n";
  EXPECT_EQ(ParseYaml(keys).documents.at(0).members.size(), 200'000u);
}

}  // namespace
}  // namespace kgw::config
