#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/escaping.h"
#include "base/strings.h"
#include "base/time.h"
#include "config/decode_state.h"
#include "config/text.h"
#include "config/write.h"

namespace kgw::config {
namespace {

using base::Cat;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Sets or, in a list, adds a value.
#define KGW_STORE(Type, value)                                                       \
  (field->is_repeated() ? message->GetReflection()->Add##Type(message, field, value) \
                        : message->GetReflection()->Set##Type(message, field, value))

size_t CountCharacters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // not a UTF-8 continuation byte
  }));
}

void CheckOneOf(const Node& node, const FieldInfo& info, const Path& path, DecodeState* state) {
  const auto& words = info.one_of;
  if (words.empty() || std::find(words.begin(), words.end(), node.text) != words.end()) return;
  Diagnostic& d = state->UnknownWord(
      node, path,
      Cat("\"", Excerpt(node.text, 40), "\" is unknown, expected ", base::JoinWords(words, "or")));
  d.suggestion = base::NearestWord(node.text, words);
}

void CheckText(const Node& node, const FieldInfo& info, const Path& path, DecodeState* state) {
  if (info.min_length || info.max_length) {
    const size_t length = CountCharacters(node.text);
    if (info.min_length && length < *info.min_length) {
      state->Error(node, path, "TooShort",
                   *info.min_length == 1
                       ? std::string("must not be empty")
                       : Cat("needs at least ", std::to_string(*info.min_length), " characters"));
    }
    if (info.max_length && length > *info.max_length) {
      state->Error(node, path, "TooLong",
                   Cat("at most ", std::to_string(*info.max_length),
                       " characters are allowed, found ", std::to_string(length)));
    }
  }
  if (info.pattern && !info.pattern->PartialMatch(node.text)) {
    const std::string expected =
        info.expected.empty() ? Cat("a text matching ", info.pattern_text) : info.expected;
    state->Error(node, path, "InvalidFormat",
                 Cat("\"", Excerpt(node.text, 80), "\" is not valid, expected ", expected));
  }
  CheckOneOf(node, info, path, state);
}

// The text of a string field. YAML turns unquoted words into other things, which an API server
// would refuse: say how to mend it.
bool ReadText(const Node& node, const Path& path, DecodeState* state) {
  if (!node.is_scalar()) {
    state->Error(node, path, "InvalidType", Cat("expected a text, found ", Describe(node)));
    return false;
  }
  if (Resolve(node).type == ScalarType::kString) return true;
  if (state->kind->name == "Secret") {  // findings go into logs: what it holds does not
    state->Error(node, path, "InvalidType", "expected a text: write the value in quotes");
    return false;
  }
  state->Error(node, path, "InvalidType",
               Cat("expected a text, found ", Describe(node), ": write \"", Excerpt(node.text, 40),
                   "\" in quotes"));
  return false;
}

// What was found where another type belongs, and how to mend it if it is only the quotes.
std::string Found(const Node& node, ScalarType wanted) {
  Node unquoted = node;
  unquoted.plain = true;
  const bool quotes = node.is_scalar() && !node.plain && Resolve(unquoted).type == wanted;
  return Cat("found ", Describe(node), quotes ? ": write it without quotes" : "");
}

std::optional<int64_t> ReadInteger(const Node& node, const FieldInfo& info, const Path& path,
                                   int64_t lowest, int64_t highest, DecodeState* state) {
  const Scalar scalar = node.is_scalar() ? Resolve(node) : Scalar{};
  if (!node.is_scalar() || scalar.type != ScalarType::kInt) {
    state->Error(node, path, "InvalidType",
                 Cat("expected a whole number, ", Found(node, ScalarType::kInt)));
    return std::nullopt;
  }
  lowest = std::max(lowest, info.min.value_or(lowest));
  highest = std::min(highest, info.max.value_or(highest));
  if (scalar.integer < lowest || scalar.integer > highest) {
    const std::string low = std::to_string(lowest), high = std::to_string(highest);
    const std::string expected = info.min && info.max      ? Cat(low, " to ", high)
                                 : scalar.integer < lowest ? Cat("at least ", low)
                                                           : Cat("at most ", high);
    state->Error(node, path, "OutOfRange", Cat(node.text, " is out of range, expected ", expected));
    return std::nullopt;
  }
  CheckOneOf(node, info, path, state);
  return scalar.integer;
}

template <typename T>
std::optional<T> ReadIntegerOf(const Node& node, const FieldInfo& info, const Path& path,
                               DecodeState* state) {
  const auto value = ReadInteger(node, info, path, std::numeric_limits<T>::min(),
                                 std::numeric_limits<T>::max(), state);
  if (!value) return std::nullopt;
  return static_cast<T>(*value);
}

// Bounds are whole numbers.
void DecodeNumber(const Node& node, const FieldInfo& info, const FieldDescriptor* field,
                  const Path& path, Message* message, DecodeState* state) {
  const Scalar scalar = node.is_scalar() ? Resolve(node) : Scalar{};
  if (scalar.type != ScalarType::kInt && scalar.type != ScalarType::kFloat) {
    state->Error(node, path, "InvalidType",
                 Cat("expected a number, ", Found(node, ScalarType::kFloat)));
    return;
  }
  const bool fits = std::isfinite(scalar.number) &&
                    (!info.min || scalar.number >= static_cast<double>(*info.min)) &&
                    (!info.max || scalar.number <= static_cast<double>(*info.max));
  if (!fits) {
    state->Error(node, path, "OutOfRange",
                 Cat(Excerpt(node.text, 40), " is out of range",
                     info.min && info.max ? Cat(", expected ", std::to_string(*info.min), " to ",
                                                std::to_string(*info.max))
                                          : std::string()));
    return;
  }
  KGW_STORE(Double, scalar.number);
}

void DecodeBytes(const Node& node, const FieldDescriptor* field, const Path& path, Message* message,
                 DecodeState* state) {
  std::string bytes;
  if (!absl::Base64Unescape(base::Abs(node.text), &bytes)) {
    state->Error(node, path, "InvalidFormat", "expected base64");
    return;
  }
  KGW_STORE(String, bytes);
}

void DecodeBool(const Node& node, const FieldDescriptor* field, const Path& path, Message* message,
                DecodeState* state) {
  const Scalar scalar = node.is_scalar() ? Resolve(node) : Scalar{};
  if (!node.is_scalar() || scalar.type != ScalarType::kBool) {
    state->Error(node, path, "InvalidType",
                 Cat("expected true or false, ", Found(node, ScalarType::kBool)));
    return;
  }
  KGW_STORE(Bool, scalar.boolean);
}

}  // namespace

void DecodeScalar(const Node& node, const FieldInfo& info, const FieldDescriptor* field,
                  const Path& path, Message* message, DecodeState* state) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      DecodeBool(node, field, path, message, state);
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      if (const auto v = ReadIntegerOf<int32_t>(node, info, path, state)) KGW_STORE(Int32, *v);
      return;
    case FieldDescriptor::CPPTYPE_UINT32:
      if (const auto v = ReadIntegerOf<uint32_t>(node, info, path, state)) KGW_STORE(UInt32, *v);
      return;
    case FieldDescriptor::CPPTYPE_INT64:
      if (const auto v = ReadIntegerOf<int64_t>(node, info, path, state)) KGW_STORE(Int64, *v);
      return;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      DecodeNumber(node, info, field, path, message, state);
      return;
    default:
      break;
  }
  if (!ReadText(node, path, state)) return;
  if (field->type() == FieldDescriptor::TYPE_BYTES) {
    DecodeBytes(node, field, path, message, state);
    return;
  }
  CheckText(node, info, path, state);
  KGW_STORE(String, node.text);
}

namespace {

void SetText(Message* message, const char* name, const std::string& text) {
  message->GetReflection()->SetString(message, message->GetDescriptor()->FindFieldByName(name),
                                      text);
}

void SetInt64(Message* message, const char* name, int64_t value) {
  message->GetReflection()->SetInt64(message, message->GetDescriptor()->FindFieldByName(name),
                                     value);
}

void DecodeDuration(const Node& node, bool gateway, const Path& path, Message* message,
                    DecodeState* state) {
  if (!ReadText(node, path, state)) return;
  const auto ms =
      gateway ? base::ParseGatewayDuration(node.text) : base::ParseGoDuration(node.text);
  if (!ms || *ms < 0) {
    state->Error(node, path, "InvalidDuration",
                 Cat("\"", Excerpt(node.text, 40), "\" is not a duration, expected ",
                     gateway ? "whole numbers with h, m, s or ms, as in 1h30m or 500ms"
                             : "a number with a unit, as in 1.5s or 1m30s"));
    return;
  }
  SetText(message, "text", node.text);
  SetInt64(message, "milliseconds", *ms);
}

}  // namespace

void DecodeWrapper(const Node& node, const MessageInfo& info, const Path& path, Message* message,
                   DecodeState* state) {
  if (info.format == Format::kFreeForm) {
    std::string json;
    WriteJson(node, &json);
    SetText(message, "json", json);
    return;
  }
  if (info.format != Format::kIntOrString) {
    DecodeDuration(node, info.format == Format::kGatewayDuration, path, message, state);
    return;
  }
  if (!node.is_scalar()) {
    state->Error(node, path, "InvalidType",
                 Cat("expected a number or a text, found ", Describe(node)));
    return;
  }
  const Scalar scalar = Resolve(node);
  if (scalar.type == ScalarType::kInt) {
    SetInt64(message, "number", scalar.integer);
  } else if (ReadText(node, path, state)) {
    SetText(message, "text", node.text);
  }
}

}  // namespace kgw::config
