#include "config/decoder.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/strings.h"
#include "config/decode_state.h"
#include "config/write.h"

namespace kgw::config {
namespace {

using base::Cat;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

Place PlaceOf(const Node& node) { return {node.line, node.column}; }

// The place of a field is that of its value, which is what has to be mended.
Place PlaceOf(const Member& member) {
  return PlaceOf(member.value.is_scalar() ? member.value : member.key);
}

bool Contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The places of all that is inside a subtree which no message describes.
void OpenAll(const Node& node, Positions* positions) {
  for (const Member& member : node.members) {
    positions->Open(member.key.text, PlaceOf(member));
    OpenAll(member.value, positions);
    positions->Close();
  }
  for (size_t i = 0; i < node.items.size(); ++i) {
    positions->OpenItem(static_cast<uint32_t>(i), PlaceOf(node.items[i]));
    OpenAll(node.items[i], positions);
    positions->Close();
  }
}

class Decoder {
 public:
  explicit Decoder(DecodeState* state) : state_(state) {}

  void DecodeObject(const Node& node, const MessageInfo& info, const Path& path, Message* message);

 private:
  void DecodeMember(const Member& member, const MessageInfo& info, const Path& path,
                    Message* message);
  void DecodeField(const Node& node, const FieldInfo& info, const Path& path, Message* message);
  void DecodeList(const Node& node, const FieldInfo& info, const Path& path, Message* message);
  void DecodeMap(const Node& node, const FieldInfo& info, const Path& path, Message* message);
  void DecodeValue(const Node& node, const FieldInfo& info, const FieldDescriptor* field,
                   const Path& path, Message* message);
  void FillAbsent(const Node& node, const MessageInfo& info, const Path& path, Message* message);
  void CheckUnions(const Node& node, const MessageInfo& info, const Path& path,
                   const Message& message);
  void CheckVariants(const Node& node, const MessageInfo& info, const Path& path);
  bool KeepExtra(const Member& member, const Path& path);
  std::vector<std::string> ExtraNames(const Path& path) const;
  void CheckSize(const Node& node, const FieldInfo& info, const Path& path, size_t size);
  void CheckKeys(const Node& node, const FieldInfo& info, const Path& path);
  void ReportUnknownField(const Member& member, const MessageInfo& info, const Path& path);

  DecodeState* state_;
};

void Decoder::DecodeObject(const Node& node, const MessageInfo& info, const Path& path,
                           Message* message) {
  if (info.format != Format::kObject) {
    DecodeWrapper(node, info, path, message, state_);
    return;
  }
  if (!node.is_map()) {
    state_->Error(node, path, "InvalidType",
                  Cat("expected an object with fields, found ", Describe(node)));
    return;
  }
  const Path* const outer = state_->unit;
  if (info.drop_unit) state_->unit = &path;
  for (const Member& member : node.members) DecodeMember(member, info, path, message);
  FillAbsent(node, info, path, message);
  CheckUnions(node, info, path, *message);
  CheckVariants(node, info, path);
  state_->unit = outer;
}

void Decoder::DecodeMember(const Member& member, const MessageInfo& info, const Path& path,
                           Message* message) {
  if (KeepExtra(member, path)) return;
  const FieldInfo* field = info.Find(member.key.text);
  if (field == nullptr) {
    ReportUnknownField(member, info, path);
    return;
  }
  if (IsNull(member.value)) return;  // as if it were absent (Kubernetes API conventions)
  const Path inside{&path, field->name};
  state_->positions->Open(field->name, PlaceOf(member));
  if (field->not_acted_on && !state_->lenient) {
    state_->Warn(member.key, inside, "NotActedOn",
                 Cat("kgw reads \"", field->name, "\" but does not act on it yet"));
  }
  const bool was_lenient = state_->lenient;
  if (path.parent == nullptr && field->name == "status") state_->lenient = true;
  DecodeField(member.value, *field, inside, message);
  state_->lenient = was_lenient;
  state_->positions->Close();
}

// True if the member is an extra field.
bool Decoder::KeepExtra(const Member& member, const Path& path) {
  if (state_->extra_fields.empty()) return false;
  const std::string field = Path{&path, member.key.text}.Text();
  const auto& known = state_->extra_fields;
  if (std::find(known.begin(), known.end(), field) == known.end()) return false;
  if (IsNull(member.value)) return true;
  state_->positions->Open(member.key.text, PlaceOf(member));
  OpenAll(member.value, state_->positions);
  state_->positions->Close();
  WriteJson(member.value, &state_->resource->extra[field]);
  return true;
}

// The extra fields of the message at `path`.
std::vector<std::string> Decoder::ExtraNames(const Path& path) const {
  std::vector<std::string> out;
  for (const std::string& field : state_->extra_fields) {
    const size_t dot = field.rfind('.');
    if (field.substr(0, dot) == path.Text()) out.push_back(field.substr(dot + 1));
  }
  return out;
}

void Decoder::CheckVariants(const Node& node, const MessageInfo& info, const Path& path) {
  if (info.variants.empty()) return;
  std::vector<std::string> known = info.variants;
  for (const std::string& name : ExtraNames(path)) {
    if (!Contains(known, name)) known.push_back(name);
  }
  std::vector<std::string> found;
  const Node* last = &node;
  for (const Member& member : node.members) {
    if (IsNull(member.value) || !Contains(known, member.key.text)) continue;
    found.push_back(member.key.text);
    last = &member.key;
  }
  if (found.size() == 1) {
    state_->resource->variants[path.Text()] = found[0];
  } else if (found.empty()) {
    state_->Error(node, path, "InvalidUnion",
                  Cat("exactly one of ", base::JoinWords(known, "or"), " is needed"));
  } else {
    state_->Error(*last, path, "InvalidUnion",
                  Cat("only one of ", base::JoinWords(found), " may be set"));
  }
}

void Decoder::ReportUnknownField(const Member& member, const MessageInfo& info, const Path& path) {
  if (state_->lenient) return;
  const std::string& word = member.key.text;
  std::vector<std::string> names = ExtraNames(path);
  names.insert(names.end(), info.names.begin(), info.names.end());
  const std::string nearest = base::NearestWord(word, names);
  const std::string what = Cat("there is no field \"", word, "\" here; it is ignored");
  const Path inside{&path, word};
  // A slip of the pen changes what the object means: an error. A field of a newer or foreign
  // schema is pruned, as an API server would.
  Diagnostic& d = state_->checker->Add(nearest.empty() ? Severity::kWarning : Severity::kError,
                                       PlaceOf(member.key), inside.Text(), "UnknownField", what);
  d.suggestion = nearest;
}

void Decoder::DecodeField(const Node& node, const FieldInfo& info, const Path& path,
                          Message* message) {
  if (info.field->is_map()) {
    DecodeMap(node, info, path, message);
  } else if (info.field->is_repeated()) {
    DecodeList(node, info, path, message);
  } else {
    DecodeValue(node, info, info.field, path, message);
  }
}

void Decoder::DecodeValue(const Node& node, const FieldInfo& info, const FieldDescriptor* field,
                          const Path& path, Message* message) {
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    DecodeScalar(node, info, field, path, message, state_);
    return;
  }
  const auto* reflection = message->GetReflection();
  Message* inner = field->is_repeated() ? reflection->AddMessage(message, field)
                                        : reflection->MutableMessage(message, field);
  DecodeObject(node, *info.message, path, inner);
}

void Decoder::DecodeList(const Node& node, const FieldInfo& info, const Path& path,
                         Message* message) {
  if (!node.is_list()) {
    state_->Error(node, path, "InvalidType", Cat("expected a list, found ", Describe(node)));
    return;
  }
  CheckSize(node, info, path, node.items.size());
  for (size_t i = 0; i < node.items.size(); ++i) {
    const Path inside{&path, {}, static_cast<int>(i)};
    state_->positions->OpenItem(static_cast<uint32_t>(i), PlaceOf(node.items[i]));
    if (IsNull(node.items[i])) {
      state_->Error(node.items[i], inside, "InvalidType", "a list item must not be null");
    } else {
      DecodeValue(node.items[i], info, info.field, inside, message);
    }
    state_->positions->Close();
  }
  CheckKeys(node, info, path);
}

void Decoder::DecodeMap(const Node& node, const FieldInfo& info, const Path& path,
                        Message* message) {
  if (!node.is_map()) {
    state_->Error(node, path, "InvalidType",
                  Cat("expected an object with keys, found ", Describe(node)));
    return;
  }
  CheckSize(node, info, path, node.members.size());
  const FieldDescriptor* key = info.field->message_type()->map_key();
  const FieldDescriptor* value = info.field->message_type()->map_value();
  for (const Member& member : node.members) {
    const Path inside{&path, member.key.text, -1, true};
    state_->positions->Open(member.key.text, PlaceOf(member.value));
    Message* entry = message->GetReflection()->AddMessage(message, info.field);
    entry->GetReflection()->SetString(entry, key, member.key.text);
    if (!IsNull(member.value)) DecodeValue(member.value, info, value, inside, entry);
    state_->positions->Close();
  }
}

void Decoder::CheckSize(const Node& node, const FieldInfo& info, const Path& path, size_t size) {
  if (info.min_items && size < *info.min_items) {
    state_->Error(
        node, path, "TooFew",
        Cat("needs at least ", std::to_string(*info.min_items), ", found ", std::to_string(size)));
  }
  if (info.max_items && size > *info.max_items) {
    state_->Error(node, path, "TooMany",
                  Cat("at most ", std::to_string(*info.max_items), " are allowed, found ",
                      std::to_string(size)));
  }
}

// The identity of a list item: its own text in a set, its key fields in a list map. Nothing if the
// item is none, which was reported already.
std::optional<std::string> ItemKey(const Node& item, const FieldInfo& info) {
  if (info.unique) return item.is_scalar() ? std::optional(item.text) : std::nullopt;
  std::string out;
  for (const std::string& name : info.key) {
    const Node* part = item.Find(name);
    const FieldInfo* field = info.message->Find(name);
    if (part != nullptr && IsNull(*part)) part = nullptr;
    if (part == nullptr && field->default_node) part = &*field->default_node;
    if (part == nullptr) return std::nullopt;
    out += Cat(part->text, "\n");
  }
  return out;
}

void Decoder::CheckKeys(const Node& node, const FieldInfo& info, const Path& path) {
  if (!info.unique && info.key.empty()) return;
  std::set<std::string> seen;
  for (size_t i = 0; i < node.items.size(); ++i) {
    const auto key = ItemKey(node.items[i], info);
    if (!key || seen.insert(*key).second) continue;
    const Path inside{&path, {}, static_cast<int>(i)};
    state_->Error(node.items[i], inside, "DuplicateItem",
                  info.unique
                      ? Cat("\"", node.items[i].text, "\" is in the list twice")
                      : Cat("another item of the list has the same ", base::JoinWords(info.key)));
  }
}

void Decoder::FillAbsent(const Node& node, const MessageInfo& info, const Path& path,
                         Message* message) {
  for (const FieldInfo& field : info.fields) {
    if (!field.default_node && !field.required) continue;
    const Node* written = node.Find(field.name);
    if (written != nullptr && !IsNull(*written)) continue;
    const Path inside{&path, field.name};
    if (field.default_node) {
      Positions nowhere;  // a default has no place in the text
      Positions* const positions = std::exchange(state_->positions, &nowhere);
      DecodeField(*field.default_node, field, inside, message);
      state_->positions = positions;
    } else {
      state_->Error(node, inside, "MissingField", Cat("\"", field.name, "\" is required"));
    }
  }
}

void Decoder::CheckUnions(const Node& node, const MessageInfo& info, const Path& path,
                          const Message& message) {
  for (const UnionInfo& rule : info.unions) {
    const auto* reflection = message.GetReflection();
    const std::string word = reflection->GetString(message, rule.discriminator->field);
    if (!Contains(rule.discriminator->one_of, word)) continue;
    for (const UnionInfo::Arm& arm : rule.arms) {
      const Node* written = node.Find(arm.field->name);
      const bool present = written != nullptr && !IsNull(*written);
      if (present == (word == arm.word)) continue;
      const std::string_view type = rule.discriminator->name;
      if (present) {
        state_->Error(*written, path, "InvalidUnion",
                      Cat("\"", arm.field->name, "\" must be absent unless ", type, " is ",
                          arm.word, ", and it is ", word));
      } else {
        state_->Error(node, path, "InvalidUnion",
                      Cat("\"", arm.field->name, "\" is required when ", type, " is ", arm.word));
      }
    }
  }
}

}  // namespace

std::string Path::Text() const {
  std::string out = parent == nullptr ? std::string() : parent->Text();
  if (map_key) return Cat(out, "[", name, "]");
  if (index >= 0) return Cat(out, "[", std::to_string(index), "]");
  if (out.empty()) return std::string(name);
  return Cat(out, ".", name);
}

Diagnostic& DecodeState::Error(const Node& node, const Path& path, std::string_view code,
                               std::string message) {
  if (!lenient) checker->MarkRejected();
  return checker->Add(lenient ? Severity::kWarning : Severity::kError, PlaceOf(node), path.Text(),
                      code, std::move(message));
}

Diagnostic& DecodeState::UnknownWord(const Node& node, const Path& path, std::string message) {
  if (!kind->open_words || unit == nullptr) {
    return Error(node, path, "UnknownValue", std::move(message));
  }
  checker->MarkInvalid(unit->Text(), Cat(path.Text(), ": ", message));
  return checker->Add(Severity::kError, PlaceOf(node), path.Text(), "UnknownValue",
                      std::move(message));
}

Diagnostic& DecodeState::Warn(const Node& node, const Path& path, std::string_view code,
                              std::string message) {
  return checker->Add(Severity::kWarning, PlaceOf(node), path.Text(), code, std::move(message));
}

std::unique_ptr<Message> Decode(const Node& node, std::span<const std::string> extra_fields,
                                Resource* resource, Checker* checker) {
  const Kind& kind = *resource->key.kind;
  std::unique_ptr<Message> message = Schema::Get().New(*kind.message);
  DecodeState state;
  state.kind = &kind;
  state.extra_fields = extra_fields;
  state.resource = resource;
  state.checker = checker;
  state.positions = &resource->positions;
  state.positions->Open("", PlaceOf(node));
  Decoder(&state).DecodeObject(node, *kind.message, Path{}, message.get());
  resource->positions.Close();
  resource->positions.ShrinkToFit();
  return message;
}

}  // namespace kgw::config
