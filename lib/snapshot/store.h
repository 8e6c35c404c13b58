// snapshot/store.h - publishes snapshots to readers.
//
// One writer at a time publishes; each reader thread has a ReaderSlot of its own. A reader sees a
// snapshot that was whole when it was published, and keeps it alive until its next Enter() or
// Rest(). Publishing never waits for readers.
//
// A slot looks at one counter to learn that nothing has changed, and takes the shared pointer
// (std::atomic<std::shared_ptr>) only when something has.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "snapshot/snapshot.h"

namespace kgw::snapshot {

class SnapshotStore {
 public:
  // Thread: control (one at a time).
  void Publish(std::shared_ptr<const Snapshot> snapshot) {
    current_.store(std::move(snapshot), std::memory_order_release);
    version_.fetch_add(1, std::memory_order_release);
  }

  std::shared_ptr<const Snapshot> Current() const {
    return current_.load(std::memory_order_acquire);
  }

 private:
  friend class ReaderSlot;
  std::atomic<std::shared_ptr<const Snapshot>> current_;
  std::atomic<uint64_t> version_{0};
};

// One owner thread at a time. May outlive the engine: it shares the store.
class ReaderSlot {
 public:
  explicit ReaderSlot(std::shared_ptr<const SnapshotStore> store) : store_(std::move(store)) {}

  // The newest snapshot; null before the first publication. `*changed` tells whether it is another
  // one than last time. Lives until the next Enter() or Rest().
  const Snapshot* Enter(bool* changed) {
    const uint64_t version = store_->version_.load(std::memory_order_acquire);
    *changed = version != version_;
    if (*changed) {
      held_ = store_->Current();
      version_ = version;
    }
    return held_.get();
  }

  void Rest() {
    held_.reset();
    version_ = 0;
  }

 private:
  std::shared_ptr<const SnapshotStore> store_;
  std::shared_ptr<const Snapshot> held_;
  uint64_t version_ = 0;  // 0: nothing held
};

}  // namespace kgw::snapshot
