#include "inspect/objects.h"

#include "config/decoder.h"
#include "config/write.h"
#include "inspect/columns.h"

namespace kgw::inspect {
namespace {

using config::Kind;
using config::Node;
using config::Resource;
using google::protobuf::Message;

const Kind* FindByName(std::string_view name) {
  for (const auto& kind : config::Schema::Get().kinds()) {
    if (kind->name == name) return kind.get();
  }
  return nullptr;
}

Message* MutableField(Message* message, const char* name) {
  const auto* field = message->GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? nullptr : message->GetReflection()->MutableMessage(message, field);
}

// The object in the private pool, with namespace and status in place.
std::unique_ptr<Message> Complete(const Resource& resource, const std::string* status) {
  std::unique_ptr<Message> out = config::Schema::Get().New(*resource.key.kind->message);
  out->ParseFromString(resource.message->SerializeAsString());
  if (!resource.key.kind->cluster_scoped) {
    Message* meta = MutableField(out.get(), "metadata");
    meta->GetReflection()->SetString(meta, meta->GetDescriptor()->FindFieldByName("namespace"),
                                     resource.key.namespace_);
  }
  if (status != nullptr) MutableField(out.get(), "status")->ParseFromString(*status);
  return out;
}

void RedactMap(Node* object, std::string_view field, std::string_view replacement) {
  for (config::Member& member : object->members) {
    if (member.key.text != field) continue;
    for (config::Member& entry : member.value.members) entry.value.text = replacement;
  }
}

void Redact(const Kind& kind, Node* object) {
  if (kind.name != "Secret" || !kind.group.empty()) return;
  RedactMap(object, "data", "UkVEQUNURUQ=");  // "REDACTED" in base64, which the field is in
  RedactMap(object, "stringData", "REDACTED");
}

ObjectView MakeView(const Resource& resource, const std::string* status, int64_t now) {
  Node node =
      config::Encode(*Complete(resource, status), *resource.key.kind->message, resource.extra);
  Redact(*resource.key.kind, &node);
  ObjectView out;
  out.kind = resource.key.kind->name;
  out.namespace_ = resource.key.namespace_;
  out.name = resource.key.name;
  out.api_version = resource.api_version;
  out.file = *resource.source;
  out.line = resource.place.line;
  config::WriteJson(node, &out.json);
  config::WriteYaml(node, &out.yaml);
  for (const config::Column& column : resource.key.kind->columns) {
    (column.wide ? out.wide_columns : out.columns)
        .emplace_back(column.title, CellAt(node, column.path));
  }
  out.columns.emplace_back("AGE", resource.created ? Age(now - *resource.created) : "<unknown>");
  return out;
}

}  // namespace

std::vector<KindInfo> ListKinds() {
  std::vector<KindInfo> out;
  for (const auto& kind : config::Schema::Get().kinds()) {
    out.push_back({kind->group, kind->name, kind->plural, kind->singular, kind->short_names,
                   !kind->cluster_scoped});
  }
  return out;
}

std::vector<ObjectView> ListObjects(const config::ResourceSet& resources,
                                    const translate::Statuses& statuses, std::string_view name,
                                    int64_t now) {
  std::vector<ObjectView> out;
  const Kind* kind = FindByName(name);
  if (kind == nullptr) return out;
  for (const Resource* resource : resources.All(*kind)) {
    const auto status = statuses.find(resource->key);
    out.push_back(MakeView(*resource, status == statuses.end() ? nullptr : &status->second, now));
  }
  return out;
}

}  // namespace kgw::inspect
