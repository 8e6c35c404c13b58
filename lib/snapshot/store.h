// snapshot/store.h - publishes snapshots to readers.
//
// One writer at a time publishes; each reader thread has a ReaderSlot of its own. A reader sees a
// snapshot that was whole when it was published, and keeps it alive until its next Enter() or
// Rest(). Publishing never waits for readers.
//
// A slot looks at one counter to learn that nothing has changed, and takes the mutex only when
// something has. std::atomic<std::shared_ptr> will not do: in libstdc++ 12 its load() lets go of
// its own lock with relaxed order, which is a data race with the next store().
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "snapshot/snapshot.h"

namespace kgw::snapshot {

class SnapshotStore {
 public:
  // Thread: control (one at a time).
  void Publish(std::shared_ptr<const Snapshot> snapshot) {
    {
      const std::lock_guard lock(mutex_);
      current_.swap(snapshot);
    }
    version_.fetch_add(1, std::memory_order_release);
  }  // the old snapshot ends here, outside of the lock

  std::shared_ptr<const Snapshot> Current() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }

 private:
  friend class ReaderSlot;
  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> current_;
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
