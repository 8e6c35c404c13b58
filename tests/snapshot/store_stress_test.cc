// Ten million swaps under two readers that look, rest and pin at random.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "snapshot/store.h"

namespace kgw::snapshot {
namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(thread_sanitizer) || __has_feature(address_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

constexpr uint64_t kAlive = 0x600df00d600df00d, kPoison = 0xdeadbeefdeadbeef;

// Each part says its generation. Poisoned before it is freed.
class Tagged {
 public:
  explicit Tagged(uint64_t generation) : canary_(kAlive ^ generation), generation_(generation) {
    for (uint64_t& part : parts_) part = generation;
    made.fetch_add(1, std::memory_order_relaxed);
  }
  ~Tagged() {
    if (canary_ != (kAlive ^ generation_)) wrong_ends.fetch_add(1);
    canary_ = kPoison;
    for (volatile uint64_t& part : parts_) part = kPoison;
    freed.fetch_add(1, std::memory_order_relaxed);
  }

  uint64_t generation() const { return generation_; }
  bool IsWhole() const {
    if (canary_ != (kAlive ^ generation_)) return false;
    for (const uint64_t part : parts_) {
      if (part != generation_) return false;
    }
    return true;
  }

  static inline std::atomic<uint64_t> made = 0, freed = 0, wrong_ends = 0;

 private:
  volatile uint64_t canary_;  // volatile: the poison is written although nobody may read it
  const uint64_t generation_;
  uint64_t parts_[6];
};

// One reader's life until the writer is done.
class Load {
 public:
  Load(Store<Tagged>* store, uint64_t seed) : slot_(store->NewSlot()), random_(seed) {}

  void Run(const std::atomic<bool>& done) {
    while (!done.load(std::memory_order_relaxed)) Step();
    pins_.clear();
  }

  uint64_t mistakes() const { return mistakes_; }
  uint64_t changes() const { return changes_; }

 private:
  void Step() {
    bool changed = false;
    const Tagged* value = slot_.Enter(&changed);
    if (value == nullptr) return;
    if (!value->IsWhole() || value->generation() < last_) ++mistakes_;
    if (changed) Changed(*value);
    last_ = value->generation();
    const uint64_t chance = random_.Below(64);
    if (chance < 16) slot_.Rest();
    if (chance == 16) KeepPin();
  }

  // The table is as large as this generation promised, and the position what this reader left.
  void Changed(const Tagged& value) {
    ++changes_;
    const uint64_t last = ClustersOf(value.generation()) - 1;
    if (slot_.picks()[0].sequence != picks_) ++mistakes_;
    ++slot_.picks()[last].sequence;
    slot_.picks()[0].sequence = ++picks_;
  }

  void KeepPin() {
    bool changed = false;
    if (slot_.Enter(&changed) == nullptr) return;
    pins_.push_back(slot_.Pin());
    if (pins_.size() < 8) return;
    for (const auto& pin : pins_) {
      if (!pin->IsWhole()) ++mistakes_;
    }
    pins_.clear();
  }

 public:
  static uint32_t ClustersOf(uint64_t generation) {
    return 2 + static_cast<uint32_t>(generation / 1024);
  }

 private:
  ReaderSlot<Tagged> slot_;
  base::Random random_;
  std::vector<Pinned<Tagged>> pins_;
  uint64_t last_ = 0, picks_ = 0, changes_ = 0, mistakes_ = 0;
};

void Stress(BarrierKind kind, uint64_t swaps) {
  Tagged::made = Tagged::freed = Tagged::wrong_ends = 0;
  auto store = std::make_shared<Store<Tagged>>(kind);
  {
    std::atomic<bool> done = false;
    std::vector<std::unique_ptr<Load>> loads;
    std::vector<std::thread> threads;
    for (uint64_t seed = 1; seed <= 2; ++seed) {
      loads.push_back(std::make_unique<Load>(store.get(), seed));
      threads.emplace_back([load = loads.back().get(), &done] { load->Run(done); });
    }
    for (uint64_t n = 1; n <= swaps; ++n) {
      store->Publish(std::make_unique<Tagged>(n), 0, Load::ClustersOf(n));
    }
    done = true;
    for (std::thread& thread : threads) thread.join();
    for (const auto& load : loads) {
      EXPECT_EQ(load->mistakes(), 0u);
      EXPECT_GT(load->changes(), 100u) << "a reader saw hardly anything";
    }
    EXPECT_EQ(store->Current()->generation(), swaps);
  }
  store->Reclaim();
  EXPECT_EQ(store->Held(0).retired, 0u);
  EXPECT_EQ(Tagged::freed, swaps - 1);
  store.reset();
  EXPECT_EQ(Tagged::made, swaps);
  EXPECT_EQ(Tagged::freed, swaps);
  EXPECT_EQ(Tagged::wrong_ends, 0u);
}

TEST(StoreStress, SwapsWithTheAsymmetricBarrier) {
  Stress(BarrierKind::kAsymmetric, kSanitized ? 200'000 : 1'000'000);
}

TEST(StoreStress, SwapsWithTheSequentialBarrier) {
  Stress(BarrierKind::kSequential, kSanitized ? 1'000'000 : 9'000'000);
}

}  // namespace
}  // namespace kgw::snapshot
