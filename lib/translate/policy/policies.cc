#include "translate/policy/policies.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <limits>

#include "base/strings.h"
#include "config/decoder.h"
#include "config/write.h"
#include "kgw/schema/http_route.pb.h"

namespace kgw::translate::policy {
namespace {

using base::Cat;
using google::protobuf::internal::WireFormatLite;

// The message at a path such as "spec.options".
const config::MessageInfo& MessageAt(const config::Kind& kind, std::string_view path) {
  const config::MessageInfo* info = kind.message;
  while (!path.empty()) {
    const size_t dot = std::min(path.find('.'), path.size());
    info = info->Find(path.substr(0, dot))->message;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return *info;
}

std::string_view NameOf(const config::MessageInfo& info, int number) {
  for (const config::FieldInfo& field : info.fields) {
    if (field.field->number() == number) return field.name;
  }
  return {};
}

// The fields that are set, each with its bytes. Lite messages know no names, and no policy should
// have to write them down: what is written on the wire is the same for all of them.
std::map<std::string, std::string> SetFields(const PolicyKind& kind,
                                             const config::Resource& object) {
  const config::MessageInfo& info = MessageAt(*kind.kind, kind.options);
  const std::string wire = kind.options_of(object).SerializeAsString();
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(wire.data()),
                                            static_cast<int>(wire.size()));
  std::map<std::string, std::string> out;
  size_t begin = 0;
  for (uint32_t tag = in.ReadTag(); tag != 0; tag = in.ReadTag()) {
    WireFormatLite::SkipField(&in, tag);
    const auto end = static_cast<size_t>(in.CurrentPosition());
    const std::string_view name = NameOf(info, WireFormatLite::GetTagFieldNumber(tag));
    out[std::string(name)].append(wire, begin, end - begin);
    begin = end;
  }
  return out;
}

const std::vector<std::string>* GroupOf(const PolicyKind& kind, const std::string& option) {
  for (const auto& group : kind.groups) {
    if (std::find(group.begin(), group.end(), option) != group.end()) return &group;
  }
  return nullptr;
}

std::string Describe(const config::Resource& object) {
  return Cat(object.key.kind->name, " ", object.key.namespace_, "/", object.key.name);
}

int64_t AgeOf(const config::Resource* object) {
  return object->created.value_or(std::numeric_limits<int64_t>::max());
}

}  // namespace

Effective::Effective(const PolicyKind& kind, const Objects& objects) {
  for (const config::Resource* object : objects) Add(kind, *object);
  if (!sources_.empty()) Describe(kind);
}

void Effective::Add(const PolicyKind& kind, const config::Resource& object) {
  std::vector<std::string> taken;
  for (const auto& [option, bytes] : SetFields(kind, object)) {
    const auto* group = GroupOf(kind, option);
    const auto is_set = [&](const std::string& name) { return SourceOf(name) != nullptr; };
    if (group != nullptr ? std::any_of(group->begin(), group->end(), is_set) : is_set(option)) {
      continue;
    }
    wire_ += bytes;
    taken.push_back(option);
  }
  // Only now: an object may set two options of one group, where its kind allows that.
  for (const std::string& option : taken) sources_[option] = &object;
}

const config::Resource* Effective::SourceOf(std::string_view option) const {
  const auto it = sources_.find(option);
  return it == sources_.end() ? nullptr : it->second;
}

void Effective::Describe(const PolicyKind& kind) {
  const config::MessageInfo& info = MessageAt(*kind.kind, kind.options);
  const auto message = config::Schema::Get().New(info);
  message->ParseFromString(wire_);
  std::vector<model::OptionSource> out;
  for (const config::Member& member : config::Encode(*message, info).members) {
    const config::Resource& object = *SourceOf(member.key.text);
    model::OptionSource& source = out.emplace_back();
    source.option = member.key.text;
    config::WriteJson(member.value, &source.value);
    source.object = policy::Describe(object);
    source.file = *object.source;
    source.line = object.positions.Find(Cat(kind.options, ".", source.option)).line;
  }
  described_ = std::make_shared<const std::vector<model::OptionSource>>(std::move(out));
}

Policies::Policies(const Context& context, PolicyKind kind)
    : context_(context), kind_(std::move(kind)) {
  for (const config::Resource* policy : context.resources().All(*kind_.kind)) {
    const TargetRefs& targets = kind_.targets_of(*policy);
    for (int i = 0; i < targets.size(); ++i) {
      Attach(*policy, targets.Get(i), Cat("spec.targetRefs[", std::to_string(i), "]"));
    }
  }
  for (auto& [target, policies] : attached_) {
    // They come by name; stable, so that the name decides between equally old ones.
    std::stable_sort(policies.begin(), policies.end(),
                     [](const auto* a, const auto* b) { return AgeOf(a) < AgeOf(b); });
    policies.erase(std::unique(policies.begin(), policies.end()), policies.end());
    ReportOverridden(target, policies);
  }
}

void Policies::Attach(const config::Resource& policy, const schema::PolicyTargetReference& target,
                      const std::string& path) {
  const std::string& home = policy.key.namespace_;
  const std::string name = Cat(home, "/", target.name());
  const bool is_route = target.kind() == "HTTPRoute";
  if (!is_route || target.group() != "gateway.networking.k8s.io") {
    context_.Warn(policy, Cat(path, is_route ? ".group" : ".kind"), "UnsupportedValue",
                  Cat("a ", kind_.kind->name, " attaches to HTTPRoutes of the group ",
                      "gateway.networking.k8s.io only; this does nothing"));
  } else if (target.has_namespace_() && target.namespace_() != home) {
    context_.Warn(policy, Cat(path, ".namespace"), "UnsupportedValue",
                  Cat("a ", kind_.kind->name, " attaches to routes of its own namespace only; ",
                      "this does nothing"));
  } else if (target.has_sectionname()) {
    context_.Warn(policy, Cat(path, ".sectionName"), "UnsupportedValue",
                  Cat("a ", kind_.kind->name, " attaches to whole routes only; this does nothing"));
  } else if (context_.Find<schema::gateway::HTTPRoute>(home, target.name()) == nullptr) {
    context_.Warn(policy, Cat(path, ".name"), "TargetNotFound",
                  Cat("HTTPRoute ", name, " does not exist"));
  } else {
    attached_[name].push_back(&policy);
  }
}

void Policies::ReportOverridden(const std::string& target, const Objects& policies) const {
  struct Winner {
    const config::Resource* policy;
    std::string option, bytes;
  };
  std::map<std::string, Winner> winners;  // by option, or by the first of its group
  for (const config::Resource* policy : policies) {
    for (const auto& [option, bytes] : SetFields(kind_, *policy)) {
      const auto* group = GroupOf(kind_, option);
      const auto [it, first] = winners.try_emplace(group == nullptr ? option : group->front(),
                                                   Winner{policy, option, bytes});
      const Winner& winner = it->second;
      if (first || winner.bytes == bytes) continue;
      context_.Warn(*policy, Cat(kind_.options, ".", option), "Overridden",
                    Cat(Describe(*winner.policy), " comes first for HTTPRoute ", target,
                        ", and its ", winner.option, " is the one that counts"));
    }
  }
}

const Effective& Policies::For(const config::Resource& route, const Objects& refs) {
  Objects all;
  const auto add = [&](const config::Resource* policy) {
    if (std::find(all.begin(), all.end(), policy) == all.end()) all.push_back(policy);
  };
  for (const config::Resource* policy : refs) add(policy);
  const auto it = attached_.find(Cat(route.key.namespace_, "/", route.key.name));
  if (it != attached_.end()) {
    for (const config::Resource* policy : it->second) add(policy);
  }
  return effective_.try_emplace(all, kind_, all).first->second;
}

}  // namespace kgw::translate::policy
