#include "config/resource_set.h"

#include <set>
#include <utility>

#include "base/strings.h"

namespace kgw::config {
namespace {

void ReportDuplicate(const Resource& kept, const Resource& dropped,
                     std::vector<Diagnostic>* diagnostics) {
  Checker(&dropped, diagnostics)
      .Add(Severity::kError, dropped.place, "metadata.name", "DuplicateObject",
           base::Cat("the same ", kept.key.kind->name, " stands at ", *kept.source, ":",
                     std::to_string(kept.place.line), "; this one is ignored"));
}

}  // namespace

void ResourceSet::ReplaceSource(LoadedSource source) {
  const auto [it, inserted] = source_index_.try_emplace(*source.name, sources_.size());
  if (inserted) sources_.emplace_back();
  std::vector<std::shared_ptr<const Resource>>& slot = sources_[it->second];
  std::set<ObjectKey> seen;
  for (const auto& object : source.accepted) seen.insert(object->key);
  const auto keep = [&](const std::shared_ptr<const Resource>& object) {
    if (seen.insert(object->key).second) source.accepted.push_back(object);
  };
  for (const auto& object : source.rejected) {
    // Whichever source its last good form came from: files get renamed together with a mistake.
    const auto last_good = objects_.find(object->key);
    if (last_good != objects_.end()) keep(last_good->second);
  }
  if (source.broken) {
    for (const auto& old : slot) keep(old);
  }
  slot = std::move(source.accepted);
}

ChangeSet ResourceSet::Apply(std::vector<LoadedSource> sources,
                             std::vector<Diagnostic>* diagnostics) {
  for (LoadedSource& source : sources) ReplaceSource(std::move(source));
  return Merge(diagnostics);
}

ChangeSet ResourceSet::Merge(std::vector<Diagnostic>* diagnostics) {
  Objects merged;
  for (const auto& source : sources_) {
    for (const auto& object : source) {
      const auto [it, inserted] = merged.emplace(object->key, object);
      if (!inserted && it->second != object) ReportDuplicate(*it->second, *object, diagnostics);
    }
  }
  ChangeSet changes;
  for (const auto& [key, object] : merged) {
    const auto old = objects_.find(key);
    if (old == objects_.end()) {
      changes.added.push_back(key);
    } else if (old->second != object) {
      changes.changed.push_back(key);
    }
  }
  for (const auto& [key, object] : objects_) {
    if (!merged.contains(key)) changes.removed.push_back(key);
  }
  objects_ = std::move(merged);
  return changes;
}

const Resource* ResourceSet::Find(const Kind& kind, std::string_view namespace_,
                                  std::string_view name) const {
  const auto it = objects_.find(ObjectKey{&kind, std::string(namespace_), std::string(name)});
  return it == objects_.end() ? nullptr : it->second.get();
}

std::vector<const Resource*> ResourceSet::All(const Kind& kind) const {
  std::vector<const Resource*> out;
  for (auto it = objects_.lower_bound(ObjectKey{&kind, "", ""});
       it != objects_.end() && it->first.kind == &kind; ++it) {
    out.push_back(it->second.get());
  }
  return out;
}

}  // namespace kgw::config
