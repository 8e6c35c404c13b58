// snapshot/store.h - publishes snapshots to readers: the writer's half.
//
// One value is current; what it replaced is retired, and freed when no slot announces it and no pin
// counts on it. Publishing never waits for readers, and only the writer frees: in Publish(),
// Reclaim(), or when the store ends with the last of its owners, slots and pins. Threads: control
// calls from any thread, serialised by the store's mutex, which no reader ever touches.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "snapshot/barrier.h"
#include "snapshot/reader_slot.h"
#include "snapshot/snapshot.h"

namespace kgw::snapshot {

// A reader that still holds a retired value.
struct HeldValue {
  uint64_t reader = 0;      // ReaderSlot::number()
  uint64_t generation = 0;  // of the value
  int64_t seconds = 0;      // since it was retired
};

struct HeldValues {
  std::vector<HeldValue> readers;
  size_t slots = 0;    // readers there are
  size_t retired = 0;  // values not freed yet: held, pinned, or simply not looked at since
};

// T has a method generation(). Must be owned by a std::shared_ptr: slots and pins share it.
template <typename T>
class Store : public std::enable_shared_from_this<Store<T>> {
 public:
  explicit Store(BarrierKind wanted = BarrierKind::kBest) : side_(wanted) {}
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store() { delete side_.current.load(std::memory_order_relaxed); }

  // Makes `value` current. A reader that sees it finds at least `clusters` positions in picks().
  void Publish(std::unique_ptr<const T> value, int64_t now_seconds, uint32_t clusters) {
    auto kept = std::make_unique<Kept<T>>(std::move(value));
    Values dead;  // ends after the lock
    const std::lock_guard lock(mutex_);
    CollectEnded();
    clusters_ = std::max(clusters_, clusters);
    for (Slot<T>& slot : slots_) {
      if (slot.in_use) Offer(&slot);  // seen by whoever sees the value that needs it
    }
    retired_.emplace_back();
    retired_.back().reset(side_.current.exchange(kept.release(), std::memory_order_seq_cst));
    if (retired_.back() == nullptr) {
      retired_.pop_back();
    } else {
      retired_.back()->retired_at = now_seconds;
      unseen_ = true;
    }
    Sweep(&dead);
  }

  // Frees what nobody holds any longer.
  void Reclaim() {
    Values dead;
    const std::lock_guard lock(mutex_);
    CollectEnded();
    Sweep(&dead);
  }

  ReaderSlot<T> NewSlot() {
    const std::lock_guard lock(mutex_);
    CollectEnded();
    Slot<T>* slot = TakeSlot();
    return ReaderSlot<T>(std::shared_ptr<ReaderSide<T>>(this->shared_from_this(), &side_), slot);
  }

  // Empty before the first publication.
  Pinned<T> Current() {
    const std::lock_guard lock(mutex_);  // so that it cannot be retired meanwhile
    const Kept<T>* current = side_.current.load(std::memory_order_relaxed);
    if (current == nullptr) return {};
    return Pinned<T>(std::shared_ptr<ReaderSide<T>>(this->shared_from_this(), &side_), current);
  }

  HeldValues Held(int64_t now_seconds) {
    const std::lock_guard lock(mutex_);
    CollectEnded();
    HeldValues out;
    out.retired = retired_.size();
    for (const Slot<T>& slot : slots_) {
      if (slot.in_use) ++out.slots;
      const Kept<T>* announced = slot.announced.load(std::memory_order_acquire);
      for (const auto& kept : retired_) {
        if (kept.get() != announced) continue;
        out.readers.push_back(
            {slot.number, kept->value->generation(), now_seconds - kept->retired_at});
      }
    }
    return out;
  }

  // f(value) for each value that is retired and not freed. It must not call the store.
  template <typename F>
  void ForEachRetired(F f) const {
    const std::lock_guard lock(mutex_);
    for (const auto& kept : retired_) f(*kept->value);
  }

  BarrierKind barrier() const { return side_.barrier; }

 private:
  using Values = std::vector<std::unique_ptr<Kept<T>>>;

  // Slots whose reader has ended become free.
  void CollectEnded() {
    Slot<T>* ended = side_.ended.exchange(nullptr, std::memory_order_acquire);
    for (; ended != nullptr; ended = ended->next_ended) {
      ended->in_use = false;
      free_.push_back(ended);
    }
  }

  Slot<T>* TakeSlot() {
    if (free_.empty()) {
      free_.reserve(slots_.size() + 1);
      announced_.reserve(slots_.size() + 1);
      free_.push_back(&slots_.emplace_back());
    }
    Slot<T>* slot = free_.back();
    Offer(slot);
    slot->tables.erase(slot->tables.begin(), slot->tables.end() - 1);
    slot->tables.back()->Clear();  // of the reader before
    slot->adopted.store(slot->tables.back().get(), std::memory_order_relaxed);
    slot->number = readers_++;
    slot->in_use = true;
    free_.pop_back();
    return slot;
  }

  // Offers a table of at least clusters_ positions. Sizes double, so that tables which a resting
  // reader never adopts cost no more than the one that it will.
  void Offer(Slot<T>* slot) {
    const uint32_t size = slot->tables.empty() ? 0 : slot->tables.back()->size();
    if (!slot->tables.empty() && size >= clusters_) return;
    slot->tables.push_back(std::make_unique<Sequences>(std::max(clusters_, 2 * size)));
    slot->offered.store(slot->tables.back().get(), std::memory_order_release);
  }

  // Moves to `dead` the retired values that nobody holds, and frees tables left behind.
  void Sweep(Values* dead) {
    // A value that was retired before an earlier barrier needs no other: whoever has not announced
    // it by then never will.
    if (unseen_ && !WriterBarrier(side_.barrier)) return;
    unseen_ = false;
    announced_.clear();
    for (Slot<T>& slot : slots_) {
      if (const auto* kept = slot.announced.load(std::memory_order_seq_cst)) {
        announced_.push_back(kept);  // perhaps freed long ago: not to be looked into
      }
      if (slot.in_use) DropLeftTables(&slot);
    }
    std::sort(announced_.begin(), announced_.end());
    const auto first_dead = std::partition(retired_.begin(), retired_.end(),
                                           [this](const auto& kept) { return IsHeld(*kept); });
    dead->assign(std::move_iterator(first_dead), std::move_iterator(retired_.end()));
    retired_.erase(first_dead, retired_.end());
  }

  // In this order: a reader pins while it announces.
  bool IsHeld(const Kept<T>& kept) const {
    return std::binary_search(announced_.begin(), announced_.end(), &kept) ||
           kept.pins.load(std::memory_order_acquire) != 0;
  }

  // A reader takes the newest offer that it sees: what is older than the adopted one is over.
  void DropLeftTables(Slot<T>* slot) {
    const Sequences* adopted = slot->adopted.load(std::memory_order_acquire);
    const auto it = std::find_if(slot->tables.begin(), slot->tables.end(),
                                 [adopted](const auto& table) { return table.get() == adopted; });
    slot->tables.erase(slot->tables.begin(), it);
  }

  ReaderSide<T> side_;
  mutable std::mutex mutex_;  // of what follows
  std::deque<Slot<T>> slots_;
  std::vector<Slot<T>*> free_;
  Values retired_;
  bool unseen_ = false;  // something was retired since the last barrier
  std::vector<const Kept<T>*> announced_;
  uint32_t clusters_ = 0;
  uint64_t readers_ = 0;
};

using SnapshotStore = Store<Snapshot>;

}  // namespace kgw::snapshot
