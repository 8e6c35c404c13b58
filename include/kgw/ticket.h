// kgw/ticket.h - a request under way, and how it ended.
//
// Each forwarded decision, and each of its mirrors, is an active request of its endpoint until its
// Ticket is done (Engine::Done, or Reader::Retry for a try that failed). balance/ gives both
// meaning.
#pragma once

#include <cstdint>

namespace kgw {

// A plain value of a fixed size, bound to no snapshot; move it by copying, and finish one copy.
// Whatever is done with it, nothing worse than a wrong count can come of it.
struct Ticket {
  uint64_t opaque[8] = {};
  bool empty() const { return opaque[0] == 0; }  // there is nothing to finish
};

// How one try ended.
enum class Result : int32_t {
  kCompleted,       // the endpoint answered; `status` tells what
  kConnectFailure,  // no connection: refused, unreachable, TLS failed, timed out connecting
  kReset,           // the connection broke before the answer was complete
  kTimeout,         // no answer in time
  kAborted,         // our side gave up: the client went away. Says nothing of the endpoint.
};

struct Outcome {
  Result result = Result::kCompleted;
  uint32_t status = 0;     // HTTP status of the endpoint's answer; 0: none
  int64_t latency_ns = 0;  // from sending the request to the first byte of the answer; 0: unknown
  int64_t now_ns = 0;      // the caller's monotonic clock
};

}  // namespace kgw
