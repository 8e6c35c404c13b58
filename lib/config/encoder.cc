#include <algorithm>
#include <charconv>
#include <iterator>

#include "absl/strings/escaping.h"
#include "base/strings.h"
#include "config/decoder.h"
#include "config/parse.h"

namespace kgw::config {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

Node TextNode(std::string text) {
  Node node;
  node.text = std::move(text);
  return node;
}

Node PlainNode(std::string text) {
  Node node = TextNode(std::move(text));
  node.plain = true;
  return node;
}

Node ParsedNode(std::string_view json) {
  Parsed parsed = ParseJson(json);
  return parsed.documents.empty() ? PlainNode("null") : std::move(parsed.documents.front());
}

// Its parent was written, so the message has it.
void AddExtra(std::string_view path, std::string_view json, Node* object) {
  const size_t dot = path.find('.');
  if (dot == std::string_view::npos) {
    object->members.push_back({TextNode(std::string(path)), ParsedNode(json)});
    return;
  }
  for (Member& member : object->members) {
    if (member.key.text != path.substr(0, dot)) continue;
    AddExtra(path.substr(dot + 1), json, &member.value);
  }
}

Node EncodeWrapper(const Message& message, Format format) {
  const auto* reflection = message.GetReflection();
  const auto* descriptor = message.GetDescriptor();
  if (format == Format::kFreeForm) {
    return ParsedNode(reflection->GetString(message, descriptor->FindFieldByName("json")));
  }
  if (format == Format::kIntOrString) {
    const FieldDescriptor* number = descriptor->FindFieldByName("number");
    if (reflection->HasField(message, number)) {
      return PlainNode(std::to_string(reflection->GetInt64(message, number)));
    }
  }
  return TextNode(reflection->GetString(message, descriptor->FindFieldByName("text")));
}

// Reads the value of a field, or an item of a list.
#define KGW_READ(Type)                                      \
  (one ? message.GetReflection()->Get##Type(message, field) \
       : message.GetReflection()->GetRepeated##Type(message, field, index))

// One value of a field; `index` is negative unless the field is a list.
Node EncodeValue(const Message& message, const FieldDescriptor* field, const MessageInfo* inner,
                 int index) {
  const bool one = index < 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return PlainNode(KGW_READ(Bool) ? "true" : "false");
    case FieldDescriptor::CPPTYPE_INT32:
      return PlainNode(std::to_string(KGW_READ(Int32)));
    case FieldDescriptor::CPPTYPE_UINT32:
      return PlainNode(std::to_string(KGW_READ(UInt32)));
    case FieldDescriptor::CPPTYPE_INT64:
      return PlainNode(std::to_string(KGW_READ(Int64)));
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      char digits[32];
      return PlainNode({digits, std::to_chars(digits, std::end(digits), KGW_READ(Double)).ptr});
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Encode(KGW_READ(Message), *inner);
    default: {
      std::string text = KGW_READ(String);
      if (field->type() != FieldDescriptor::TYPE_BYTES) return TextNode(std::move(text));
      std::string base64;
      absl::Base64Escape(base::Abs(text), &base64);
      return TextNode(std::move(base64));
    }
  }
}

Node EncodeMap(const Message& message, const FieldInfo& info) {
  const auto* r = message.GetReflection();
  const FieldDescriptor* key = info.field->message_type()->map_key();
  const FieldDescriptor* value = info.field->message_type()->map_value();
  Node out;
  out.kind = Node::Kind::kMap;
  for (int i = 0; i < r->FieldSize(message, info.field); ++i) {
    const Message& entry = r->GetRepeatedMessage(message, info.field, i);
    out.members.push_back({TextNode(entry.GetReflection()->GetString(entry, key)),
                           EncodeValue(entry, value, info.message, -1)});
  }
  std::sort(out.members.begin(), out.members.end(),
            [](const Member& a, const Member& b) { return a.key.text < b.key.text; });
  return out;
}

Node EncodeList(const Message& message, const FieldInfo& info) {
  Node out;
  out.kind = Node::Kind::kList;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, info.field); ++i) {
    out.items.push_back(EncodeValue(message, info.field, info.message, i));
  }
  return out;
}

bool IsPresent(const Message& message, const FieldInfo& info) {
  const auto* reflection = message.GetReflection();
  if (!info.field->is_repeated()) return reflection->HasField(message, info.field);
  // A list with a default is empty only if it was written so: left out, it would be filled again.
  return reflection->FieldSize(message, info.field) > 0 || info.default_node.has_value();
}

}  // namespace

Node Encode(const Message& message, const MessageInfo& info, const ExtraFields& extra) {
  if (info.format != Format::kObject) return EncodeWrapper(message, info.format);
  Node out;
  out.kind = Node::Kind::kMap;
  for (const FieldInfo& field : info.fields) {
    if (!IsPresent(message, field)) continue;
    Node value = field.field->is_map() ? EncodeMap(message, field)
                 : field.field->is_repeated()
                     ? EncodeList(message, field)
                     : EncodeValue(message, field.field, field.message, -1);
    out.members.push_back({TextNode(field.name), std::move(value)});
  }
  for (const auto& [path, json] : extra) AddExtra(path, json, &out);
  return out;
}

}  // namespace kgw::config
