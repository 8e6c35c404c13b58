// engine/events.h - one descriptor for all that an engine waits for.
//
// An epoll set on Linux; where there is none only time counts. Control calls, but for Wait().
#pragma once

#include <atomic>
#include <cstdint>

namespace kgw {

class Events {
 public:
  Events();
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  int fd() const { return set_; }  // -1: there is none

  // `fd` becomes one of the reasons why fd() is readable. It must not be closed before this ends.
  void Add(int fd);

  // Makes fd() readable until Drain(): there is something to do at once, or another time to wait
  // for.
  void Wake();

  void Drain();

  // In the child of a fork: from now on apart from the parent's, under the same number.
  void Separate();

 private:
  int set_ = -1;
  int wake_ = -1;
};

// What a thread sleeps on, and how it is told to end.
class Alarm {
 public:
  Alarm();
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  // Thread: any. No Sleep() after it lasts.
  void Stop();
  bool stopped() const { return stopped_.load(std::memory_order_acquire); }

  // Until `fd` is readable, Stop(), or that time has passed.
  void Sleep(int fd, int64_t timeout_ns) const;

 private:
  std::atomic<bool> stopped_{false};
  int fd_ = -1;
};

}  // namespace kgw
