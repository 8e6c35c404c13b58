#include "snapshot/store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace kgw::snapshot {
namespace {

// A snapshot whose parts all say its generation.
std::shared_ptr<const Snapshot> Numbered(uint64_t generation) {
  model::Model model;
  for (int i = 0; i < 20; ++i) {
    model.gateways.push_back({std::to_string(generation), {}});
  }
  return std::make_shared<const Snapshot>(std::move(model), Options{}, generation);
}

bool IsWhole(const Snapshot& snapshot) {
  const std::string expected = std::to_string(snapshot.generation());
  for (const model::Gateway& gateway : snapshot.model().gateways) {
    if (gateway.name != expected) return false;
  }
  return snapshot.model().gateways.size() == 20;
}

class Store : public testing::Test {
 protected:
  const Snapshot* Enter() { return slot_.Enter(&changed_); }

  const std::shared_ptr<SnapshotStore> store_ = std::make_shared<SnapshotStore>();
  ReaderSlot slot_{store_};
  bool changed_ = false;
};

TEST_F(Store, IsEmptyBeforeTheFirstPublication) {
  EXPECT_EQ(Enter(), nullptr);
  EXPECT_EQ(store_->Current(), nullptr);
}

TEST_F(Store, AReaderSeesTheNewestAndIsToldOfTheChangeOnce) {
  store_->Publish(Numbered(1));
  EXPECT_EQ(Enter()->generation(), 1u);
  EXPECT_TRUE(changed_);
  EXPECT_EQ(Enter()->generation(), 1u);
  EXPECT_FALSE(changed_);
  store_->Publish(Numbered(2));
  store_->Publish(Numbered(3));
  EXPECT_EQ(Enter()->generation(), 3u);
  EXPECT_TRUE(changed_);
}

TEST_F(Store, AReaderKeepsItsSnapshotUntilItLooksAgain) {
  std::weak_ptr<const Snapshot> first;
  {
    const auto snapshot = Numbered(1);
    first = snapshot;
    store_->Publish(snapshot);
  }
  const Snapshot* held = Enter();
  store_->Publish(Numbered(2));
  EXPECT_FALSE(first.expired());
  EXPECT_TRUE(IsWhole(*held));
  Enter();
  EXPECT_TRUE(first.expired());
}

TEST_F(Store, RestReleasesTheSnapshotAndTheNextLookFindsTheNewest) {
  std::weak_ptr<const Snapshot> first;
  {
    const auto snapshot = Numbered(1);
    first = snapshot;
    store_->Publish(snapshot);
  }
  Enter();
  store_->Publish(Numbered(2));
  slot_.Rest();
  EXPECT_TRUE(first.expired());
  slot_.Rest();
  EXPECT_EQ(Enter()->generation(), 2u);
  EXPECT_TRUE(changed_);
}

TEST_F(Store, ASnapshotThatNobodyReadsIsFreedAtOnce) {
  std::weak_ptr<const Snapshot> first;
  {
    const auto snapshot = Numbered(1);
    first = snapshot;
    store_->Publish(snapshot);
  }
  store_->Publish(Numbered(2));
  EXPECT_TRUE(first.expired());
}

TEST_F(Store, AReaderMayOutliveTheOwnersShare) {
  auto store = std::make_shared<SnapshotStore>();
  ReaderSlot slot(store);
  store->Publish(Numbered(5));
  store.reset();
  EXPECT_EQ(slot.Enter(&changed_)->generation(), 5u);
}

// Meant to be run with ThreadSanitizer too.
TEST_F(Store, ReadersSeeWholeSnapshotsInOrderWhileAWriterPublishes) {
  constexpr uint64_t kPublications = 2000;
  std::atomic<int> mistakes = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&, i] {
      ReaderSlot slot(store_);
      bool changed = false;
      uint64_t last = 0;
      for (uint64_t n = 0; last < kPublications; ++n) {
        const Snapshot* snapshot = slot.Enter(&changed);
        if (snapshot == nullptr) continue;
        if (!IsWhole(*snapshot) || snapshot->generation() < last) ++mistakes;
        last = snapshot->generation();
        if (i == 1 && n % 3 == 0) slot.Rest();
      }
    });
  }
  for (uint64_t n = 1; n <= kPublications; ++n) store_->Publish(Numbered(n));
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(mistakes.load(), 0);
  EXPECT_EQ(store_->Current()->generation(), kPublications);
}

}  // namespace
}  // namespace kgw::snapshot
