// What it costs to get hold of the newest value, to read it and to let go, while a writer replaces
// it a thousand times a second: our store in both habits, a plain atomic pointer (which never knows
// when to free) and std::atomic<std::shared_ptr>.
//
// The time shown is a reader's CPU time for one turn. Counters, all medians of interleaved rounds:
// `plain_ns` and `shared_ns` are the two others' times, `x_plain` is ours as a multiple of the
// plain load (`lo`, `hi`: the extreme rounds), `shared_x` theirs as a multiple of ours. Every read
// checks a canary that is poisoned before the value is freed.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include "snapshot/store.h"
#include "timing.h"

namespace kgw::bench {
namespace {

constexpr uint64_t kAlive = 0x600df00d600df00d;

class alignas(64) Value {
 public:
  explicit Value(uint64_t generation) : generation_(generation), canary_(kAlive ^ generation) {}
  ~Value() { *const_cast<volatile uint64_t*>(&canary_) = 0; }

  uint64_t generation() const { return generation_; }
  bool IsWhole() const { return canary_ == (kAlive ^ generation_); }

 private:
  const uint64_t generation_;
  uint64_t canary_;
  [[maybe_unused]] uint64_t padding_[6] = {};
};
static_assert(sizeof(Value) == 64);

// Each subject publishes, and has readers whose Read() says whether what they got was whole.
class Plain {
 public:
  Plain() { Publish(1); }

  void Publish(uint64_t n) {
    values_.push_back(std::make_unique<Value>(n));
    current_.store(values_.back().get(), std::memory_order_release);
  }

  class Reader {
   public:
    explicit Reader(Plain* plain) : current_(&plain->current_) {}
    bool Read() { return current_->load(std::memory_order_acquire)->IsWhole(); }

   private:
    const std::atomic<const Value*>* const current_;
  };

 private:
  alignas(snapshot::kLinePair) std::atomic<const Value*> current_;
  alignas(snapshot::kLinePair) std::vector<std::unique_ptr<Value>> values_;
};

class Shared {
 public:
  Shared() { Publish(1); }

  void Publish(uint64_t n) { current_.store(std::make_shared<const Value>(n)); }

  class Reader {
   public:
    explicit Reader(Shared* shared) : current_(&shared->current_) {}
    bool Read() { return current_->load(std::memory_order_acquire)->IsWhole(); }

   private:
    const std::atomic<std::shared_ptr<const Value>>* const current_;
  };

 private:
  alignas(snapshot::kLinePair) std::atomic<std::shared_ptr<const Value>> current_;
};

template <snapshot::BarrierKind kKind, bool kRests>
class Ours {
 public:
  Ours() { Publish(1); }

  void Publish(uint64_t n) { store_->Publish(std::make_unique<Value>(n), 0, 1); }

  class Reader {
   public:
    explicit Reader(Ours* ours) : slot_(ours->store_->NewSlot()) {}
    bool Read() {
      bool changed = false;
      const bool whole = slot_.Enter(&changed)->IsWhole();
      if (kRests) slot_.Rest();
      return whole;
    }

   private:
    snapshot::ReaderSlot<Value> slot_;
  };

 private:
  using Store = snapshot::Store<Value>;
  const std::shared_ptr<Store> store_ = std::make_shared<Store>(kKind);
};

// Publishes a thousand times a second while it lives.
template <typename Subject>
class Writer {
 public:
  explicit Writer(Subject* subject) : thread_([this, subject] { Run(subject); }) {}
  ~Writer() {
    stop_ = true;
    thread_.join();
  }

 private:
  void Run(Subject* subject) {
    auto next = std::chrono::steady_clock::now();
    for (uint64_t n = 2; !stop_.load(std::memory_order_relaxed); ++n) {
      subject->Publish(n);
      std::this_thread::sleep_until(next += std::chrono::milliseconds(1));
    }
  }

  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// One reader's `turns`: CPU time of one, in nanoseconds. A reader that gets a wrong value has no
// speed.
template <typename Subject>
double TimeTurns(Subject* subject, size_t turns) {
  typename Subject::Reader reader(subject);
  size_t wrong = 0;
  const double start = ThreadNanoseconds();
  for (size_t i = 0; i < turns; ++i) wrong += reader.Read() ? 0 : 1;
  const double end = ThreadNanoseconds();
  if (wrong != 0) {
    std::fprintf(stderr, "store_bench: %zu reads of a torn or freed value\n", wrong);
    std::exit(1);
  }
  return (end - start) / static_cast<double>(turns);
}

// The mean of all readers, who start together.
template <typename Subject>
double TimeReaders(int readers, size_t turns) {
  Subject subject;
  const Writer<Subject> writer(&subject);
  std::vector<double> times(static_cast<size_t>(readers));
  std::vector<std::thread> threads;
  std::latch start(readers);
  for (double& time : times) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      time = TimeTurns(&subject, turns);
    });
  }
  double sum = 0;
  for (size_t i = 0; i < threads.size(); ++i) {
    threads[i].join();
    sum += times[i];
  }
  return sum / readers;
}

template <typename Subject>
void BM_Acquire(benchmark::State& state) {
  constexpr size_t kRounds = 11, kTurns = 1u << 23, kSlowTurns = 1u << 20;
  const int readers = static_cast<int>(state.range(0));
  Rounds plain, shared, ours, ratios;
  for (auto _ : state) {
    for (size_t round = 0; round < kRounds; ++round) {
      plain.push_back(TimeReaders<Plain>(readers, kTurns));
      ours.push_back(TimeReaders<Subject>(readers, kTurns));
      shared.push_back(TimeReaders<Shared>(readers, kSlowTurns));
      ratios.push_back(ours.back() / plain.back());
    }
    state.SetIterationTime(Median(ours) / 1e9);
  }
  state.counters["plain_ns"] = Median(plain);
  state.counters["shared_ns"] = Median(shared);
  state.counters["x_plain"] = Median(ratios);
  state.counters["lo"] = *std::min_element(ratios.begin(), ratios.end());
  state.counters["hi"] = *std::max_element(ratios.begin(), ratios.end());
  state.counters["shared_x"] = Ratio(shared, ours);
}

template <snapshot::BarrierKind kKind, bool kRests>
void Register(const char* name) {
  benchmark::RegisterBenchmark(name, BM_Acquire<Ours<kKind, kRests>>)
      ->ArgName("readers")
      ->Arg(1)
      ->Arg(2)
      ->Iterations(1)
      ->UseManualTime();
}

}  // namespace
}  // namespace kgw::bench

int main(int argc, char** argv) {
#ifndef NDEBUG
  std::fprintf(stderr, "store_bench: build it with -Dbuildtype=release -Db_ndebug=true\n");
  return 1;
#endif
  using kgw::snapshot::BarrierKind;
  kgw::bench::Register<BarrierKind::kBest, false>("BM_Acquire/kept");
  kgw::bench::Register<BarrierKind::kBest, true>("BM_Acquire/rested");
  kgw::bench::Register<BarrierKind::kSequential, false>("BM_Acquire/sequential_kept");
  kgw::bench::Register<BarrierKind::kSequential, true>("BM_Acquire/sequential_rested");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
