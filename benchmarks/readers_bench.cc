// How much two readers do together, compared with one: a shared line written on the path of a
// request would show here first.
//
// Counters, medians of rounds with one reader and with two in turn: `one_ns` and `two_ns` are CPU
// time of one request in one thread; `x_throughput` is what two readers do in the time of one.
#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "served.h"
#include "snapshot/store.h"
#include "timing.h"

namespace kgw::bench {
namespace {

constexpr size_t kQueries = 1u << 18;  // a reader and round
constexpr size_t kRounds = 9;

// A snapshot that is published again and again: to compile one a hundred times a second would take
// more processors than there are.
struct Republished {
  std::shared_ptr<const Served> served;
  uint64_t number = 0;
  uint64_t generation() const { return number; }
};
using Store = snapshot::Store<Republished>;

// Publishes a hundred times a second while it lives.
class Writer {
 public:
  Writer(Store* store, std::shared_ptr<const Served> served)
      : thread_([this, store, served = std::move(served)] {
          for (uint64_t n = 2; !stop_.load(std::memory_order_relaxed); ++n) {
            store->Publish(std::make_unique<const Republished>(Republished{served, n}), 0, 0);
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
          }
        }) {}
  ~Writer() {
    stop_.store(true, std::memory_order_relaxed);
    thread_.join();
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// Enters the newest snapshot and finds the route of each query, or counts an answer as wrong.
class Lookups {
 public:
  Lookups(Store* store, size_t seed) : slot_(store->NewSlot()), first_(seed * kQueries / 2) {}

  bool operator()(size_t i) {
    bool changed = false;
    const Served& served = *slot_.Enter(&changed)->served;
    const Query& query = served.query(first_ + i);
    view_.Reset(RequestFor(query), served.snapshot().normalization());
    const auto* found = served.snapshot().matcher().Find({}, view_, "GET").route;
    wrong_ += found != &served.snapshot().model().routes[query.route];
    return changed;
  }
  size_t wrong() const { return wrong_; }

 private:
  snapshot::ReaderSlot<Republished> slot_;
  http::RequestView view_;
  const size_t first_;
  size_t wrong_ = 0;
};

// Whole decisions, whose endpoints count their requests.
class Decisions {
 public:
  Decisions(const Served* served, size_t seed)
      : served_(served), router_(served->store(), seed + 1), first_(seed * kQueries / 2) {}

  Verdict operator()(size_t i) {
    const Query& query = served_->query(first_ + i);
    router_.Route(RequestFor(query), &decision_);
    const std::string& name = served_->snapshot().model().routes[query.route].name;
    wrong_ += decision_.route.name.data() != name.data();
    return decision_.verdict;
  }
  size_t wrong() const { return wrong_; }

 private:
  const Served* served_;
  router::Router router_;
  kgw::Decision decision_;
  const size_t first_;
  size_t wrong_ = 0;
};

// Nanoseconds of CPU time a request with so many readers at once.
template <typename Reader, typename Make>
double TimeReaders(size_t count, const Make& make, std::atomic<size_t>* wrong) {
  std::vector<double> times(count);
  std::atomic<size_t> ready{0};
  std::vector<std::thread> threads;
  for (size_t n = 0; n < count; ++n) {
    threads.emplace_back([&, n] {
      Reader reader = make(n);
      TimeOf(0, kQueries / 16, reader);
      ready.fetch_add(1);
      while (ready.load() < count) std::this_thread::yield();
      times[n] = TimeOf(0, kQueries, reader);
      wrong->fetch_add(reader.wrong());
    });
  }
  double sum = 0;
  for (size_t n = 0; n < count; ++n) {
    threads[n].join();
    sum += times[n];
  }
  return sum / static_cast<double>(count);
}

template <typename Reader, typename Make>
void Compare(benchmark::State* state, const Make& make) {
  Rounds one, two;
  std::atomic<size_t> wrong{0};
  for (auto _ : *state) {
    for (size_t round = 0; round < kRounds; ++round) {
      one.push_back(TimeReaders<Reader>(1, make, &wrong));
      two.push_back(TimeReaders<Reader>(2, make, &wrong));
    }
  }
  if (wrong > 0) state->SkipWithError("wrong answer");
  state->counters["one_ns"] = Median(one);
  state->counters["two_ns"] = Median(two);
  state->counters["x_throughput"] = 2 * Ratio(one, two);
}

std::shared_ptr<Served> Serve(const benchmark::State& state) {
  return std::make_shared<Served>(Kind::kExact, static_cast<uint32_t>(state.range(0)),
                                  Endpoints(100, true));
}

void BM_TwoReadersOneWriter(benchmark::State& state) {
  const std::shared_ptr<const Served> served = Serve(state);
  const auto store = std::make_shared<Store>();
  store->Publish(std::make_unique<const Republished>(Republished{served, 1}), 0, 0);
  const Writer writer(store.get(), served);
  Compare<Lookups>(&state, [&](size_t n) { return Lookups(store.get(), n); });
}

void BM_TwoReadersDecisions(benchmark::State& state) {
  const std::shared_ptr<const Served> served = Serve(state);
  Compare<Decisions>(&state, [&](size_t n) { return Decisions(served.get(), n); });
}

BENCHMARK(BM_TwoReadersOneWriter)->ArgName("routes")->Arg(10000)->Arg(1000000)->Iterations(1);
BENCHMARK(BM_TwoReadersDecisions)->ArgName("routes")->Arg(10000)->Arg(1000000)->Iterations(1);

}  // namespace
}  // namespace kgw::bench

int main(int argc, char** argv) {
#ifndef NDEBUG
  std::fprintf(stderr, "readers_bench: build it with -Dbuildtype=release -Db_ndebug=true\n");
  return 1;
#endif
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
