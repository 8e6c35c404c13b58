// config/resource_set.h - all objects in effect, by key, and what a change did to them.
//
// Keeps the last good form of objects. One thread at a time may Apply(); readers of a const set
// need no lock.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "config/load.h"
#include "config/resource.h"
#include "kgw/diagnostic.h"

namespace kgw::config {

struct ChangeSet {
  std::vector<ObjectKey> added, changed, removed;
  bool empty() const { return added.empty() && changed.empty() && removed.empty(); }
};

class ResourceSet {
 public:
  using Objects = std::map<ObjectKey, std::shared_ptr<const Resource>>;

  // Replaces what these sources brought before. An object that is rejected now keeps its last good
  // form; a source with a broken document deletes nothing. Of two objects with one key the first
  // stays (sources in the order in which they first came); the other is an error, appended to
  // `*diagnostics`.
  ChangeSet Apply(std::vector<LoadedSource> sources, std::vector<Diagnostic>* diagnostics);

  const Objects& objects() const { return objects_; }

  // Null if there is no such object.
  const Resource* Find(const Kind& kind, std::string_view namespace_, std::string_view name) const;

  // All objects of a kind, by namespace and name.
  std::vector<const Resource*> All(const Kind& kind) const;

 private:
  void ReplaceSource(LoadedSource source);
  ChangeSet Merge(std::vector<Diagnostic>* diagnostics);

  std::vector<std::vector<std::shared_ptr<const Resource>>> sources_;  // as they first came
  absl::flat_hash_map<std::string, size_t> source_index_;              // by name
  Objects objects_;
};

}  // namespace kgw::config
