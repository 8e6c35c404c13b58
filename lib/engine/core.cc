#include "engine/core.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <random>
#include <unordered_map>
#include <utility>

#include "base/strings.h"
#include "translate/kinds.h"
#include "translate/upstream/custom.h"

namespace kgw {
namespace {

using base::Cat;

constexpr int64_t kReclaimEveryNs = 1'000'000'000;  // while something waits to be freed
constexpr int64_t kLongBehind = 60;                 // seconds

int64_t SystemSeconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

uint64_t SystemSeed() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32) | device();
}

config::TextFormat FormatOf(const SourceView& source) {
  const bool json =
      source.format == Format::kJson ||
      (source.format == Format::kAuto && std::string_view(source.name).ends_with(".json"));
  return json ? config::TextFormat::kJson : config::TextFormat::kYaml;
}

Diagnostic TooLarge(const SourceView& source) {
  Diagnostic out;
  out.file = std::string(source.name);
  out.code = "TooLarge";
  out.message = Cat("the text has ", std::to_string(source.bytes.size()), " bytes, at most ",
                    std::to_string(config::kLargestText), " are read; split it");
  return out;
}

// By source in the order given, then by line. What is said of other sources comes last.
void SortDiagnostics(std::span<const SourceView> sources, std::vector<Diagnostic>* diagnostics) {
  std::unordered_map<std::string_view, size_t> ranks;
  for (size_t i = 0; i < sources.size(); ++i) ranks.emplace(sources[i].name, i);
  const auto key = [&](const Diagnostic& d) {
    const auto it = ranks.find(d.file);
    return std::pair(it == ranks.end() ? sources.size() : it->second, d.line);
  };
  std::stable_sort(diagnostics->begin(), diagnostics->end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
}

void Append(std::vector<Diagnostic> from, std::vector<Diagnostic>* to) {
  std::move(from.begin(), from.end(), std::back_inserter(*to));
}

}  // namespace

Core::Core(Options o)
    : options(std::move(o)),
      plugins(translate::upstream::MakePlugins(options.upstream_types)),
      registry(translate::MakeRegistry(plugins)),
      seed(options.seed != 0 ? options.seed : SystemSeed()),
      process(getpid()) {}

int64_t Core::Now() const {
  return options.unix_seconds ? options.unix_seconds() : SystemSeconds();
}

translate::Translation Core::Translate(const config::ChangeSet& changes, bool ask_types) const {
  return translate::Translate({&resources, &changes, &options, &plugins, Now(), ask_types});
}

Report Core::Apply(std::span<const SourceView> sources) {
  Report report;
  std::vector<config::LoadedSource> loaded;
  for (const SourceView& source : sources) {
    if (source.bytes.size() > config::kLargestText) {
      report.diagnostics.push_back(TooLarge(source));
      continue;
    }
    loaded.push_back(config::Load(source.name, source.bytes, FormatOf(source), registry));
    Append(std::move(loaded.back().diagnostics), &report.diagnostics);
    for (const auto& [kind, count] : loaded.back().foreign) report.ignored[kind] += count;
  }
  if (loaded.empty() && !sources.empty()) return report;
  const config::ChangeSet changes = resources.Apply(std::move(loaded), &report.diagnostics);
  Publish(changes, &report);
  SortDiagnostics(sources, &report.diagnostics);
  return report;
}

void Core::Publish(const config::ChangeSet& changes, Report* report) {
  translate::Translation translation = Translate(changes, true);
  Append(std::move(translation.findings), &report->diagnostics);
  report->objects = static_cast<uint32_t>(resources.objects().size());
  auto snapshot = std::make_unique<const snapshot::Snapshot>(std::move(translation.model), options,
                                                             generation + 1, hosts);
  report->generation = ++generation;
  store->Publish(std::move(snapshot), Now(), hosts->cluster_slots());
  // Whoever polls must come back for what is still held.
  if (store->Held(0).retired > 0) events.Wake();
}

Report Core::ApplyFiles(source::FilesChanged files) {
  std::vector<SourceView> sources;
  for (const source::FileText& file : files.changed) sources.push_back({file.name, file.bytes});
  for (const std::string& name : files.removed) sources.push_back({name, {}});
  Report report;
  if (!sources.empty()) report = Apply(sources);
  report.diagnostics.insert(report.diagnostics.begin(),
                            std::make_move_iterator(files.unreadable.begin()),
                            std::make_move_iterator(files.unreadable.end()));
  return report;
}

Report Core::Watch(std::vector<std::string> paths) {
  SeparateFromParent();
  auto watch = std::make_unique<source::FileWatch>(paths, source::FileWatch::Options{});
  source::FilesChanged files;
  int64_t next = 0;
  watch->Poll(0, &files, &next);  // the clock of those who will poll is not known here
  Report report = ApplyFiles(std::move(files));
  if (report.generation == 0) return report;
  events.Add(watch->fd());
  events.Wake();  // whoever waits has another time to wait for now
  watched.push_back(std::move(paths));
  watches.push_back(std::move(watch));
  return report;
}

// The child of a fork shares its parent's descriptors: what one of them reads, the other misses. It
// begins to watch anew.
void Core::SeparateFromParent() {
  if (process == getpid()) return;
  process = getpid();
  events.Separate();
  for (size_t i = 0; i < watches.size(); ++i) {
    watches[i] = std::make_unique<source::FileWatch>(watched[i], source::FileWatch::Options{});
    events.Add(watches[i]->fd());
  }
}

int64_t Core::Poll(int64_t now_ns, News* news) {
  SeparateFromParent();
  events.Drain();
  int64_t next = PollWatches(now_ns, news);
  store->Reclaim();
  ReportReadersBehind(news);
  if (store->Held(0).retired == 0) return next;
  const bool far = now_ns > source::FileWatch::kNever - kReclaimEveryNs;
  return far ? next : std::min(next, now_ns + kReclaimEveryNs);
}

int64_t Core::PollWatches(int64_t now_ns, News* news) {
  int64_t next = source::FileWatch::kNever;
  for (const auto& watch : watches) {
    source::FilesChanged files;
    int64_t due = next;
    if (watch->Poll(now_ns, &files, &due)) {
      news->reloads.push_back(ApplyFiles(std::move(files)));
    }
    next = std::min(next, due);
  }
  return next;
}

void Core::ReportReadersBehind(News* news) {
  for (const snapshot::HeldValue& held : store->Held(Now()).readers) {
    if (held.seconds < kLongBehind || reported[held.reader] == held.generation) continue;
    reported[held.reader] = held.generation;
    news->log.emplace_back(
        LogLevel::kWarning,
        Cat("reader ", std::to_string(held.reader), " has kept snapshot ",
            std::to_string(held.generation), " in memory for ", std::to_string(held.seconds),
            " s after it was replaced: a reader should rest before it goes idle"));
  }
}

Stats Core::GetStats() const {
  const snapshot::HeldValues held = store->Held(Now());
  Stats out;
  out.generation = generation;
  out.snapshots = held.retired + (generation > 0 ? 1 : 0);
  store->ForEachRetired(
      [&](const snapshot::Snapshot& snapshot) { out.retired_bytes += snapshot.bytes(); });
  out.readers = held.slots;
  for (const snapshot::HeldValue& value : held.readers) {
    out.behind.push_back({value.reader, value.generation, value.seconds});
  }
  return out;
}

}  // namespace kgw
