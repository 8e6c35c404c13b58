#include "snapshot/store.h"

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

namespace kgw::snapshot {
namespace {

// Counts those that live.
class Numbered {
 public:
  explicit Numbered(uint64_t generation) : generation_(generation) { ++alive; }
  ~Numbered() { --alive; }
  uint64_t generation() const { return generation_; }

  static inline std::atomic<int> alive = 0;

 private:
  const uint64_t generation_;
};

using NumberedStore = Store<Numbered>;
using NumberedSlot = ReaderSlot<Numbered>;

static_assert(std::is_nothrow_move_constructible_v<Pinned<Numbered>>);
static_assert(!std::is_copy_constructible_v<Pinned<Numbered>>);
static_assert(alignof(Slot<Numbered>) == 128 && sizeof(Slot<Numbered>) == 128);

class StoreTest : public testing::TestWithParam<BarrierKind> {
 protected:
  void SetUp() override { ASSERT_EQ(Numbered::alive, 0); }

  void Publish(uint64_t generation, int64_t now = 0, uint32_t clusters = 0) {
    store_->Publish(std::make_unique<Numbered>(generation), now, clusters);
  }
  uint64_t Enter(NumberedSlot* slot) { return slot->Enter(&changed_)->generation(); }
  uint64_t Enter() { return Enter(&slot_); }

  std::shared_ptr<NumberedStore> store_ = std::make_shared<NumberedStore>(GetParam());
  NumberedSlot slot_ = store_->NewSlot();
  bool changed_ = false;
};

INSTANTIATE_TEST_SUITE_P(, StoreTest,
                         testing::Values(BarrierKind::kAsymmetric, BarrierKind::kSequential),
                         [](const auto& kind) {
                           return kind.param == BarrierKind::kAsymmetric ? "Asymmetric"
                                                                         : "Sequential";
                         });

TEST_P(StoreTest, IsEmptyBeforeTheFirstPublication) {
  changed_ = true;
  EXPECT_EQ(slot_.Enter(&changed_), nullptr);
  EXPECT_FALSE(changed_);
  EXPECT_FALSE(store_->Current());
  EXPECT_FALSE(slot_.Pin());
  EXPECT_EQ(store_->Current().get(), nullptr);
  EXPECT_EQ(store_->Held(0).retired, 0u);
}

TEST_P(StoreTest, AReaderSeesTheNewestAndIsToldOfTheChangeOnce) {
  Publish(1);
  EXPECT_EQ(Enter(), 1u);
  EXPECT_TRUE(changed_);
  EXPECT_EQ(Enter(), 1u);
  EXPECT_FALSE(changed_);
  Publish(2);
  Publish(3);
  EXPECT_EQ(Enter(), 3u);
  EXPECT_TRUE(changed_);
}

TEST_P(StoreTest, AReaderKeepsItsValueUntilItLooksAgainAndTheWriterFreesIt) {
  Publish(1);
  const Numbered* held = slot_.Enter(&changed_);
  Publish(2);
  store_->Reclaim();
  EXPECT_EQ(held->generation(), 1u);
  EXPECT_EQ(Numbered::alive, 2);
  EXPECT_EQ(Enter(), 2u);
  EXPECT_EQ(Numbered::alive, 2);  // readers free nothing
  store_->Reclaim();
  EXPECT_EQ(Numbered::alive, 1);
}

TEST_P(StoreTest, AReaderThatNeverRestsKeepsOneValueNotAllThatCameSince) {
  Publish(1);
  Enter();
  for (uint64_t n = 2; n <= 10; ++n) Publish(n);
  EXPECT_EQ(Numbered::alive, 2);
  EXPECT_EQ(store_->Held(0).retired, 1u);
}

TEST_P(StoreTest, RestLetsGoAndTheNextLookIsAChangeToTheNewest) {
  Publish(1);
  Enter();
  slot_.Rest();
  Publish(2);
  EXPECT_EQ(Numbered::alive, 1);
  slot_.Rest();
  EXPECT_EQ(Enter(), 2u);
  EXPECT_TRUE(changed_);
  slot_.Rest();
  EXPECT_EQ(Enter(), 2u);
  EXPECT_TRUE(changed_);
}

TEST_P(StoreTest, AValueThatNobodyReadsIsFreedByTheNextPublication) {
  Publish(1);
  Publish(2);
  EXPECT_EQ(Numbered::alive, 1);
}

TEST_P(StoreTest, APinKeepsAValueUntilItEnds) {
  Publish(1);
  Enter();
  Pinned<Numbered> pin = slot_.Pin();
  slot_.Rest();
  Publish(2);
  EXPECT_EQ(pin->generation(), 1u);
  EXPECT_EQ(store_->Held(0).retired, 1u);
  EXPECT_TRUE(store_->Held(0).readers.empty());
  pin = {};
  EXPECT_EQ(Numbered::alive, 2);
  store_->Reclaim();
  EXPECT_EQ(Numbered::alive, 1);
}

TEST_P(StoreTest, EachOfManyPinsCounts) {
  Publish(1);
  Enter();
  Pinned<Numbered> reader = slot_.Pin(), writer = store_->Current();
  Pinned<Numbered> moved = std::move(reader);
  EXPECT_FALSE(reader);  // NOLINT(bugprone-use-after-move): it is empty then
  EXPECT_EQ(writer.get(), moved.get());
  slot_.Rest();
  Publish(2);
  moved = std::move(writer);  // ends the first
  store_->Reclaim();
  EXPECT_EQ(moved->generation(), 1u);
  std::thread([last = std::move(moved)] { EXPECT_EQ((*last).generation(), 1u); }).join();
  store_->Reclaim();
  EXPECT_EQ(Numbered::alive, 1);
}

TEST_P(StoreTest, ReadersPinsAndTheStoreMayEndInAnyOrder) {
  Pinned<Numbered> pin;
  {
    auto store = std::make_shared<NumberedStore>(GetParam());
    const NumberedSlot slot = store->NewSlot();
    store->Publish(std::make_unique<Numbered>(5), 0, 0);
    pin = store->Current();
    store.reset();
    bool changed = false;
    EXPECT_EQ(const_cast<NumberedSlot&>(slot).Enter(&changed)->generation(), 5u);
  }
  EXPECT_EQ(pin->generation(), 5u);
  EXPECT_EQ(Numbered::alive, 1);
  pin = {};
  EXPECT_EQ(Numbered::alive, 0);
}

TEST_P(StoreTest, ItsEndFreesWhatIsRetiredToo) {
  auto store = std::make_shared<NumberedStore>(GetParam());
  {
    NumberedSlot slot = store->NewSlot();
    store->Publish(std::make_unique<Numbered>(1), 0, 0);
    Enter(&slot);
    store->Publish(std::make_unique<Numbered>(2), 0, 0);
    EXPECT_EQ(Numbered::alive, 2);
  }
  store.reset();
  EXPECT_EQ(Numbered::alive, 0);
}

TEST_P(StoreTest, SaysWhoHoldsWhatAndSinceWhen) {
  NumberedSlot other = store_->NewSlot();
  Publish(1, 100);
  Enter();
  Publish(2, 110);
  Enter(&other);
  EXPECT_EQ(store_->Held(115).readers.size(), 1u);  // the current value is nobody's fault
  Publish(3, 120);
  const HeldValues held = store_->Held(125);
  EXPECT_EQ(held.retired, 2u);
  ASSERT_EQ(held.readers.size(), 2u);
  EXPECT_EQ(held.readers[0].reader, slot_.number());
  EXPECT_EQ(held.readers[0].generation, 1u);
  EXPECT_EQ(held.readers[0].seconds, 15);
  EXPECT_EQ(held.readers[1].reader, other.number());
  EXPECT_EQ(held.readers[1].generation, 2u);
  EXPECT_EQ(held.readers[1].seconds, 5);
  Enter();
  other.Rest();
  store_->Reclaim();
  EXPECT_TRUE(store_->Held(130).readers.empty());
  EXPECT_EQ(store_->Held(130).retired, 0u);
}

TEST_P(StoreTest, SlotsThatEndAreUsedAgainUnderANewNumber) {
  using Slots = std::vector<std::unique_ptr<NumberedSlot>>;
  std::set<const void*> tables;
  std::set<uint64_t> numbers;
  Publish(1, 0, 100);
  for (int round = 0; round < 5; ++round) {
    Slots slots;
    for (int i = 0; i < 1000; ++i) {
      slots.push_back(std::unique_ptr<NumberedSlot>(new NumberedSlot(store_->NewSlot())));
      Enter(slots.back().get());
      tables.insert(slots.back()->picks());
      numbers.insert(slots.back()->number());
    }
    Publish(1);
  }
  EXPECT_EQ(tables.size(), 1000u);
  EXPECT_EQ(numbers.size(), 5000u);
  store_->Reclaim();
  EXPECT_EQ(Numbered::alive, 1);  // a slot that ended holds nothing
}

TEST_P(StoreTest, PositionsSurviveSwapsAndGrowWithTheClusters) {
  Publish(1, 0, 2);
  Enter();
  slot_.picks()[0].sequence = 70;
  slot_.picks()[1].sequence = 71;
  const balance::PickState* before = slot_.picks();
  Publish(2, 0, 1);
  Enter();
  EXPECT_EQ(slot_.picks(), before);
  Publish(3, 0, 1000);
  EXPECT_EQ(slot_.picks(), before);  // not before the value that needs it is seen
  Enter();
  EXPECT_NE(slot_.picks(), before);
  EXPECT_EQ(slot_.picks()[0].sequence, 70u);
  EXPECT_EQ(slot_.picks()[1].sequence, 71u);
  for (int i = 2; i < 1000; ++i) {
    EXPECT_EQ(slot_.picks()[i].sequence, 0u);
    slot_.picks()[i].sequence = 1;  // the memory is there
  }
}

TEST_P(StoreTest, AReaderMaySkipOffers) {
  Publish(1, 0, 1);
  Enter();
  slot_.picks()[0].sequence = 70;
  for (uint32_t clusters = 2; clusters <= 5000; clusters += 100) Publish(clusters, 0, clusters);
  slot_.picks()[0].sequence = 77;  // an old table in use is not freed
  Enter();
  EXPECT_EQ(slot_.picks()[0].sequence, 77u);
  slot_.picks()[4999].sequence = 1;
}

TEST_P(StoreTest, ANewReaderStartsWithATableOfItsOwnThatIsLargeEnough) {
  Publish(1, 0, 300);
  const balance::PickState* used = nullptr;
  {
    NumberedSlot first = store_->NewSlot();
    Enter(&first);
    used = first.picks();
    for (int i = 0; i < 300; ++i) first.picks()[i].sequence = 9;
  }
  NumberedSlot second = store_->NewSlot();
  EXPECT_EQ(second.picks(), used);  // the same memory
  for (int i = 0; i < 300; ++i) EXPECT_EQ(second.picks()[i].sequence, 0u);
}

TEST(Barrier, IsChosenOnceAndNeverLeftOpen) {
  EXPECT_EQ(ChooseBarrier(BarrierKind::kSequential), BarrierKind::kSequential);
  EXPECT_NE(ChooseBarrier(BarrierKind::kBest), BarrierKind::kBest);
  EXPECT_EQ(ChooseBarrier(BarrierKind::kAsymmetric), ChooseBarrier(BarrierKind::kBest));
  EXPECT_EQ(NumberedStore(BarrierKind::kSequential).barrier(), BarrierKind::kSequential);
  EXPECT_TRUE(WriterBarrier(ChooseBarrier(BarrierKind::kBest)));
}

// Runs `check` in a child process; whether it said yes there.
template <typename Check>
bool InChild(const Check& check) {
  const pid_t child = fork();
  if (child == 0) _exit(check() ? 0 : 1);
  int status = 1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status == 0;
}

TEST_P(StoreTest, AChildProcessServesWhatItsParentPublished) {
  Publish(1, 0, 3);
  Enter();
  EXPECT_TRUE(InChild([this] {
    NumberedSlot slot = store_->NewSlot();
    bool right = Enter(&slot) == 1;
    Publish(2, 0, 3);
    right = right && Enter(&slot) == 2 && Numbered::alive == 2;  // the parent's reader holds the 1
    Enter();
    store_->Reclaim();
    return right && Numbered::alive == 1;
  }));
  EXPECT_EQ(Enter(), 1u);
}

// From here on membarrier fails in this process.
bool ForbidMembarrier() {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_membarrier, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {4, filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST(Barrier, AKernelWithoutItLeavesTheSequentialKind) {
  EXPECT_TRUE(InChild([] {
    return ForbidMembarrier() &&
           ChooseBarrier(BarrierKind::kAsymmetric) == BarrierKind::kSequential;
  }));
}

TEST(Barrier, OnceItIsTakenAwayNothingIsFreedBeforeTheStoreEnds) {
  if (ChooseBarrier(BarrierKind::kBest) != BarrierKind::kAsymmetric) {
    GTEST_SKIP() << "this kernel has no membarrier to take away";
  }
  EXPECT_TRUE(InChild([] {
    auto store = std::make_shared<NumberedStore>(BarrierKind::kAsymmetric);
    bool right = ForbidMembarrier();
    for (uint64_t n = 1; n <= 3; ++n) store->Publish(std::make_unique<Numbered>(n), 0, 0);
    store->Reclaim();
    right = right && Numbered::alive == 3 && store->Current()->generation() == 3;
    store.reset();
    return right && Numbered::alive == 0;
  }));
}

}  // namespace
}  // namespace kgw::snapshot
