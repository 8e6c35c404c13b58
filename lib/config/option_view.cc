#include "config/option_view.h"

namespace kgw::config {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

}  // namespace

const FieldDescriptor* OptionView::Field(const char* name) const {
  return message_->GetDescriptor()->FindFieldByName(name);
}

std::optional<int64_t> OptionView::Int(const char* name) const {
  const FieldDescriptor* field = Field(name);
  const auto* reflection = message_->GetReflection();
  if (!reflection->HasField(*message_, field)) return std::nullopt;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(*message_, field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection->GetUInt32(*message_, field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->GetEnumValue(*message_, field);
    default:
      return reflection->GetInt64(*message_, field);
  }
}

std::optional<std::string> OptionView::Text(const char* name) const {
  const FieldDescriptor* field = Field(name);
  if (!message_->GetReflection()->HasField(*message_, field)) return std::nullopt;
  return message_->GetReflection()->GetString(*message_, field);
}

std::vector<std::string> OptionView::Texts(const char* name) const {
  const FieldDescriptor* field = Field(name);
  const auto* reflection = message_->GetReflection();
  std::vector<std::string> out;
  for (int i = 0; i < reflection->FieldSize(*message_, field); ++i) {
    out.push_back(reflection->GetRepeatedString(*message_, field, i));
  }
  return out;
}

std::vector<OptionView> OptionView::Messages(const char* name) const {
  const FieldDescriptor* field = Field(name);
  const auto* reflection = message_->GetReflection();
  std::vector<OptionView> out;
  for (int i = 0; i < reflection->FieldSize(*message_, field); ++i) {
    out.emplace_back(&reflection->GetRepeatedMessage(*message_, field, i));
  }
  return out;
}

std::vector<OptionView> ReadOption(const google::protobuf::DescriptorPool& pool,
                                   google::protobuf::DynamicMessageFactory* factory,
                                   const Message& options, const char* name,
                                   std::unique_ptr<Message>* keep_alive) {
  const FieldDescriptor* extension = pool.FindExtensionByName(name);
  const Descriptor* type = extension->containing_type();
  keep_alive->reset(factory->GetPrototype(type)->New());
  (*keep_alive)->ParseFromString(options.SerializeAsString());
  const auto* reflection = (*keep_alive)->GetReflection();
  std::vector<OptionView> out;
  if (extension->is_repeated()) {
    for (int i = 0; i < reflection->FieldSize(**keep_alive, extension); ++i) {
      out.emplace_back(&reflection->GetRepeatedMessage(**keep_alive, extension, i));
    }
  } else if (reflection->HasField(**keep_alive, extension)) {
    out.emplace_back(&reflection->GetMessage(**keep_alive, extension, factory));
  }
  return out;
}

}  // namespace kgw::config
