// translate/policy/policies.h - how policies attach to routes, which of them counts, and why.
//
// One mechanism for all kinds of policies; what the options of a kind mean is that kind's own file.
// A rule's policies in order of precedence: those that its ExtensionRef filters name, in their
// order; then those whose `spec.targetRefs` name the route, of its own namespace, the older first,
// ties by name. An option of an earlier policy wins whole: two values of one option never mix.
#pragma once

#include <google/protobuf/message_lite.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/resource.h"
#include "kgw/schema/meta.pb.h"
#include "model/action.h"
#include "translate/context.h"

namespace kgw::translate::policy {

using Objects = std::vector<const config::Resource*>;
using TargetRefs = google::protobuf::RepeatedPtrField<schema::PolicyTargetReference>;

// What the mechanism needs to know of a kind.
struct PolicyKind {
  const config::Kind* kind;
  std::string options;  // the path of the message whose fields are the options: "spec.options"
  const google::protobuf::MessageLite& (*options_of)(const config::Resource&);
  const TargetRefs& (*targets_of)(const config::Resource&);
  // Options of one group exclude each other: the policy that sets one of them sets them all.
  std::vector<std::vector<std::string>> groups;
};

// The options in effect for a rule.
class Effective {
 public:
  Effective(const PolicyKind& kind, const Objects& objects);

  template <typename Options>
  Options Read() const {
    Options out;
    out.ParseFromString(wire_);
    return out;
  }

  bool empty() const { return sources_.empty(); }

  // The policy that an option comes from; null if none sets it.
  const config::Resource* SourceOf(std::string_view option) const;

  // For people, in schema order.
  std::shared_ptr<const std::vector<model::OptionSource>> Sources() const { return described_; }

 private:
  void Add(const PolicyKind& kind, const config::Resource& object);
  void Describe(const PolicyKind& kind);

  std::string wire_;                                                     // of the options message
  std::map<std::string, const config::Resource*, std::less<>> sources_;  // by option
  std::shared_ptr<const std::vector<model::OptionSource>> described_;
};

// All policies of one kind.
class Policies {
 public:
  // Warns of targetRefs that attach to nothing, and of options that give way to those of another
  // policy with the same target.
  Policies(const Context& context, PolicyKind kind);

  // The options in effect for a rule of `route` whose filters name `refs`. Lives as long as this.
  const Effective& For(const config::Resource& route, const Objects& refs);

 private:
  void Attach(const config::Resource& policy, const schema::PolicyTargetReference& target,
              const std::string& path);
  void ReportOverridden(const std::string& target, const Objects& policies) const;

  const Context& context_;
  const PolicyKind kind_;
  std::map<std::string, Objects> attached_;  // by "namespace/name" of the route
  std::map<Objects, Effective> effective_;
};

}  // namespace kgw::translate::policy
