// What an embedder relies on beside decisions: outcomes, polling, watching, threads, wrong calls.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "kgw/engine.h"
#include "kgw/json.h"
#include "texts.h"

namespace kgw {
namespace {

namespace fs = std::filesystem;

std::string OneRoute(const std::string& upstream) {
  return std::string(kGateway) + "---\n" + UpstreamText(upstream) + RouteText("r", "/", upstream);
}

// A folder of its own that goes with it.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "kgw-engine-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // As editors and controllers do it: whole, or not at all.
  void Put(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / ".new") << text;
    fs::rename(path_ / ".new", path_ / name);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

EndpointRow OnlyEndpoint(const Engine& engine) {
  const auto rows = engine.Endpoints();
  EXPECT_EQ(rows.size(), 1u);
  return rows.empty() ? EndpointRow{} : rows[0];
}

TEST(Outcome, OfEachTicketIsCountedOnce) {
  Engine engine;
  engine.Apply("a.yaml", OneRoute("one"));
  const auto reader = engine.NewReader();
  Decision d;
  reader->Route({.authority = "a.example"}, &d);
  EXPECT_EQ(OnlyEndpoint(engine).active_requests, 1u);
  engine.Apply("a.yaml", OneRoute("one"));  // the count outlives the snapshot
  EXPECT_EQ(OnlyEndpoint(engine).active_requests, 1u);
  engine.Done(&d.ticket, {.status = 502});
  EXPECT_TRUE(d.ticket.empty());
  engine.Done(&d.ticket, {.status = 502});
  const EndpointRow row = OnlyEndpoint(engine);
  EXPECT_EQ(row.active_requests, 0u);
  EXPECT_EQ(row.finished_requests, 1u);
  EXPECT_EQ(row.failed_requests, 1u);
  EXPECT_NE(EndpointsJson(engine.Endpoints()).find(R"("failed_requests":1)"), std::string::npos);
}

TEST(Explain, CountsNothing) {
  Engine engine;
  engine.Apply("a.yaml", OneRoute("one"));
  engine.Explain({.authority = "a.example"});
  EXPECT_EQ(OnlyEndpoint(engine).active_requests, 0u);
}

TEST(Stats, NameTheReaderThatNeverRests) {
  int64_t now = 1000;
  Options options;
  options.unix_seconds = [&now] { return now; };
  std::vector<std::string> log;
  options.log = [&log](LogLevel, std::string_view text) { log.emplace_back(text); };
  Engine engine(options);
  engine.Apply("a.yaml", OneRoute("one"));
  const auto rests = engine.NewReader(), idles = engine.NewReader();
  Decision d;
  for (const auto& reader : {rests.get(), idles.get()}) reader->Route({}, &d);
  rests->Rest();
  for (int i = 0; i < 5; ++i) engine.Apply("a.yaml", OneRoute("one"));
  now += 100;
  engine.Poll(0);
  engine.Poll(1);
  Stats stats = engine.GetStats();
  EXPECT_EQ(stats.generation, 6u);
  EXPECT_EQ(stats.snapshots, 2u);  // not the five that nobody holds
  EXPECT_GT(stats.retired_bytes, 1000u);
  EXPECT_EQ(stats.readers, 2u);
  ASSERT_EQ(stats.behind.size(), 1u);
  EXPECT_EQ(stats.behind[0].reader, 1u);
  EXPECT_EQ(stats.behind[0].generation, 1u);
  EXPECT_EQ(stats.behind[0].seconds, 100);
  EXPECT_EQ(log.size(), 1u);  // said once
  idles->Rest();
  engine.Poll(2);
  stats = engine.GetStats();
  EXPECT_EQ(stats.snapshots, 1u);
  EXPECT_EQ(stats.retired_bytes, 0u);
}

TEST(Pin, KeepsASnapshotWithoutItsEngine) {
  Decision d;
  std::unique_ptr<Pin> pin;
  {
    Engine engine;
    engine.Apply("a.yaml", OneRoute("one"));
    const auto reader = engine.NewReader();
    reader->Route({.authority = "a.example"}, &d);
    pin = reader->Pin();
    engine.Apply("a.yaml", OneRoute("two"));
    reader->Rest();
  }
  EXPECT_EQ(d.endpoint.hostname, "one.example");
  EXPECT_EQ(d.cluster, "one_default");
}

TEST(Reader, OutlivesItsEngine) {
  auto engine = std::make_unique<Engine>();
  engine->Apply("a.yaml", OneRoute("one"));
  const auto reader = engine->NewReader();
  engine.reset();
  Decision d;
  reader->Route({.authority = "a.example"}, &d);
  EXPECT_EQ(d.endpoint.hostname, "one.example");
}

TEST(Reader, LooksHeadersUpWhereTheyAre) {
  Engine engine;
  std::string text = OneRoute("one");
  text.replace(text.find("{path: {value: /}}"), 18, "{headers: [{name: x-a, value: 'p,q,r'}]}");
  engine.Apply("a.yaml", text);
  const auto reader = engine.NewReader();
  const HeaderLookup lookup = [](void*, const char* name, size_t size, size_t index,
                                 const char** value, size_t* value_size) -> int32_t {
    static constexpr std::string_view kValues[] = {"q", "r"};
    if (std::string_view(name, size) != "x-a" || index >= std::size(kValues)) return 0;
    *value = kValues[index].data();
    *value_size = kValues[index].size();
    return 1;
  };
  const std::vector<Header> headers = {{"X-A", "p"}};
  Decision d;
  reader->Route({.headers = headers, .lookup = lookup}, &d);
  EXPECT_EQ(d.verdict, Verdict::kForward);
  reader->Route({.lookup = lookup}, &d);
  EXPECT_EQ(d.verdict, Verdict::kNoRoute);  // q,r
}

TEST(Watch, AppliesWhatChangesAndSaysSo) {
  Folder folder;
  folder.Put("a.yaml", OneRoute("one"));
  std::vector<uint64_t> reloads;
  Options options;
  options.on_reload = [&](const Report& report) { reloads.push_back(report.generation); };
  Engine engine(options);
  const std::vector<std::string> paths = {folder.path()};
  EXPECT_EQ(engine.Watch(paths).diagnostics.size(), 0u);
  EXPECT_EQ(Ask(&engine, "/"), "one.example");
  folder.Put("a.yaml", OneRoute("two"));
  // What a proxy's loop does, on a clock of our own.
  int64_t now = 5'000'000'000;
  for (int i = 0; i < 200 && reloads.empty(); ++i, now += 50'000'000) {
    pollfd wanted = {engine.fd(), POLLIN, 0};
    poll(&wanted, 1, 10);
    engine.Poll(now);
  }
  EXPECT_EQ(reloads, std::vector<uint64_t>{2});
  EXPECT_EQ(Ask(&engine, "/"), "two.example");
  fs::remove(folder.path() / "a.yaml");
  folder.Put("b.yaml", std::string(kGateway));
  for (int i = 0; i < 200 && reloads.size() < 2; ++i, now += 50'000'000) {
    pollfd wanted = {engine.fd(), POLLIN, 0};
    poll(&wanted, 1, 10);
    engine.Poll(now);
  }
  EXPECT_EQ(Ask(&engine, "/"), "404 NoRoute");  // the route went with its file
}

TEST(Poll, LeavesTheDescriptorQuietWhenThereIsNothingToDo) {
  Folder folder;
  folder.Put("a.yaml", OneRoute("one"));
  Engine engine;
  const std::vector<std::string> paths = {folder.path()};
  engine.Watch(paths);
  for (int64_t now = 0; now < 3'000'000'000; now += 500'000'000) engine.Poll(now);
  pollfd wanted = {engine.fd(), POLLIN, 0};
  EXPECT_EQ(poll(&wanted, 1, 0), 0);
}

TEST(Watch, OfWhatCannotBeReadIsNotKept) {
  Folder folder;
  Engine engine;
  const std::vector<std::string> paths = {folder.path() / "missing"};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(engine.Watch(paths).generation, 0u);
  fs::create_directory(folder.path() / "missing");
  folder.Put("missing/a.yaml", OneRoute("one"));
  for (int64_t now = 0; now < 5'000'000'000; now += 500'000'000) engine.Poll(now);
  EXPECT_EQ(engine.GetStats().generation, 0u);
}

TEST(Watch, GoesOnInParentAndChildAfterAFork) {
  Folder folder;
  folder.Put("a.yaml", OneRoute("one"));
  Engine engine;
  const std::vector<std::string> paths = {folder.path()};
  engine.Watch(paths);
  const auto follows = [&] {
    int64_t now = 1;
    for (int i = 0; i < 400 && Ask(&engine, "/") != "two.example"; ++i, now += 50'000'000) {
      pollfd wanted = {engine.fd(), POLLIN, 0};
      poll(&wanted, 1, 10);
      engine.Poll(now);
    }
    return Ask(&engine, "/") == "two.example";
  };
  const pid_t child = fork();
  if (child == 0) _exit(follows() ? 0 : 1);
  folder.Put("a.yaml", OneRoute("two"));
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);  // the child has read what it wanted
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(follows());
}

TEST(Poll, IsAskedForWhileASnapshotIsHeld) {
  Engine engine;
  engine.Apply("a.yaml", OneRoute("one"));
  const auto reader = engine.NewReader();
  Decision d;
  reader->Route({.authority = "a.example"}, &d);
  EXPECT_EQ(engine.Poll(0), INT64_MAX);
  engine.Apply("a.yaml", OneRoute("two"));
  pollfd wanted = {engine.fd(), POLLIN, 0};
  EXPECT_EQ(poll(&wanted, 1, 0), 1);
  EXPECT_LT(engine.Poll(0), INT64_MAX);
  EXPECT_GT(engine.Poll(INT64_MAX - 5), 0);
  reader->Rest();
  EXPECT_EQ(engine.Poll(1), INT64_MAX);
  EXPECT_EQ(engine.GetStats().snapshots, 1u);
}

TEST(Start, AndStopMayComeFromManyThreads) {
  Engine engine;
  const auto churn = [&engine] {
    for (int i = 0; i < 200; ++i) {
      engine.Start();
      engine.Stop();
    }
  };
  std::thread other(churn);
  churn();
  other.join();
  engine.Stop();
}

TEST(Start, SurvivesACallbackThatThrows) {
  Folder folder;
  folder.Put("a.yaml", OneRoute("one"));
  std::atomic<int> calls{0};
  Options options;
  options.on_reload = [&](const Report&) {
    ++calls;
    throw std::runtime_error("no");
  };
  Engine engine(options);
  const std::vector<std::string> paths = {folder.path()};
  engine.Watch(paths);
  engine.Start();
  folder.Put("a.yaml", OneRoute("two"));
  for (int i = 0; i < 1000 && calls == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  engine.Stop();
  EXPECT_EQ(calls, 1);
}

TEST(Start, FollowsOnAThreadOfItsOwn) {
  Folder folder;
  folder.Put("a.yaml", OneRoute("one"));
  std::mutex mutex;
  std::condition_variable changed;
  uint64_t seen = 0;
  Options options;
  options.on_reload = [&](const Report& report) {
    const std::lock_guard lock(mutex);
    seen = report.generation;
    changed.notify_all();
  };
  Engine engine(options);
  const std::vector<std::string> paths = {folder.path()};
  engine.Start();
  engine.Start();       // already
  engine.Watch(paths);  // while it waits
  folder.Put("a.yaml", OneRoute("two"));
  {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, std::chrono::seconds(20), [&] { return seen >= 2; }));
  }
  engine.Stop();
  engine.Stop();
  EXPECT_EQ(Ask(&engine, "/"), "two.example");
}

TEST(Reentry, OfAnUpstreamTypeIsAFindingAndNoDeadlock) {
  class Curious : public UpstreamType {
   public:
    std::string_view field() const override { return "curious"; }
    bool Resolve(const UpstreamObject&, UpstreamReporter*,
                 std::vector<UpstreamEndpoint>*) override {
      engine->GetStats();
      return true;
    }
    Engine* engine = nullptr;
  };
  const auto type = std::make_shared<Curious>();
  Options options;
  options.upstream_types = {type};
  Engine engine(options);
  type->engine = &engine;
  const Report report = engine.Apply("a.yaml",
                                     "apiVersion: gloo.solo.io/v1\nkind: Upstream\n"
                                     "metadata: {name: u}\nspec: {curious: {}}\n");
  ASSERT_TRUE(report.HasErrors());
  EXPECT_NE(report.diagnostics[0].message.find("called back"), std::string::npos);
}

TEST(Refresh, AsksTheTypesAgain) {
  class Growing : public UpstreamType {
   public:
    std::string_view field() const override { return "growing"; }
    bool Resolve(const UpstreamObject&, UpstreamReporter*,
                 std::vector<UpstreamEndpoint>* endpoints) override {
      endpoints->push_back({.hostname = "h" + std::to_string(calls++) + ".example", .port = 80});
      return true;
    }
    int calls = 0;
  };
  Options options;
  options.upstream_types = {std::make_shared<Growing>()};
  Engine engine(options);
  engine.Apply("a.yaml", std::string(kGateway) +
                             "---\napiVersion: gloo.solo.io/v1\n"
                             "kind: Upstream\nmetadata: {name: u}\nspec: {growing: {}}\n---\n" +
                             RouteText("r", "/", "u"));
  const std::string before = Ask(&engine, "/");
  EXPECT_EQ(engine.Refresh().generation, 2u);
  EXPECT_NE(Ask(&engine, "/"), before);
}

#ifndef NDEBUG
TEST(Reader, NoticesASecondThread) {
  Engine engine;
  engine.Apply("a.yaml", OneRoute("one"));
  const auto reader = engine.NewReader();
  // The lookup stands for a thread that is inside.
  const HeaderLookup inside = [](void* context, const char*, size_t, size_t, const char**,
                                 size_t*) -> int32_t {
    auto* busy = static_cast<Reader*>(context);
    std::thread([busy] { EXPECT_THROW(busy->Rest(), ReaderBusy); }).join();
    return 0;
  };
  Decision d;
  reader->Route({.lookup = inside, .lookup_context = reader.get()}, &d);
  reader->Route({}, &d);
  EXPECT_EQ(d.verdict, Verdict::kForward);
}
#endif

TEST(Reader, RefusesACallFromInsideOfACall) {
  Engine engine;
  engine.Apply("a.yaml", OneRoute("one"));
  const auto reader = engine.NewReader();
  const HeaderLookup inside = [](void* context, const char*, size_t, size_t, const char**,
                                 size_t*) -> int32_t {
    EXPECT_THROW(static_cast<Reader*>(context)->Rest(), ReaderBusy);
    return 0;
  };
  Decision d;
  reader->Route({.lookup = inside, .lookup_context = reader.get()}, &d);
  EXPECT_EQ(d.verdict, Verdict::kForward);
}

TEST(Apply, RefusesATextThatIsTooLarge) {
  Engine engine;
  engine.Apply("a.yaml", OneRoute("one"));
  const std::string huge(size_t{257} << 20, ' ');
  const Report report = engine.Apply("a.yaml", huge);
  EXPECT_EQ(report.generation, 0u);
  ASSERT_EQ(report.diagnostics.size(), 1u);
  EXPECT_EQ(report.diagnostics[0].code, "TooLarge");
  EXPECT_EQ(Ask(&engine, "/"), "one.example");
}

TEST(Fork, ChildrenRouteByWhatWasLoadedBefore) {
  Engine engine;
  engine.Apply("a.yaml", OneRoute("one"));
  for (int i = 0; i < 3; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      const bool before = Ask(&engine, "/") == "one.example";
      engine.Apply("a.yaml", OneRoute("two"));
      _exit(before && Ask(&engine, "/") == "two.example" ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(Ask(&engine, "/"), "one.example");
}

}  // namespace
}  // namespace kgw
