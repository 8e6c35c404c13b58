// kgw/error.h - what kgw throws when it is called in a way that cannot work.
//
// Wrong configurations are findings, and wrong requests are decisions: neither throws.
#pragma once

#include <stdexcept>

namespace kgw {

// A callback called back into the engine that was calling it.
class ReentrantCall : public std::logic_error {
 public:
  ReentrantCall() : std::logic_error("a callback called back into the engine that called it") {}
};

// Two threads called one Reader at the same time. Noticed in debug builds only.
class ReaderBusy : public std::logic_error {
 public:
  ReaderBusy() : std::logic_error("two threads use one reader at the same time") {}
};

// A text of a request is NULL, but has a length.
class NullText : public std::invalid_argument {
 public:
  NullText() : std::invalid_argument("a text of the request is NULL, but has a length") {}
};

// The operating system refused something that Start() needs.
class SystemFailure : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace kgw
