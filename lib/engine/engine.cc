#include "kgw/engine.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include "balance/ticket.h"
#include "base/strings.h"
#include "engine/core.h"
#include "inspect/explain.h"
#include "inspect/objects.h"
#include "inspect/rows.h"
#include "kgw/error.h"
#include "router/router.h"
#include "source/files.h"

namespace kgw {
namespace {

using base::Cat;

int64_t SteadyNs() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

void LogReload(const Report& report, const std::function<void(LogLevel, std::string_view)>& log) {
  for (const Diagnostic& d : report.diagnostics) {
    const bool error = d.severity == Severity::kError;
    log(error ? LogLevel::kError : LogLevel::kWarning,
        Cat(d.file, ":", std::to_string(d.line), ": ", d.kind, d.kind.empty() ? "" : " ",
            d.namespace_, d.namespace_.empty() ? "" : "/", d.name, " ", d.field, ": ", d.message,
            " [", d.code, "]"));
  }
  if (report.generation == 0) return;
  log(LogLevel::kInfo, Cat("snapshot ", std::to_string(report.generation), " serves ",
                           std::to_string(report.objects), " objects"));
}

}  // namespace

// ---------------------------------------------------------------- Pin and Reader

struct Pin::Impl {
  router::Kept kept;
};

Pin::Pin(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pin::~Pin() = default;

struct Reader::Impl {
  Impl(const std::shared_ptr<snapshot::SnapshotStore>& store, uint64_t seed)
      : router(store, seed) {}
  router::Router router;
  std::atomic<bool> busy{false};
};

namespace {

// The claim of one call to a reader. Debug builds notice a second thread for certain; others notice
// what is always wrong and costs nothing to see: a call from inside of a call.
class Claim {
 public:
  explicit Claim(std::atomic<bool>* busy) : busy_(busy) {
#ifdef NDEBUG
    const bool was_busy = busy_->load(std::memory_order_relaxed);
    busy_->store(true, std::memory_order_relaxed);
#else
    const bool was_busy = busy_->exchange(true, std::memory_order_acquire);
#endif
    if (was_busy) throw ReaderBusy();
  }
  ~Claim() { busy_->store(false, std::memory_order_release); }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

 private:
  std::atomic<bool>* busy_;
};

}  // namespace

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::~Reader() = default;

void Reader::Route(const Request& request, Decision* decision) {
  const Claim claim(&impl_->busy);
  impl_->router.Route(request, decision);
}

void Reader::RouteMany(std::span<const Request> requests, std::span<Decision> decisions) {
  const Claim claim(&impl_->busy);
  impl_->router.RouteMany(requests, decisions);
}

void Reader::Retry(const Request* request, Ticket* ticket, const Outcome& outcome,
                   Decision* decision) {
  const Claim claim(&impl_->busy);
  impl_->router.Retry(request, ticket, outcome, decision);
}

std::unique_ptr<kgw::Pin> Reader::Pin() {
  const Claim claim(&impl_->busy);
  return std::unique_ptr<kgw::Pin>(
      new kgw::Pin(std::make_unique<kgw::Pin::Impl>(impl_->router.Keep())));
}

void Reader::Rest() {
  const Claim claim(&impl_->busy);
  impl_->router.Rest();
}

// ---------------------------------------------------------------- Engine

// The thread of Start(), which only polls.
struct Poller {
  std::thread thread;
  Alarm alarm;
  const int process = getpid();
};

struct Engine::Impl {
  explicit Impl(Options options) : core(std::move(options)) {}

  int64_t Poll(int64_t now_ns);
  void Tell(const News& news) const;
  void Run(const Alarm& alarm);

  Core core;
  std::unique_ptr<Poller> poller;  // while started
};

int64_t Engine::Impl::Poll(int64_t now_ns) {
  News news;
  int64_t next = 0;
  {
    const std::lock_guard lock(core.mutex);
    next = core.Poll(now_ns, &news);
  }
  Tell(news);
  return next;
}

// With no lock held: who hears it may call the engine.
void Engine::Impl::Tell(const News& news) const {
  const Options& options = core.options;
  if (options.log) {
    for (const auto& [level, text] : news.log) options.log(level, text);
  }
  for (const Report& report : news.reloads) {
    if (options.log) LogReload(report, options.log);
    if (options.on_reload) options.on_reload(report);
  }
}

void Engine::Impl::Run(const Alarm& alarm) {
  while (!alarm.stopped()) {
    constexpr int64_t kAfterFailureNs = 1'000'000'000;
    int64_t wait = kAfterFailureNs;
    // No memory, or a callback that throws, must not end the host.
    try {
      const int64_t next = Poll(SteadyNs());
      wait = next == source::FileWatch::kNever ? next : next - SteadyNs();
    } catch (...) {
      wait = kAfterFailureNs;
    }
    alarm.Sleep(core.events.fd(), wait);
  }
}

Engine::Engine(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Engine::~Engine() { Stop(); }

Report Engine::Apply(std::span<const SourceView> sources) {
  const std::lock_guard lock(impl_->core.mutex);
  return impl_->core.Apply(sources);
}

Report Engine::Apply(std::span<const Source> sources) {
  std::vector<SourceView> views;
  for (const Source& source : sources) {
    views.push_back({source.name, source.bytes, source.format});
  }
  return Apply(views);
}

Report Engine::Apply(std::string_view name, std::string_view bytes, Format format) {
  const SourceView source{name, bytes, format};
  return Apply(std::span(&source, 1));
}

Report Engine::Load(std::span<const std::string> paths, std::span<const Source> more) {
  source::FilesRead read = source::ReadFiles(paths);
  std::vector<SourceView> sources;
  for (const source::FileText& file : read.files) sources.push_back({file.name, file.bytes});
  for (const Source& source : more) sources.push_back({source.name, source.bytes, source.format});
  Report report;
  if (!sources.empty()) report = Apply(sources);
  report.diagnostics.insert(report.diagnostics.begin(),
                            std::make_move_iterator(read.unreadable.begin()),
                            std::make_move_iterator(read.unreadable.end()));
  return report;
}

Report Engine::Watch(std::span<const std::string> paths) {
  const std::lock_guard lock(impl_->core.mutex);
  return impl_->core.Watch({paths.begin(), paths.end()});
}

Report Engine::Refresh() {
  const std::lock_guard lock(impl_->core.mutex);
  Report report;
  impl_->core.Publish({}, &report);
  return report;
}

int64_t Engine::Poll(int64_t now_ns) { return impl_->Poll(now_ns); }

int Engine::fd() const { return impl_->core.events.fd(); }

void Engine::Start() {
  const std::lock_guard lock(impl_->core.mutex);
  std::unique_ptr<Poller>& poller = impl_->poller;
  if (poller != nullptr && poller->process == getpid()) return;
  if (poller != nullptr) poller->thread.detach();  // it stayed in the parent
  poller = std::make_unique<Poller>();
  try {
    poller->thread =
        std::thread([impl = impl_.get(), alarm = &poller->alarm] { impl->Run(*alarm); });
  } catch (const std::system_error& error) {
    poller.reset();
    throw SystemFailure(error.what());
  }
}

void Engine::Stop() {
  std::unique_ptr<Poller> poller;
  {
    const std::lock_guard lock(impl_->core.mutex);
    if (impl_->poller == nullptr) return;
    if (impl_->poller->thread.get_id() == std::this_thread::get_id()) throw ReentrantCall();
    poller.swap(impl_->poller);
  }
  poller->alarm.Stop();
  if (poller->process == getpid()) {
    poller->thread.join();
  } else {
    poller->thread.detach();  // it stayed in the parent
  }
}

std::unique_ptr<Reader> Engine::NewReader() {
  const std::lock_guard lock(impl_->core.mutex);
  Core& core = impl_->core;
  // One generator a reader: the engine's seed and the reader's number decide all its draws.
  const uint64_t seed = core.seed + 0x9e3779b97f4a7c15u * core.readers++;
  return std::unique_ptr<Reader>(new Reader(std::make_unique<Reader::Impl>(core.store, seed)));
}

void Engine::Done(Ticket* ticket, const Outcome& outcome) const {
  const auto data = balance::TicketData::Read(std::exchange(*ticket, {}));
  impl_->core.hosts->Done(data.host, outcome);
}

Stats Engine::GetStats() const {
  const std::lock_guard lock(impl_->core.mutex);
  return impl_->core.GetStats();
}

// ---------------------------------------------------------------- looking inside

std::vector<KindInfo> Engine::Kinds() const { return inspect::ListKinds(); }

std::vector<ObjectView> Engine::Objects(std::string_view kind) const {
  const std::lock_guard lock(impl_->core.mutex);
  const Core& core = impl_->core;
  const translate::Translation translation = core.Translate({}, false);
  return inspect::ListObjects(core.resources, translation.statuses, kind, core.Now());
}

std::vector<RouteRow> Engine::Routes() const {
  const std::lock_guard lock(impl_->core.mutex);
  const auto snapshot = impl_->core.store->Current();
  if (!snapshot) return {};
  return inspect::ListRoutes(snapshot->model(), snapshot::MatchOptionsOf(impl_->core.options));
}

std::vector<EndpointRow> Engine::Endpoints() const {
  const std::lock_guard lock(impl_->core.mutex);
  const auto snapshot = impl_->core.store->Current();
  if (!snapshot) return {};
  return inspect::ListEndpoints(*snapshot);
}

Explanation Engine::Explain(const Request& request) const {
  const std::lock_guard lock(impl_->core.mutex);
  const Core& core = impl_->core;
  return inspect::Explain(core.store, snapshot::MatchOptionsOf(core.options), core.seed, request);
}

}  // namespace kgw
