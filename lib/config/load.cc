#include "config/load.h"

#include <set>

#include "base/strings.h"
#include "base/time.h"
#include "config/decoder.h"
#include "config/parse.h"

namespace kgw::config {
namespace {

using base::Cat;

bool Contains(const std::vector<std::string>& words, std::string_view word) {
  for (const std::string& candidate : words) {
    if (candidate == word) return true;
  }
  return false;
}

std::string TextOf(const Node* node) {
  return node != nullptr && node->is_scalar() ? node->text : std::string();
}

class Loader {
 public:
  Loader(const Registry& registry, LoadedSource* out) : registry_(registry), out_(out) {}

  void AddDocument(const Node& node);

 private:
  void AddObject(const Node& node, const std::string& api_version, const std::string& kind_name);
  void DecodeObject(const Node& node, const Kind& kind, const std::string& api_version);
  std::shared_ptr<Resource> Identify(const Node& node, const Kind* kind,
                                     const std::string& api_version) const;
  void ReportUnknownKind(const Node& node, const std::string& group, const std::string& version,
                         const std::string& kind_name);
  bool ReportUnknownGroup(const Node& node, const std::string& group, const std::string& kind_name);
  Diagnostic& Report(Severity severity, const Node& at, const Node& object, std::string_view field,
                     std::string_view code, std::string message);

  const Registry& registry_;
  LoadedSource* out_;
  std::set<std::string> warned_kinds_;
};

// A finding about an object whose kind is not known.
Diagnostic& Loader::Report(Severity severity, const Node& at, const Node& object,
                           std::string_view field, std::string_view code, std::string message) {
  Diagnostic& d = out_->diagnostics.emplace_back();
  d.severity = severity;
  d.file = *out_->name;
  d.line = at.line;
  d.column = at.column;
  d.kind = TextOf(object.Find("kind"));
  if (const Node* meta = object.Find("metadata")) {
    d.namespace_ = TextOf(meta->Find("namespace"));
    d.name = TextOf(meta->Find("name"));
  }
  d.field = field;
  d.code = code;
  d.message = std::move(message);
  return d;
}

void Loader::AddDocument(const Node& node) {
  if (IsNull(node)) return;
  if (!node.is_map()) {
    Report(Severity::kError, node, node, "", "InvalidType",
           "expected a Kubernetes object with apiVersion and kind");
    return;
  }
  for (const char* name : {"apiVersion", "kind"}) {
    const Node* value = node.Find(name);
    if (value == nullptr || IsNull(*value) || (value->is_scalar() && value->text.empty())) {
      Report(Severity::kError, value == nullptr ? node : *value, node, name, "MissingField",
             Cat("\"", name, "\" is required: every object says its apiVersion and kind"));
      return;
    }
    if (!value->is_scalar() || Resolve(*value).type != ScalarType::kString) {
      Report(Severity::kError, *value, node, name, "InvalidType",
             Cat("expected a text, found ", Describe(*value)));
      return;
    }
  }
  AddObject(node, node.Find("apiVersion")->text, node.Find("kind")->text);
}

void Loader::AddObject(const Node& node, const std::string& api_version,
                       const std::string& kind_name) {
  const size_t slash = api_version.find('/');
  const std::string group = slash == std::string::npos ? "" : api_version.substr(0, slash);
  const std::string version =
      slash == std::string::npos ? api_version : api_version.substr(slash + 1);
  const Node* items = node.Find("items");
  if (items != nullptr && items->is_list() && kind_name.ends_with("List")) {
    for (const Node& item : items->items) AddDocument(item);
    return;
  }
  if (items != nullptr && !IsNull(*items) && group.empty() && kind_name == "List") {
    Report(Severity::kError, *items, node, "items", "InvalidType",
           Cat("expected a list, found ", Describe(*items)));
    return;
  }
  const Kind* kind = Schema::Get().FindKind(group, kind_name);
  if (kind == nullptr) {
    ReportUnknownKind(node, group, version, kind_name);
  } else if (!Contains(kind->versions, version)) {
    std::vector<std::string> served;
    for (const std::string& v : kind->versions) served.push_back(kind->ApiVersion(v));
    Diagnostic& d =
        Report(Severity::kError, *node.Find("apiVersion"), node, "apiVersion", "UnknownVersion",
               Cat(kind_name, " has no version ", api_version, ", expected ",
                   base::JoinWords(served, "or")));
    d.suggestion = served.front();
  } else {
    DecodeObject(node, *kind, api_version);
  }
}

bool Loader::ReportUnknownGroup(const Node& node, const std::string& group,
                                const std::string& kind_name) {
  std::vector<std::string> groups;
  for (const Group& known : Schema::Get().groups()) {
    const bool has_kind = Schema::Get().FindKind(known.name, kind_name) != nullptr ||
                          Contains(known.later, kind_name);
    if (has_kind && !known.name.empty()) groups.push_back(known.name);
  }
  const std::string nearest = base::NearestWord(group, groups);
  if (nearest.empty()) return false;
  Diagnostic& d =
      Report(Severity::kError, *node.Find("apiVersion"), node, "apiVersion", "UnknownGroup",
             Cat("there is no API group \"", group, "\" with a kind ", kind_name));
  d.suggestion = nearest;
  return true;
}

void Loader::ReportUnknownKind(const Node& node, const std::string& group,
                               const std::string& version, const std::string& kind_name) {
  const std::string api_version = node.Find("apiVersion")->text;
  const Group* known = Schema::Get().FindGroup(group);
  const Node& at = *node.Find("kind");
  if (known != nullptr && Contains(known->later, kind_name)) {
    if (warned_kinds_.insert(Cat(group, "/", kind_name)).second) {
      Report(Severity::kWarning, at, node, "kind", "NotActedOn",
             Cat("kgw does not act on ", kind_name, " (", api_version, ") yet"));
    }
    return;
  }
  const bool foreign = known == nullptr || Contains(known->foreign, kind_name);
  if (foreign) {
    if (known == nullptr && ReportUnknownGroup(node, group, kind_name)) return;
    ++out_->foreign[Cat(kind_name, " (", api_version, ")")];
    return;
  }
  std::vector<std::string> kinds = known->later;
  for (const auto& kind : Schema::Get().kinds()) {
    if (kind->group == group) kinds.push_back(kind->name);
  }
  const std::string nearest = base::NearestWord(kind_name, kinds);
  if (nearest.empty() && group.empty()) {
    ++out_->foreign[Cat(kind_name, " (", api_version, ")")];
    return;
  }
  Diagnostic& d = Report(
      nearest.empty() ? Severity::kWarning : Severity::kError, at, node, "kind", "UnknownKind",
      Cat("there is no kind ", kind_name, " in ", group.empty() ? version : group));
  d.suggestion = nearest;
}

std::shared_ptr<Resource> Loader::Identify(const Node& node, const Kind* kind,
                                           const std::string& api_version) const {
  auto resource = std::make_shared<Resource>();
  resource->key.kind = kind;
  resource->api_version = api_version;
  resource->source = out_->name;
  resource->place = {node.line, node.column};
  const Node* meta = node.Find("metadata");
  if (meta == nullptr) return resource;
  resource->key.name = TextOf(meta->Find("name"));
  if (!kind->cluster_scoped) {
    resource->key.namespace_ = TextOf(meta->Find("namespace"));
    if (resource->key.namespace_.empty()) resource->key.namespace_ = "default";
  }
  if (const Node* generation = meta->Find("generation")) {
    const Scalar scalar = Resolve(*generation);
    if (scalar.type == ScalarType::kInt) resource->generation = scalar.integer;
  }
  return resource;
}

void ReadCreated(const Node& node, Resource* resource, Checker* checker) {
  const Node* meta = node.Find("metadata");
  const Node* created = meta == nullptr ? nullptr : meta->Find("creationTimestamp");
  if (created == nullptr || IsNull(*created)) return;
  resource->created = base::ParseRfc3339(TextOf(created));
  if (resource->created) return;
  checker->Reject("metadata.creationTimestamp", "InvalidFormat",
                  Cat("\"", TextOf(created),
                      "\" is not a time, expected RFC 3339, as in "
                      "2024-05-01T10:00:00Z"));
}

void Loader::DecodeObject(const Node& node, const Kind& kind, const std::string& api_version) {
  const KindBinding* binding = registry_.Find(kind);
  std::shared_ptr<Resource> resource = Identify(node, &kind, api_version);
  Checker checker(resource.get(), &out_->diagnostics);
  const auto dynamic = Decode(node, binding->extra_fields, resource.get(), &checker);
  ReadCreated(node, resource.get(), &checker);
  // What was decoded goes by its wire form into the generated class: that one registers nothing.
  resource->message.reset(binding->prototype->New());
  resource->message->ParseFromString(dynamic->SerializeAsString());
  if (binding->validate && !checker.rejected()) binding->validate(*resource, &checker);
  resource->invalid_units = checker.TakeInvalidUnits();
  resource->note = checker.TakeNote();
  (checker.rejected() ? out_->rejected : out_->accepted).push_back(std::move(resource));
}

}  // namespace

Registry::Registry(const std::vector<KindBinding>& bindings) {
  by_kind_.resize(Schema::Get().kinds().size());
  for (const KindBinding& binding : bindings) {
    const Kind* kind = Schema::Get().FindType(binding.prototype->GetTypeName());
    if (kind != nullptr) by_kind_[kind->index] = binding;
  }
}

const KindBinding* Registry::Find(const Kind& kind) const { return &by_kind_[kind.index]; }

LoadedSource Load(std::string_view name, std::string_view bytes, TextFormat format,
                  const Registry& registry) {
  LoadedSource out;
  out.name = std::make_shared<const std::string>(name);
  const Parsed parsed = format == TextFormat::kJson ? ParseJson(bytes) : ParseYaml(bytes);
  Loader loader(registry, &out);
  for (const Node& document : parsed.documents) loader.AddDocument(document);
  for (const SyntaxError& error : parsed.errors) {
    out.broken = true;
    Diagnostic& d = out.diagnostics.emplace_back();
    d.file = name;
    d.line = error.line;
    d.column = error.column;
    d.code = error.code;
    d.message = error.message;
  }
  return out;
}

}  // namespace kgw::config
