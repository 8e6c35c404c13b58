// base/owned_mutex.h - a mutex that throws, instead of waiting for ever, when its own thread asks
// for it again: for locks under which an embedder's code is called.
//
// Any thread.
#pragma once

#include <atomic>
#include <mutex>
#include <thread>

#include "kgw/error.h"

namespace kgw::base {

class OwnedMutex {
 public:
  // Throws ReentrantCall if this thread has it.
  void lock() {
    if (owner_.load(std::memory_order_relaxed) == std::this_thread::get_id()) {
      throw ReentrantCall();
    }
    mutex_.lock();
    owner_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  }

  void unlock() {
    owner_.store({}, std::memory_order_relaxed);
    mutex_.unlock();
  }

 private:
  std::mutex mutex_;
  std::atomic<std::thread::id> owner_{};
};

}  // namespace kgw::base
