// engine/events.h - one descriptor for all that an engine waits for.
//
// An epoll set on Linux; elsewhere there is none and only time counts. One thread at a time, but
// Wake() from any.
#pragma once

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

  // Makes a present or the next Wait() return.
  void Wake();

  // Forgets a Wake(): whoever polls has seen it. Else fd() would stay readable.
  void Drain();

  // Until fd() is readable or that time has passed.
  void Wait(int64_t timeout_ns);

 private:
  int set_ = -1;
  int wake_ = -1;
};

}  // namespace kgw
