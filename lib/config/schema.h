// config/schema.h - the schema as the decoder reads it: descriptors with their rules.
//
// Built once from the embedded descriptor set in a private pool: nothing is registered anywhere
// outside. Immutable; any thread.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/regex.h"
#include "config/node.h"

namespace kgw::config {

struct MessageInfo;

enum class Format : uint8_t { kObject, kIntOrString, kFreeForm, kGatewayDuration, kGoDuration };

struct FieldInfo {
  const google::protobuf::FieldDescriptor* field = nullptr;
  std::string name;                      // as the user writes it
  const MessageInfo* message = nullptr;  // of a message field; of a map's values
  bool required = false;
  bool unique = false;
  bool not_acted_on = false;
  bool variant = false;
  std::optional<int64_t> min, max;
  std::optional<uint32_t> min_items, max_items, min_length, max_length;
  std::optional<base::Regex> pattern;
  std::string pattern_text, expected;
  std::vector<std::string> one_of;
  std::vector<std::string> key;
  std::optional<Node> default_node;
};

struct UnionInfo {
  struct Arm {
    std::string word;
    const FieldInfo* field;
  };
  const FieldInfo* discriminator = nullptr;
  std::vector<Arm> arms;
};

struct MessageInfo {
  const google::protobuf::Descriptor* descriptor = nullptr;
  Format format = Format::kObject;
  bool drop_unit = false;
  std::vector<FieldInfo> fields;  // in schema order
  std::vector<UnionInfo> unions;
  std::vector<std::string> variants;  // the fields of which exactly one is set
  std::vector<std::string> names;     // of the fields, for "did you mean"

  const FieldInfo* Find(std::string_view name) const;

 private:
  friend class Schema;
  absl::flat_hash_map<std::string, uint32_t> by_name_;
};

struct Column {  // of `kgw get`
  std::string title, path;
  bool wide = false;
};

struct Kind {
  std::string type_name;  // "kgw.schema.gateway.HTTPRoute"
  std::string group, name, plural, singular;
  std::vector<std::string> versions, short_names;
  bool cluster_scoped = false;
  bool open_words = false;  // an unknown word spoils its rule or listener, not the object
  std::vector<Column> columns;
  const MessageInfo* message = nullptr;
  uint32_t index = 0;  // position in Schema::kinds()

  // "gateway.networking.k8s.io/v1", or "v1" for the core group.
  std::string ApiVersion(std::string_view version) const;
};

struct Group {
  std::string name;
  std::vector<std::string> later;    // kinds that are real, but not acted on yet
  std::vector<std::string> foreign;  // kinds that are none of our business
};

class Schema {
 public:
  // The one schema of this library, built at the first call.
  static const Schema& Get();

  const std::vector<std::unique_ptr<Kind>>& kinds() const { return kinds_; }
  const std::vector<Group>& groups() const { return groups_; }
  const Kind* FindKind(std::string_view group, std::string_view name) const;
  const Kind* FindType(std::string_view type_name) const;
  const Group* FindGroup(std::string_view name) const;

  // An empty message of the private pool.
  std::unique_ptr<google::protobuf::Message> New(const MessageInfo& message) const;

 private:
  Schema();
  const MessageInfo* Build(const google::protobuf::Descriptor* descriptor);
  void BuildField(const google::protobuf::FieldDescriptor* field, FieldInfo* info);
  void ReadSharedText(int text, FieldInfo* info);
  void AddFile(const google::protobuf::FileDescriptor* file);
  void AddKind(const google::protobuf::Descriptor* descriptor);

  google::protobuf::DescriptorPool pool_;
  mutable google::protobuf::DynamicMessageFactory factory_;
  absl::flat_hash_map<const google::protobuf::Descriptor*, std::unique_ptr<MessageInfo>> messages_;
  std::vector<std::unique_ptr<Kind>> kinds_;
  std::vector<Group> groups_;
};

}  // namespace kgw::config
