#include "engine/events.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>

#ifdef __linux__
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#endif

namespace kgw {
namespace {

constexpr int64_t kMillisecond = 1'000'000;

}  // namespace

#ifdef __linux__

Events::Events()
    : set_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  Add(wake_);
}

Events::~Events() {
  if (wake_ >= 0) close(wake_);
  if (set_ >= 0) close(set_);
}

void Events::Add(int fd) {
  if (set_ < 0 || fd < 0) return;
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.fd = fd;
  epoll_ctl(set_, EPOLL_CTL_ADD, fd, &event);
}

void Events::Wake() {
  const uint64_t one = 1;
  if (wake_ >= 0 && write(wake_, &one, sizeof one) < 0) return;  // it is awake already
}

void Events::Drain() {
  uint64_t ignored = 0;
  if (wake_ >= 0 && read(wake_, &ignored, sizeof ignored) < 0) return;  // it was not awake
}

void Events::Wait(int64_t timeout_ns) {
  // Rounded up: what is due a little later is not due yet.
  const int64_t limit = std::numeric_limits<int>::max() * kMillisecond;
  const auto timeout = static_cast<int>(
      (std::clamp<int64_t>(timeout_ns, 0, limit - kMillisecond) + kMillisecond - 1) / kMillisecond);
  pollfd wanted = {set_, POLLIN, 0};
  poll(&wanted, 1, timeout);
}

#else

Events::Events() = default;
Events::~Events() = default;
void Events::Add(int) {}
void Events::Wake() {}
void Events::Drain() {}

void Events::Wait(int64_t timeout_ns) {
  constexpr int64_t kMost = 100 * kMillisecond;  // nothing can interrupt it
  std::this_thread::sleep_for(std::chrono::nanoseconds(std::clamp<int64_t>(timeout_ns, 0, kMost)));
}

#endif

}  // namespace kgw
