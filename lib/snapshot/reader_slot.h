// snapshot/reader_slot.h - the readers' half of the snapshot store: atomics only.
//
// Each reader announces the value that it holds in a slot of its own, and the writer frees no value
// that is announced. So a reader that never rests keeps one old value alive, not all that came
// since, as it would with a global epoch; and to find nothing new costs it one load and one
// comparison. A slot has one owner thread at a time; it may outlive the engine, for it shares the
// store. A reader allocates and frees nothing, ever.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "snapshot/barrier.h"
#include "snapshot/sequences.h"

namespace kgw::snapshot {

template <typename T>
class Store;

// A published value and what the store knows about it.
template <typename T>
struct Kept {
  explicit Kept(std::unique_ptr<const T> v) : value(std::move(v)) {}

  const std::unique_ptr<const T> value;
  mutable std::atomic<uint64_t> pins{0};
  int64_t retired_at = 0;  // seconds; the writer's
};

// What the writer sees of a reader. Never freed before the store, but used again.
template <typename T>
struct alignas(kLinePair) Slot {
  std::atomic<const Kept<T>*> announced{nullptr};  // stored by the reader
  std::atomic<Sequences*> adopted{nullptr};        // stored by the reader
  std::atomic<Sequences*> offered{nullptr};        // stored by the writer
  Slot* next_ended = nullptr;

  // The writer's alone.
  bool in_use = false;
  uint64_t number = 0;                             // of the reader
  std::vector<std::unique_ptr<Sequences>> tables;  // the last one is the one offered
};

// What the readers see of the store.
template <typename T>
struct ReaderSide {
  explicit ReaderSide(BarrierKind wanted) : barrier(ChooseBarrier(wanted)) {}

  // The slot's reader has come to its end: the writer may use it again.
  void End(Slot<T>* slot) {
    slot->next_ended = ended.load(std::memory_order_relaxed);
    while (!ended.compare_exchange_weak(slot->next_ended, slot, std::memory_order_release,
                                        std::memory_order_relaxed)) {
    }
  }

  alignas(kLinePair) std::atomic<Kept<T>*> current{nullptr};
  const BarrierKind barrier;
  alignas(kLinePair) std::atomic<Slot<T>*> ended{nullptr};  // a stack, which the writer empties
};

// Keeps a value alive, and the store with it. Any thread may use and end it. For those who keep a
// value for long or hand it on: all pins of a value write the same cache line.
template <typename T>
class Pinned {
 public:
  Pinned() = default;
  Pinned(Pinned&& other) noexcept
      : side_(std::move(other.side_)), kept_(std::exchange(other.kept_, nullptr)) {}
  Pinned& operator=(Pinned&& other) noexcept {
    Pinned(std::move(other)).Swap(*this);
    return *this;
  }
  ~Pinned() {
    if (kept_ != nullptr) kept_->pins.fetch_sub(1, std::memory_order_release);
  }

  const T* get() const { return kept_ == nullptr ? nullptr : kept_->value.get(); }
  const T* operator->() const { return get(); }
  const T& operator*() const { return *get(); }
  explicit operator bool() const { return kept_ != nullptr; }

 private:
  friend class Store<T>;
  template <typename>
  friend class ReaderSlot;

  // The caller knows that `kept` lives at this moment. The writer looks at pins only after it saw
  // the announcement gone, so this need not be ordered.
  Pinned(std::shared_ptr<const ReaderSide<T>> side, const Kept<T>* kept)
      : side_(std::move(side)), kept_(kept) {
    if (kept_ != nullptr) kept_->pins.fetch_add(1, std::memory_order_relaxed);
  }

  void Swap(Pinned& other) {
    side_.swap(other.side_);
    std::swap(kept_, other.kept_);
  }

  std::shared_ptr<const ReaderSide<T>> side_;
  const Kept<T>* kept_ = nullptr;
};

template <typename T>
class ReaderSlot {
 public:
  ReaderSlot(const ReaderSlot&) = delete;
  ReaderSlot& operator=(const ReaderSlot&) = delete;
  ~ReaderSlot() {
    Rest();
    side_->End(slot_);
  }

  // The newest value; null before the first publication. `*changed` tells whether it is another one
  // than the slot held. Lives until the next Enter() or Rest().
  const T* Enter(bool* changed) {
    // What is announced is not freed, so an equal pointer is the same value.
    const Kept<T>* current = side_->current.load(std::memory_order_acquire);
    *changed = current != held_;
    if (*changed) Switch(current);
    return value_;
  }

  // Lets go of the value.
  void Rest() {
    slot_->announced.store(nullptr, std::memory_order_release);
    held_ = nullptr;
    value_ = nullptr;
  }

  // Keeps what the slot holds now beyond its next Enter() or Rest(); empty if it holds nothing.
  Pinned<T> Pin() const { return Pinned<T>(held_ == nullptr ? nullptr : side_, held_); }

  // The reader's positions, by the cluster's slot number: as many as the value held was published
  // with. They survive a change of the value, but may move with it.
  balance::PickState* picks() { return sequences_->data(); }

  uint64_t number() const { return number_; }

 private:
  friend class Store<T>;

  ReaderSlot(std::shared_ptr<ReaderSide<T>> side, Slot<T>* slot)
      : side_(std::move(side)),
        slot_(slot),
        sequences_(slot->adopted.load(std::memory_order_relaxed)),
        number_(slot->number) {}

  // Announces `current`, and again whatever has replaced it meanwhile, until what is announced was
  // the current value after it was announced: only then the writer is sure to see it.
  void Switch(const Kept<T>* current) {
    do {
      held_ = current;
      current = side_->barrier == BarrierKind::kAsymmetric ? AnnounceAsymmetric(current)
                                                           : AnnounceSequential(current);
    } while (current != held_);
    value_ = held_ == nullptr ? nullptr : held_->value.get();
    Adopt();
  }

  // Both return the current value after the announcement. What was read of the value announced
  // before happened before it could be freed: hence release, not relaxed.
  const Kept<T>* AnnounceAsymmetric(const Kept<T>* kept) {
    slot_->announced.store(kept, std::memory_order_release);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // the writer does the processor's part
    return side_->current.load(std::memory_order_acquire);
  }
  const Kept<T>* AnnounceSequential(const Kept<T>* kept) {
    slot_->announced.exchange(kept, std::memory_order_seq_cst);
    return side_->current.load(std::memory_order_seq_cst);
  }

  void Adopt() {
    Sequences* offered = slot_->offered.load(std::memory_order_acquire);
    if (offered == sequences_) return;
    offered->CopyFrom(*sequences_);
    sequences_ = offered;
    slot_->adopted.store(offered, std::memory_order_release);  // the writer may free the old one
  }

  const std::shared_ptr<ReaderSide<T>> side_;
  Slot<T>* const slot_;
  const Kept<T>* held_ = nullptr;  // what is announced
  const T* value_ = nullptr;       // what is in it
  Sequences* sequences_;
  const uint64_t number_;
};

}  // namespace kgw::snapshot
