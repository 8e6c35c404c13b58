// engine/core.h - what an Engine is made of.
//
// All members below `mutex` belong to whoever holds it; all functions but the constructor are
// called with it held.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "balance/hosts.h"
#include "base/owned_mutex.h"
#include "config/load.h"
#include "config/resource_set.h"
#include "engine/events.h"
#include "kgw/engine.h"
#include "kgw/options.h"
#include "snapshot/store.h"
#include "source/watch.h"
#include "translate/translate.h"

namespace kgw {

// Something to tell once the mutex is free again.
struct News {
  std::vector<Report> reloads;
  std::vector<std::pair<LogLevel, std::string>> log;
};

struct Core {
  explicit Core(Options o);

  int64_t Now() const;
  translate::Translation Translate(const config::ChangeSet& changes, bool ask_types) const;

  // One change: the texts of sources, then translation and publication. Nothing is published, and
  // the report's generation is 0, if no source could be taken in.
  Report Apply(std::span<const SourceView> sources);
  Report ApplyFiles(source::FilesChanged files);
  // What could not be read at all is not followed.
  Report Watch(std::vector<std::string> paths);
  // What stands behind the configuration may have changed.
  void Publish(const config::ChangeSet& changes, Report* report);

  // What is due at `now_ns`. Returns when to come again.
  int64_t Poll(int64_t now_ns, News* news);
  Stats GetStats() const;

  const Options options;
  const translate::upstream::Plugins plugins;
  const config::Registry registry;
  const std::shared_ptr<balance::HostTable> hosts = std::make_shared<balance::HostTable>();
  const std::shared_ptr<snapshot::SnapshotStore> store =
      std::make_shared<snapshot::SnapshotStore>();
  const uint64_t seed;

  mutable base::OwnedMutex mutex;
  config::ResourceSet resources;
  uint64_t generation = 0;
  uint64_t readers = 0;
  Events events;
  std::vector<std::vector<std::string>> watched;            // the paths of
  std::vector<std::unique_ptr<source::FileWatch>> watches;  // these
  int process;                                              // that watches
  std::map<uint64_t, uint64_t> reported;  // readers that never rest -> the generation they hold

 private:
  void SeparateFromParent();
  int64_t PollWatches(int64_t now_ns, News* news);
  void ReportReadersBehind(News* news);
};

}  // namespace kgw
