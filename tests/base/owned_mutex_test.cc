#include "base/owned_mutex.h"

#include <gtest/gtest.h>

#include <mutex>
#include <stdexcept>
#include <thread>

namespace kgw::base {
namespace {

TEST(OwnedMutex, RefusesTheThreadThatHasIt) {
  OwnedMutex mutex;
  {
    const std::lock_guard lock(mutex);
    EXPECT_THROW(mutex.lock(), std::logic_error);
  }
  EXPECT_NO_THROW(mutex.lock()) << "it is free again";
  mutex.unlock();
}

TEST(OwnedMutex, LetsOneThreadInAtATime) {
  OwnedMutex mutex;
  int count = 0;
  const auto work = [&] {
    for (int i = 0; i < 20'000; ++i) {
      const std::lock_guard lock(mutex);
      ++count;
    }
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(count, 40'000);
}

}  // namespace
}  // namespace kgw::base
