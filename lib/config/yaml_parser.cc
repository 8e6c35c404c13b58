#include <yaml.h>

#include <utility>

#include "base/strings.h"
#include "config/parse.h"
#include "config/records.h"
#include "config/text.h"
#include "config/yaml_message.h"
#include "config/yaml_stream.h"

namespace kgw::config {
namespace {

constexpr uint32_t kMostDirectives = 64;  // libyaml compares each with all before it
constexpr size_t kMostErrors = 1000;      // of one source

std::string_view Text(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

class Event {
 public:
  ~Event() {
    if (filled_) yaml_event_delete(&event_);
  }
  bool Read(yaml_parser_t* parser) {
    if (filled_) yaml_event_delete(&event_);
    filled_ = yaml_parser_parse(parser, &event_) != 0;
    return filled_;
  }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_;
  bool filled_ = false;
};

// What an explicit tag makes of a scalar.
enum class TagKind : uint8_t { kNone, kString, kTyped, kCollection, kUnknown };

TagKind KindOfTag(std::string_view tag) {
  constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
  if (tag.empty()) return TagKind::kNone;
  if (tag == "!") return TagKind::kString;
  if (!tag.starts_with(kPrefix)) return TagKind::kUnknown;
  tag.remove_prefix(kPrefix.size());
  if (tag == "str" || tag == "timestamp") return TagKind::kString;
  if (tag == "int" || tag == "bool" || tag == "float" || tag == "null" || tag == "merge") {
    return TagKind::kTyped;
  }
  return tag == "map" || tag == "seq" ? TagKind::kCollection : TagKind::kUnknown;
}

// Hands the events of one document to a recorder, and stops at the first that it refuses.
class DocumentReader {
 public:
  DocumentReader(std::string_view text, uint32_t line, Recorder* recorder)
      : text_(text.substr(0, text.find_last_not_of(" \t\r\n") + 1)),
        locator_(text_, line),
        recorder_(recorder) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~DocumentReader() { yaml_parser_delete(&parser_); }
  DocumentReader(const DocumentReader&) = delete;
  DocumentReader& operator=(const DocumentReader&) = delete;

  void Read();

 private:
  bool Take(const Event& event);
  bool TakeScalar(const Event& event, Place place);
  bool CheckTag(std::string_view tag, Place place);

  std::string_view text_;  // without the line ends behind it: so every place is inside of it
  Locator locator_;
  Recorder* recorder_;
  yaml_parser_t parser_;
  uint32_t documents_ = 0;
};

void DocumentReader::Read() {
  Event event;
  do {
    if (!event.Read(&parser_)) {
      SyntaxError error = ExplainYamlError(parser_, text_, recorder_->innermost(), &locator_);
      recorder_->Fail({error.line, error.column}, error.code, std::move(error.message));
      return;
    }
  } while (event->type != YAML_STREAM_END_EVENT && Take(event));
}

bool DocumentReader::Take(const Event& event) {
  const Place place = locator_.AtCharacter(event->start_mark.index);
  switch (event->type) {
    case YAML_SCALAR_EVENT:
      return TakeScalar(event, place);
    case YAML_SEQUENCE_START_EVENT:
      return CheckTag(Text(event->data.sequence_start.tag), place) &&
             recorder_->Open(Record::Kind::kList, place, Text(event->data.sequence_start.anchor));
    case YAML_MAPPING_START_EVENT:
      return CheckTag(Text(event->data.mapping_start.tag), place) &&
             recorder_->Open(Record::Kind::kMap, place, Text(event->data.mapping_start.anchor));
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      return recorder_->Close();
    case YAML_ALIAS_EVENT:
      return recorder_->Alias(place, Text(event->data.alias.anchor));
    case YAML_DOCUMENT_START_EVENT:
      // libyaml also sees markers behind the line ends that only YAML 1.1 knows, like U+2028.
      if (++documents_ == 1) return true;
      return recorder_->Fail(place, "InvalidYAML", "a second document begins inside of a line");
    default:
      return true;
  }
}

bool DocumentReader::TakeScalar(const Event& event, Place place) {
  const auto& scalar = event->data.scalar;
  const std::string_view tag = Text(scalar.tag);
  if (!CheckTag(tag, place)) return false;
  const TagKind kind = KindOfTag(tag);
  const bool plain =
      scalar.style == YAML_PLAIN_SCALAR_STYLE ? kind != TagKind::kString : kind == TagKind::kTyped;
  std::string text(reinterpret_cast<const char*>(scalar.value), scalar.length);
  return recorder_->Scalar(place, std::move(text), plain, Text(scalar.anchor));
}

bool DocumentReader::CheckTag(std::string_view tag, Place place) {
  if (KindOfTag(tag) != TagKind::kUnknown) return true;
  return recorder_->Fail(place, "InvalidYAML",
                         base::Cat("the tag ", Excerpt(tag), " is not known; if it is meant as ",
                                   "text, put it in quotes"));
}

// What libyaml must not be given: bytes it reports without a place, and what costs it too long.
std::optional<SyntaxError> CheckText(const YamlChunk& chunk) {
  if (chunk.long_line != 0) {
    return ErrorAt({chunk.long_line, 1}, "TooLarge", "this line is longer than 16 MiB");
  }
  if (chunk.directives > kMostDirectives) {
    return ErrorAt({chunk.line, 1}, "TooLarge", "the document has more than 64 directives");
  }
  const std::string_view text = chunk.text;
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte < 0x7F) {
      ++i;
      continue;
    }
    const Character character = DecodeAt(text, i);
    if (character.size > 0 && YamlPrintable(character.code)) {
      i += character.size;
      continue;
    }
    const Place place = Locator(text, chunk.line).AtByte(i);
    if (character.size == 0) {
      return ErrorAt(place, "InvalidUTF8", base::Cat("the byte ", ByteName(byte), " is not UTF-8"));
    }
    return ErrorAt(place, "InvalidYAML",
                   base::Cat("the control character ", CharacterName(character.code),
                             " cannot stand in YAML; write it as an escape in double quotes"));
  }
  return std::nullopt;
}

std::optional<SyntaxError> ReadDocument(const YamlChunk& chunk, const Limits& limits,
                                        uint64_t* nodes_left, std::vector<Node>* documents) {
  if (std::optional<SyntaxError> error = CheckText(chunk)) return error;
  Recorder recorder(limits, nodes_left);
  DocumentReader(chunk.text, chunk.line, &recorder).Read();
  std::optional<SyntaxError> error = recorder.error();
  if (!error && !recorder.records().empty()) {
    Node root;
    error = BuildTree(&recorder, &root);
    if (!error && !IsNull(root)) documents->push_back(std::move(root));
  }
  if (error) RecogniseTemplate(chunk.text, chunk.line, &*error);
  return error;
}

}  // namespace

Parsed ParseYaml(std::string_view bytes, const Limits& limits) {
  Parsed parsed;
  SyntaxError encoding;
  if (!StripByteOrderMark(&bytes, &encoding)) {
    parsed.errors.push_back(std::move(encoding));
    return parsed;
  }
  uint64_t nodes_left = limits.nodes;
  YamlStream stream(bytes);
  YamlChunk chunk;
  while (stream.Next(&chunk)) {
    std::optional<SyntaxError> error = ReadDocument(chunk, limits, &nodes_left, &parsed.documents);
    if (!error) continue;
    parsed.errors.push_back(std::move(*error));
    if (nodes_left == 0) break;
    if (parsed.errors.size() == kMostErrors) {
      parsed.errors.push_back(
          ErrorAt({chunk.line, 1}, "TooLarge", "too many broken documents; the rest is not read"));
      break;
    }
  }
  return parsed;
}

}  // namespace kgw::config
