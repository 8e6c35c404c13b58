#include "config/schema.h"

#include <google/protobuf/descriptor.pb.h>

#include "base/strings.h"
#include "config/option_view.h"
#include "config/parse.h"
#include "schema/descriptor_set.h"

namespace kgw::config {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::Message;

std::optional<uint32_t> Count(const OptionView& rules, const char* name) {
  const auto value = rules.Int(name);
  if (!value) return std::nullopt;
  return static_cast<uint32_t>(*value);
}

// What a kind of text shares between fields.
void ReadTextRules(const OptionView& rules, FieldInfo* info) {
  if (const auto length = Count(rules, "min_length")) info->min_length = length;
  if (const auto length = Count(rules, "max_length")) info->max_length = length;
  info->expected = rules.Text("expected").value_or(info->expected);
  if (const auto pattern = rules.Text("pattern")) {
    info->pattern_text = *pattern;
    info->pattern.emplace(*pattern);
  }
}

void ReadRules(const OptionView& rules, FieldInfo* info) {
  info->required = rules.Bool("required");
  info->unique = rules.Bool("unique");
  info->not_acted_on = rules.Bool("not_acted_on");
  info->variant = rules.Bool("variant");
  info->min = rules.Int("min");
  info->max = rules.Int("max");
  info->min_items = Count(rules, "min_items");
  info->max_items = Count(rules, "max_items");
  info->one_of = rules.Texts("one_of");
  info->key = rules.Texts("key");
  ReadTextRules(rules, info);
  if (const auto text = rules.Text("default")) {
    Parsed parsed = ParseJson(*text);
    if (!parsed.documents.empty()) info->default_node = std::move(parsed.documents.front());
  }
}

}  // namespace

void Schema::ReadSharedText(int text, FieldInfo* info) {
  if (text == 0) return;
  const auto* value = pool_.FindEnumTypeByName("kgw.schema.Text")->FindValueByNumber(text);
  std::unique_ptr<Message> keep_alive;
  const auto rules = ReadOption(pool_, &factory_, value->options(), "kgw.schema.text", &keep_alive);
  if (!rules.empty()) ReadTextRules(rules[0], info);
}

const FieldInfo* MessageInfo::Find(std::string_view name) const {
  const auto it = by_name_.find(base::Abs(name));
  return it == by_name_.end() ? nullptr : &fields[it->second];
}

std::string Kind::ApiVersion(std::string_view version) const {
  return group.empty() ? std::string(version) : base::Cat(group, "/", version);
}

const Schema& Schema::Get() {
  // It ends with the process or with dlclose(): every engine has asked for it in its constructor,
  // and so a static engine ends before it.
  static const Schema schema;
  return schema;
}

Schema::Schema() : factory_(&pool_) {
  google::protobuf::FileDescriptorSet set;
  const std::string_view bytes = schema::DescriptorSet();
  set.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  std::vector<const FileDescriptor*> files;
  for (const auto& file : set.file()) files.push_back(pool_.BuildFile(file));
  for (const FileDescriptor* file : files) AddFile(file);
}

void Schema::AddFile(const FileDescriptor* file) {
  std::unique_ptr<Message> keep_alive;
  for (const OptionView& group :
       ReadOption(pool_, &factory_, file->options(), "kgw.schema.group", &keep_alive)) {
    groups_.push_back(
        {group.Text("group").value_or(""), group.Texts("later"), group.Texts("foreign")});
  }
  for (int i = 0; i < file->message_type_count(); ++i) AddKind(file->message_type(i));
}

void Schema::AddKind(const Descriptor* descriptor) {
  std::unique_ptr<Message> keep_alive;
  const auto rules =
      ReadOption(pool_, &factory_, descriptor->options(), "kgw.schema.kind", &keep_alive);
  if (rules.empty()) return;
  auto kind = std::make_unique<Kind>();
  kind->type_name = std::string(descriptor->full_name());
  kind->group = rules[0].Text("group").value_or("");
  kind->name = std::string(descriptor->name());
  kind->plural = rules[0].Text("plural").value_or("");
  kind->singular = base::Lower(kind->name);
  kind->versions = rules[0].Texts("version");
  kind->short_names = rules[0].Texts("short_name");
  kind->cluster_scoped = rules[0].Bool("cluster_scoped");
  kind->open_words = rules[0].Bool("open_words");
  for (const OptionView& column : rules[0].Messages("column")) {
    kind->columns.push_back({*column.Text("title"), *column.Text("path"), column.Bool("wide")});
  }
  kind->message = Build(descriptor);
  kind->index = static_cast<uint32_t>(kinds_.size());
  kinds_.push_back(std::move(kind));
}

const MessageInfo* Schema::Build(const Descriptor* descriptor) {
  std::unique_ptr<MessageInfo>& slot = messages_[descriptor];
  if (slot != nullptr) return slot.get();
  slot = std::make_unique<MessageInfo>();
  MessageInfo* info = slot.get();  // `slot` moves when messages_ grows below
  info->descriptor = descriptor;
  info->fields.resize(static_cast<size_t>(descriptor->field_count()));
  for (int i = 0; i < descriptor->field_count(); ++i) {
    FieldInfo* field = &info->fields[static_cast<size_t>(i)];
    BuildField(descriptor->field(i), field);
    info->by_name_[field->name] = static_cast<uint32_t>(i);
    info->names.push_back(field->name);
    if (field->variant) info->variants.push_back(field->name);
  }
  std::unique_ptr<Message> keep_alive;
  const auto rules =
      ReadOption(pool_, &factory_, descriptor->options(), "kgw.schema.message", &keep_alive);
  if (rules.empty()) return info;
  info->format = static_cast<Format>(rules[0].Int("format").value_or(0));
  info->drop_unit = rules[0].Bool("drop_unit");
  for (const OptionView& view : rules[0].Messages("union")) {
    UnionInfo made;
    made.discriminator = info->Find(view.Text("discriminator").value_or(""));
    for (const OptionView& arm : view.Messages("arm")) {
      made.arms.push_back({arm.Text("word").value_or(""), info->Find(*arm.Text("field"))});
    }
    info->unions.push_back(std::move(made));
  }
  return info;
}

void Schema::BuildField(const FieldDescriptor* field, FieldInfo* info) {
  info->field = field;
  info->name = std::string(field->json_name());
  std::unique_ptr<Message> keep_alive;
  const auto rules =
      ReadOption(pool_, &factory_, field->options(), "kgw.schema.field", &keep_alive);
  if (!rules.empty()) {
    ReadSharedText(static_cast<int>(rules[0].Int("text").value_or(0)), info);
    ReadRules(rules[0], info);
  }
  const FieldDescriptor* value = field->is_map() ? field->message_type()->map_value() : field;
  if (value->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    info->message = Build(value->message_type());
  }
}

const Kind* Schema::FindKind(std::string_view group, std::string_view name) const {
  for (const auto& kind : kinds_) {
    if (kind->group == group && kind->name == name) return kind.get();
  }
  return nullptr;
}

const Kind* Schema::FindType(std::string_view type_name) const {
  for (const auto& kind : kinds_) {
    if (kind->type_name == type_name) return kind.get();
  }
  return nullptr;
}

const Group* Schema::FindGroup(std::string_view name) const {
  for (const Group& group : groups_) {
    if (group.name == name) return &group;
  }
  return nullptr;
}

std::unique_ptr<Message> Schema::New(const MessageInfo& message) const {
  return std::unique_ptr<Message>(factory_.GetPrototype(message.descriptor)->New());
}

}  // namespace kgw::config
