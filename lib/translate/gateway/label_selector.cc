#include "translate/gateway/label_selector.h"

#include <algorithm>
#include <map>
#include <string>

#include "kgw/schema/core.pb.h"

namespace kgw::translate::gateway {
namespace {

using Labels = std::map<std::string, std::string>;

Labels LabelsOf(const Context& context, std::string_view namespace_) {
  Labels labels;
  if (const config::Resource* object = context.Find<schema::core::Namespace>("", namespace_)) {
    for (const auto& [key, value] : object->As<schema::core::Namespace>().metadata().labels()) {
      labels[key] = value;
    }
  }
  labels["kubernetes.io/metadata.name"] = std::string(namespace_);
  return labels;
}

bool Matches(const schema::LabelSelector::Requirement& requirement, const Labels& labels) {
  const auto it = labels.find(requirement.key());
  const bool has = it != labels.end();
  if (requirement.operator_() == "Exists") return has;
  if (requirement.operator_() == "DoesNotExist") return !has;
  const auto& values = requirement.values();
  const bool in = has && std::find(values.begin(), values.end(), it->second) != values.end();
  return requirement.operator_() == "In" ? in : !in;
}

}  // namespace

bool NamespaceMatches(const Context& context, const schema::LabelSelector& selector,
                      std::string_view namespace_) {
  const Labels labels = LabelsOf(context, namespace_);
  for (const auto& [key, value] : selector.matchlabels()) {
    const auto it = labels.find(key);
    if (it == labels.end() || it->second != value) return false;
  }
  return std::all_of(selector.matchexpressions().begin(), selector.matchexpressions().end(),
                     [&](const auto& requirement) { return Matches(requirement, labels); });
}

}  // namespace kgw::translate::gateway
