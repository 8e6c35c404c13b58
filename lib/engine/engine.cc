#include "kgw/engine.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <unordered_map>
#include <utility>

#include "base/owned_mutex.h"
#include "config/resource_set.h"
#include "inspect/explain.h"
#include "inspect/objects.h"
#include "inspect/rows.h"
#include "router/router.h"
#include "snapshot/store.h"
#include "source/files.h"
#include "translate/kinds.h"
#include "translate/translate.h"
#include "translate/upstream/custom.h"

namespace kgw {
namespace {

int64_t SystemSeconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

uint64_t SystemSeed() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32) | device();
}

config::TextFormat FormatOf(const Source& source) {
  const bool json = source.format == Format::kJson ||
                    (source.format == Format::kAuto && source.name.ends_with(".json"));
  return json ? config::TextFormat::kJson : config::TextFormat::kYaml;
}

// By source in the order given, then by line. What is said of other sources comes last.
void SortDiagnostics(std::span<const Source> sources, std::vector<Diagnostic>* diagnostics) {
  std::unordered_map<std::string_view, size_t> ranks;
  for (size_t i = 0; i < sources.size(); ++i) ranks.emplace(sources[i].name, i);
  const auto key = [&](const Diagnostic& d) {
    const auto it = ranks.find(d.file);
    return std::pair(it == ranks.end() ? sources.size() : it->second, d.line);
  };
  std::stable_sort(diagnostics->begin(), diagnostics->end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
}

}  // namespace

struct Reader::Impl {
  Impl(std::shared_ptr<snapshot::SnapshotStore> store, uint64_t seed)
      : router(std::move(store), seed) {}
  router::Router router;
};

struct Engine::Impl {
  explicit Impl(Options o)
      : options(std::move(o)),
        plugins(translate::upstream::MakePlugins(options.upstream_types)),
        registry(translate::MakeRegistry(plugins)),
        store(std::make_shared<snapshot::SnapshotStore>()),
        seed(options.seed != 0 ? options.seed : SystemSeed()) {}

  int64_t Now() const { return options.unix_seconds ? options.unix_seconds() : SystemSeconds(); }

  translate::Translation Translate(const config::ChangeSet& changes, bool ask_types) const {
    return translate::Translate({&resources, &changes, &options, &plugins, Now(), ask_types});
  }

  Report Apply(std::span<const Source> sources);

  const Options options;
  const translate::upstream::Plugins plugins;
  const config::Registry registry;
  const std::shared_ptr<snapshot::SnapshotStore> store;
  const uint64_t seed;

  base::OwnedMutex mutex;  // of what follows: control calls are serialised
  config::ResourceSet resources;
  uint64_t generation = 0;
  uint64_t readers = 0;
};

Report Engine::Impl::Apply(std::span<const Source> sources) {
  Report report;
  std::vector<config::LoadedSource> loaded;
  for (const Source& source : sources) {
    loaded.push_back(config::Load(source.name, source.bytes, FormatOf(source), registry));
    std::vector<Diagnostic>& findings = loaded.back().diagnostics;
    std::move(findings.begin(), findings.end(), std::back_inserter(report.diagnostics));
    for (const auto& [kind, count] : loaded.back().foreign) report.ignored[kind] += count;
  }
  const std::lock_guard lock(mutex);
  const config::ChangeSet changes = resources.Apply(std::move(loaded), &report.diagnostics);
  translate::Translation translation = Translate(changes, true);
  std::move(translation.findings.begin(), translation.findings.end(),
            std::back_inserter(report.diagnostics));
  SortDiagnostics(sources, &report.diagnostics);
  report.objects = static_cast<uint32_t>(resources.objects().size());
  report.generation = ++generation;
  const auto upstreams = static_cast<uint32_t>(translation.model.upstreams.size());
  store->Publish(
      std::make_unique<const snapshot::Snapshot>(std::move(translation.model), options, generation),
      Now(), upstreams);
  return report;
}

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::~Reader() = default;
void Reader::Route(const Request& request, Decision* decision) {
  impl_->router.Route(request, decision);
}
void Reader::Rest() { impl_->router.Rest(); }

Engine::Engine(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Engine::~Engine() = default;

Report Engine::Apply(std::span<const Source> sources) { return impl_->Apply(sources); }

Report Engine::Apply(std::string_view name, std::string_view bytes, Format format) {
  const Source source{std::string(name), std::string(bytes), format};
  return impl_->Apply(std::span(&source, 1));
}

Report Engine::Load(std::span<const std::string> paths, std::span<const Source> more) {
  source::FilesRead read = source::ReadFiles(paths);
  std::vector<Source> sources;
  for (source::FileText& file : read.files) {
    sources.push_back({std::move(file.name), std::move(file.bytes)});
  }
  sources.insert(sources.end(), more.begin(), more.end());
  Report report;
  if (!sources.empty()) report = impl_->Apply(sources);
  report.diagnostics.insert(report.diagnostics.begin(),
                            std::make_move_iterator(read.unreadable.begin()),
                            std::make_move_iterator(read.unreadable.end()));
  return report;
}

std::unique_ptr<Reader> Engine::NewReader() {
  const std::lock_guard lock(impl_->mutex);
  // One generator a reader: the engine's seed and the reader's number decide all its draws.
  const uint64_t seed = impl_->seed + 0x9e3779b97f4a7c15u * impl_->readers++;
  return std::unique_ptr<Reader>(new Reader(std::make_unique<Reader::Impl>(impl_->store, seed)));
}

std::vector<KindInfo> Engine::Kinds() const { return inspect::ListKinds(); }

std::vector<ObjectView> Engine::Objects(std::string_view kind) const {
  const std::lock_guard lock(impl_->mutex);
  const translate::Translation translation = impl_->Translate({}, false);
  return inspect::ListObjects(impl_->resources, translation.statuses, kind, impl_->Now());
}

std::vector<RouteRow> Engine::Routes() const {
  const auto snapshot = impl_->store->Current();
  if (!snapshot) return {};
  return inspect::ListRoutes(snapshot->model(), snapshot::MatchOptionsOf(impl_->options));
}

std::vector<EndpointRow> Engine::Endpoints() const {
  const auto snapshot = impl_->store->Current();
  if (!snapshot) return {};
  return inspect::ListEndpoints(snapshot->model());
}

Explanation Engine::Explain(const Request& request) const {
  return inspect::Explain(impl_->store, snapshot::MatchOptionsOf(impl_->options), impl_->seed,
                          request);
}

}  // namespace kgw
