// config/option_view.h - reads custom options by name through reflection.
//
// The pool's own option classes do not know our options: they are parsed again into a message of
// the private pool, which does. A view points into that message.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kgw::config {

class OptionView {
 public:
  explicit OptionView(const google::protobuf::Message* message) : message_(message) {}

  bool Bool(const char* name) const { return Int(name).value_or(0) != 0; }
  std::optional<int64_t> Int(const char* name) const;  // of any integer, boolean or enum field
  std::optional<std::string> Text(const char* name) const;
  std::vector<std::string> Texts(const char* name) const;
  std::vector<OptionView> Messages(const char* name) const;

 private:
  const google::protobuf::FieldDescriptor* Field(const char* name) const;
  const google::protobuf::Message* message_;
};

// All values of the extension `name` ("kgw.schema.field") in `options`. The owner of the parsed
// message is put into `*keep_alive`.
std::vector<OptionView> ReadOption(const google::protobuf::DescriptorPool& pool,
                                   google::protobuf::DynamicMessageFactory* factory,
                                   const google::protobuf::Message& options, const char* name,
                                   std::unique_ptr<google::protobuf::Message>* keep_alive);

}  // namespace kgw::config
