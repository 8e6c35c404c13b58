// RapidJSON's stack adds to a null pointer before its first push; harmless, but undefined.
#ifdef __clang__
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#ifdef __clang__
#pragma clang attribute pop
#endif

#include <utility>

#include "base/strings.h"
#include "config/parse.h"
#include "config/records.h"
#include "config/text.h"

namespace kgw::config {
namespace {

constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseStopWhenDoneFlag |
                            rapidjson::kParseNumbersAsStringsFlag |
                            rapidjson::kParseValidateEncodingFlag;

// The opening quote of the string that ends before `end`. Every quote inside of it stands behind a
// backslash; the opening one never does.
size_t OpeningQuote(std::string_view text, size_t end) {
  size_t at = text.rfind('"', end);
  while (at != text.npos && at > 0 && text[at - 1] == '\\') at = text.rfind('"', at - 1);
  return at == text.npos ? 0 : at;
}

// "\udc00" alone comes out of RapidJSON as three bytes that are no UTF-8.
bool HasLoneSurrogate(std::string_view text) {
  for (size_t at = text.find('\xED'); at != text.npos; at = text.find('\xED', at + 1)) {
    if (DecodeAt(text, at).size == 0) return true;
  }
  return false;
}

// Hands RapidJSON's events to the recorder of the current value.
class JsonHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, JsonHandler> {
 public:
  JsonHandler(std::string_view text, const rapidjson::MemoryStream* stream)
      : text_(text), locator_(text), stream_(stream) {}

  void set_recorder(Recorder* recorder) { recorder_ = recorder; }
  Locator* locator() { return &locator_; }

  bool Null() { return Plain("null"); }
  bool Bool(bool value) { return Plain(value ? "true" : "false"); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return Plain({text, size}); }
  bool String(const char* data, rapidjson::SizeType size, bool) {
    const Place place = locator_.AtByte(OpeningQuote(text_, stream_->Tell() - 2));
    std::string text(data, size);
    if (HasLoneSurrogate(text)) {
      return recorder_->Fail(place, "InvalidJSON", "a \\u escape names half of a surrogate pair");
    }
    return recorder_->Scalar(place, std::move(text), false);
  }
  bool Key(const char* data, rapidjson::SizeType size, bool copy) {
    return String(data, size, copy);
  }
  bool StartObject() { return Open(Record::Kind::kMap); }
  bool StartArray() { return Open(Record::Kind::kList); }
  bool EndObject(rapidjson::SizeType) { return recorder_->Close(); }
  bool EndArray(rapidjson::SizeType) { return recorder_->Close(); }

 private:
  // Behind the token, which is written as it is read.
  bool Plain(std::string_view text) {
    const Place place = locator_.AtByte(stream_->Tell() - text.size());
    return recorder_->Scalar(place, std::string(text), true);
  }
  // RapidJSON takes the bracket after this call.
  bool Open(Record::Kind kind) { return recorder_->Open(kind, locator_.AtByte(stream_->Tell())); }

  std::string_view text_;
  Locator locator_;
  const rapidjson::MemoryStream* stream_;
  Recorder* recorder_ = nullptr;
};

std::string_view Sentence(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorObjectMissName:
      return "a key in double quotes is expected here";
    case rapidjson::kParseErrorObjectMissColon:
      return "a ':' is missing after the key";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "a ',' or '}' is missing here";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "a ',' or ']' is missing here";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "the escape \\u needs four hexadecimal digits";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "a \\u escape names half of a surrogate pair";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return "this escape is unknown; write a backslash twice";
    case rapidjson::kParseErrorNumberTooBig:
      return "this number is too big";
    case rapidjson::kParseErrorNumberMissFraction:
      return "digits are missing after the '.'";
    case rapidjson::kParseErrorNumberMissExponent:
      return "digits are missing after the 'e'";
    default:
      return "a value is expected here";
  }
}

// Names a byte that no JSON text has at `offset`; false if it is an ordinary one.
bool ExplainByte(std::string_view text, size_t offset, Place place, SyntaxError* error) {
  const auto byte = static_cast<unsigned char>(text[offset]);
  if (DecodeAt(text, offset).size == 0) {
    *error = ErrorAt(place, "InvalidUTF8", base::Cat("the byte ", ByteName(byte), " is not UTF-8"));
    return true;
  }
  if (byte >= 0x20) return false;
  const bool line_end = byte == '\n' || byte == '\r';
  *error = ErrorAt(place, "InvalidJSON",
                   line_end ? "the line ends inside a string; write \\n, or close the quote"
                            : base::Cat("the control character ", CharacterName(byte),
                                        " cannot stand in JSON; write it as an escape"));
  return true;
}

SyntaxError Explain(rapidjson::ParseErrorCode code, std::string_view text, size_t offset,
                    const Recorder& recorder, Locator* locator) {
  SyntaxError error;
  if (offset < text.size()) {
    const Place place = locator->AtByte(offset);
    if (ExplainByte(text, offset, place, &error)) return error;
    return ErrorAt(place, "InvalidJSON", std::string(Sentence(code)));
  }
  if (code == rapidjson::kParseErrorStringMissQuotationMark) {
    return ErrorAt(locator->AtByte(OpeningQuote(text, text.npos)), "InvalidJSON",
                   "this quote is never closed");
  }
  if (const Record* open = recorder.innermost()) {
    const bool list = open->kind == Record::Kind::kList;
    return ErrorAt(open->place, "InvalidJSON",
                   base::Cat("this '", list ? "[" : "{", "' is never closed"));
  }
  return ErrorAt(locator->AtByte(offset), "InvalidJSON", std::string(Sentence(code)));
}

bool SkipWhitespace(std::string_view text, rapidjson::MemoryStream* stream) {
  rapidjson::SkipWhitespace(*stream);
  return stream->Tell() < text.size();
}

}  // namespace

// Behind an error nothing tells where the next value begins: the rest is not read.
Parsed ParseJson(std::string_view bytes, const Limits& limits) {
  Parsed parsed;
  SyntaxError error;
  if (!StripByteOrderMark(&bytes, &error)) {
    parsed.errors.push_back(std::move(error));
    return parsed;
  }
  uint64_t nodes_left = limits.nodes;
  rapidjson::MemoryStream stream(bytes.data(), bytes.size());
  rapidjson::Reader reader;
  JsonHandler handler(bytes, &stream);
  while (SkipWhitespace(bytes, &stream)) {
    Recorder recorder(limits, &nodes_left);
    handler.set_recorder(&recorder);
    const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
    if (recorder.error()) {
      parsed.errors.push_back(*recorder.error());
      break;
    }
    if (result.IsError()) {
      parsed.errors.push_back(
          Explain(result.Code(), bytes, result.Offset(), recorder, handler.locator()));
      break;
    }
    Node root;
    if (std::optional<SyntaxError> broken = BuildTree(&recorder, &root)) {
      parsed.errors.push_back(std::move(*broken));
    } else if (!IsNull(root)) {
      parsed.documents.push_back(std::move(root));
    }
  }
  return parsed;
}

}  // namespace kgw::config
