#include "engine/events.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <thread>

#ifdef __linux__
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#endif

namespace kgw {
namespace {

constexpr int64_t kMillisecond = 1'000'000;
constexpr int64_t kBlind = 100 * kMillisecond;  // where nothing can end a sleep
#ifdef __linux__
constexpr int64_t kLongest = 24LL * 3600 * 1000 * kMillisecond;
#endif

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

void Events::Separate() {
  if (set_ < 0 || wake_ < 0) return;
  const int set = epoll_create1(EPOLL_CLOEXEC);
  const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (set >= 0 && wake >= 0) {
    dup3(set, set_, O_CLOEXEC);
    dup3(wake, wake_, O_CLOEXEC);
    Add(wake_);
  }
  if (set >= 0) close(set);
  if (wake >= 0) close(wake);
}

Alarm::Alarm() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Alarm::~Alarm() {
  if (fd_ >= 0) close(fd_);
}

void Alarm::Stop() {
  stopped_.store(true, std::memory_order_release);
  const uint64_t one = 1;
  if (fd_ >= 0 && write(fd_, &one, sizeof one) < 0) return;  // it is readable already
}

void Alarm::Sleep(int fd, int64_t timeout_ns) const {
  // Rounded up: what is due a little later is not due yet.
  const int64_t most = fd < 0 || fd_ < 0 ? kBlind : kLongest;
  const auto timeout = static_cast<int>(
      (std::clamp<int64_t>(timeout_ns, 0, most) + kMillisecond - 1) / kMillisecond);
  pollfd wanted[] = {{fd, POLLIN, 0}, {fd_, POLLIN, 0}};
  poll(wanted, std::size(wanted), timeout);
}

#else

Events::Events() = default;
Events::~Events() = default;
void Events::Add(int) {}
void Events::Wake() {}
void Events::Drain() {}
void Events::Separate() {}

Alarm::Alarm() = default;
Alarm::~Alarm() = default;
void Alarm::Stop() { stopped_.store(true, std::memory_order_release); }
void Alarm::Sleep(int, int64_t timeout_ns) const {
  std::this_thread::sleep_for(std::chrono::nanoseconds(std::clamp<int64_t>(timeout_ns, 0, kBlind)));
}

#endif

}  // namespace kgw
