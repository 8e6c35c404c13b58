#include "config/yaml_message.h"

#include <array>

#include "base/strings.h"

namespace kgw::config {
namespace {

// Where to look: at the offending token, or where the thing began that it broke.
enum class At : uint8_t { kProblem, kContext };

struct Sentence {
  std::string_view problem;  // libyaml's own words
  std::string_view context;  // a part of them; empty: any
  At at = At::kProblem;
  std::string_view text;
};

constexpr Sentence kSentences[] = {
    {"found unexpected end of stream", "quoted scalar", At::kContext, "this quote is never closed"},
    {"found unexpected document indicator", "quoted scalar", At::kContext,
     "this quote is never closed"},
    {"mapping values are not allowed in this context", "", At::kProblem,
     "no \"key: value\" can stand here; check the indentation, and put text that contains \": \" "
     "in quotes"},
    {"block sequence entries are not allowed in this context", "", At::kProblem,
     "no \"- item\" can stand here; check the indentation"},
    {"mapping keys are not allowed in this context", "", At::kProblem,
     "no \"? key\" can stand here; check the indentation"},
    {"could not find expected ':'", "simple key", At::kContext,
     "this is no \"key: value\"; if it continues the text above it, indent it further"},
    {"did not find expected <document start>", "", At::kProblem,
     "the document has ended before this text; check the indentation, or separate documents with "
     "---"},
    {"did not find expected alphabetic or numeric character", "scanning an alias", At::kContext,
     "an unquoted * begins an alias; if it is meant as text, put it in quotes"},
    {"did not find expected alphabetic or numeric character", "scanning an anchor", At::kContext,
     "an unquoted & begins an anchor; if it is meant as text, put it in quotes"},
    {"found a tab character where an indentation space is expected", "", At::kProblem,
     "a tab cannot indent; use spaces"},
    {"found a tab character that violates indentation", "", At::kProblem,
     "a tab cannot indent; use spaces"},
    {"found unknown escape character", "", At::kProblem,
     "this escape is unknown; inside double quotes, write a backslash twice"},
    {"did not find expected hexdecimal number", "", At::kProblem,
     "this escape needs hexadecimal digits; inside double quotes, write a backslash twice"},
    {"found incompatible YAML document", "", At::kProblem,
     "only the YAML versions 1.1 and 1.2 can be read"},
    {"found undefined tag handle", "", At::kProblem,
     "this tag is not known; if it is meant as text, put it in quotes"},
};

std::string_view View(const char* text) { return text == nullptr ? "" : text; }

const Sentence* FindSentence(std::string_view problem, std::string_view context) {
  for (const Sentence& sentence : kSentences) {
    if (problem == sentence.problem && context.find(sentence.context) != context.npos) {
      return &sentence;
    }
  }
  return nullptr;
}

// "found character that cannot start any token": which one tells what to do.
std::string ExplainStart(char c) {
  if (c == '\t') return "a tab cannot indent; use spaces";
  return base::Cat("text cannot begin with '", std::string(1, c), "'; put it in quotes");
}

std::string Position(Place place) {
  return base::Cat("line ", std::to_string(place.line), ", column ", std::to_string(place.column));
}

// "while parsing a flow sequence" -> "list".
std::string_view ContextNoun(std::string_view context) {
  constexpr std::array<std::array<std::string_view, 2>, 6> kNouns = {{
      {"flow sequence", "list"},
      {"flow mapping", "map"},
      {"block collection", "list"},
      {"block mapping", "map"},
      {"block scalar", "block of text"},
      {"plain scalar", "text"},
  }};
  for (const auto& [words, noun] : kNouns) {
    if (context.find(words) != context.npos) return noun;
  }
  return {};
}

std::string Expectation(std::string_view problem) {
  constexpr std::string_view kMissing = "did not find expected ";
  if (problem.empty()) return "the text is not YAML";
  if (!problem.starts_with(kMissing)) return std::string(problem);
  problem.remove_prefix(kMissing.size());
  if (problem == "key") return "expected a key";
  if (problem == "node content") return "expected a value";
  if (problem == "'-' indicator") return "expected \"- item\"";
  return base::Cat("expected ", problem);
}

struct Problem {
  std::string_view problem, context;
  Place place, context_place;
  bool at_end = false;  // of the document
  char byte = '\0';     // where it stands
};

// An error that has no sentence of its own: libyaml's words, and where the outer thing began.
SyntaxError ExplainOther(const Problem& p, const Record* innermost) {
  const std::string_view noun = ContextNoun(p.context);
  const bool flow = p.context.find("flow") != p.context.npos;
  if (flow && p.at_end && innermost != nullptr) {
    const bool list = innermost->kind == Record::Kind::kList;
    return ErrorAt(
        innermost->place, "InvalidYAML",
        list ? "this list is never closed with ']'" : "this map is never closed with '}'");
  }
  std::string message = Expectation(p.problem);
  if (!noun.empty()) {
    message += base::Cat(" in the ", noun, " that begins at ", Position(p.context_place));
  }
  if (!flow && !noun.empty()) message += "; check the indentation and the quotes";
  return ErrorAt(p.place, "InvalidYAML", message);
}

std::string_view LineOf(std::string_view text, uint32_t number) {
  size_t at = 0;
  for (uint32_t line = 0; line < number && at < text.size(); ++line) {
    const size_t end = text.find('\n', at);
    at = end == text.npos ? text.size() : end + 1;
  }
  return text.substr(at, text.find('\n', at) - at);
}

// A "{{" outside of quotes, as far as one line can tell.
bool HasTemplateMarker(std::string_view line) {
  const size_t at = line.find("{{");
  return at != line.npos && line.substr(0, at).find_first_of("\"'") == line.npos;
}

}  // namespace

SyntaxError ExplainYamlError(const yaml_parser_t& parser, std::string_view text,
                             const Record* innermost, Locator* locator) {
  if (parser.error == YAML_MEMORY_ERROR) {
    return ErrorAt(locator->AtCharacter(0), "TooLarge", "there is not enough memory");
  }
  Problem p = {View(parser.problem), View(parser.context), {}, {}, false, '\0'};
  if (!p.context.empty()) p.context_place = locator->AtCharacter(parser.context_mark.index);
  p.place = locator->AtCharacter(parser.problem_mark.index);
  p.at_end = locator->offset() >= text.size() ||
             (p.place.column == 1 && text.substr(locator->offset()).starts_with("..."));
  if (!p.at_end) p.byte = text[locator->offset()];
  if (p.problem == "found character that cannot start any token" && !p.at_end) {
    return ErrorAt(p.place, "InvalidYAML", ExplainStart(p.byte));
  }
  const Sentence* sentence = FindSentence(p.problem, p.context);
  if (sentence == nullptr) return ExplainOther(p, innermost);
  const bool at_context = sentence->at == At::kContext && !p.context.empty();
  return ErrorAt(at_context ? p.context_place : p.place, "InvalidYAML",
                 std::string(sentence->text));
}

void RecogniseTemplate(std::string_view text, uint32_t first_line, SyntaxError* error) {
  if (error->line < first_line) return;
  const uint32_t line = error->line - first_line;
  const bool marked = HasTemplateMarker(LineOf(text, line)) ||
                      (line > 0 && HasTemplateMarker(LineOf(text, line - 1)));
  if (!marked) return;
  error->code = "HelmTemplate";
  error->message = base::Cat("this looks like a Helm template; render it first (helm template ",
                             "CHART): ", error->message);
}

}  // namespace kgw::config
