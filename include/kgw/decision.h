// kgw/decision.h - where a request goes, and how.
//
// Plain values that point: texts live until the next call on the Reader that filled them, or until
// the Reader is gone (Reader::Pin keeps them longer). router/ fills a Decision; inspect/ writes it
// as JSON with the same names. In C it is a kgw_decision: the members of both follow each other in
// the same order.
#pragma once

#include <cstdint>

#include "kgw/request.h"
#include "kgw/str.h"
#include "kgw/ticket.h"

namespace kgw {

enum class Verdict : int32_t {
  kForward,   // send `request` to `endpoint`
  kRedirect,  // answer `response`, which has a location header
  kRespond,   // answer `response` (a CORS preflight)
  kNoRoute,   // nothing matches: 404
  kError,     // answer `response.status`; `reason` says why
  kReject,    // close the connection: no listener for it
};

struct HeaderEdits {  // apply in this order: remove, set (replaces all values), add (one more line)
  List<Str> remove;
  List<Header> set;
  List<Header> add;
  bool empty() const { return remove.empty() && set.empty() && add.empty(); }
};

struct RouteRef {
  Str kind;  // empty: no route was chosen
  Str namespace_;
  Str name;
  Str rule_name;
  uint32_t rule = 0;
  uint32_t match = 0;
};

struct BackendRef {
  Str group;
  Str kind;  // empty: no backend was chosen
  Str namespace_;
  Str name;
  Str function;
  uint32_t index = 0;  // position in the rule's backendRefs
  uint32_t port = 0;   // as in the backendRef; 0 if it has none
};

struct Endpoint {
  Str address;        // an IP literal; or "unix:" and the path of a socket; or empty
  Str hostname;       // a DNS name, or empty; the embedder resolves it
  uint64_t port = 0;  // 0: no endpoint was chosen; means nothing for a socket
};

struct Mirror {  // a copy of the request goes here as well; its answer is thrown away
  BackendRef backend;
  Endpoint endpoint;
  Str authority;
  Ticket ticket;
};

enum class TransportProtocol : int32_t { kUnset, kHttp1, kHttp2 };

inline constexpr int64_t kUnset = -1;  // of durations: nothing was configured

struct Decision {
  // What `request` changes of the request as it came; what is not changed points into the Request.
  enum Changed : uint32_t { kMethod = 1, kScheme = 2, kAuthority = 4, kPath = 8 };

  Verdict verdict = Verdict::kReject;
  uint32_t changed = 0;
  Str gateway;   // "namespace/name"
  Str listener;  // its name in that Gateway
  RouteRef route;
  BackendRef backend;
  Str cluster;
  Endpoint endpoint;

  struct Forward {  // what to send; meaningful for kForward
    Str method;
    Str scheme;
    Str authority;
    Str path;  // with query
    HeaderEdits edits;
  } request;

  struct Answer {
    HeaderEdits edits;  // for kForward they edit the backend's response
    Str body;
    uint64_t status = 0;  // 0: the backend's own status
  } response;

  List<Mirror> mirrors;

  struct Timeouts {  // milliseconds; kUnset: no limit was configured, 0: switched off
    int64_t request = kUnset;
    int64_t backend_request = kUnset;
  } timeouts;

  // Gateway API, HTTPRouteRetry: how often to try again, and after which statuses.
  struct Retry {
    List<uint16_t> codes;  // sorted
    int64_t backoff_ms = kUnset;
    uint64_t attempts = 0;  // 0: do not try again
  } retry;

  struct Transport {
    Str sni;  // for TLS to the endpoint; may be empty
    TransportProtocol protocol = TransportProtocol::kUnset;
    uint16_t tls = 0;     // 1: speak TLS to the endpoint
    uint16_t verify = 0;  // 1: and verify its certificate
  } transport;

  Str reason;               // a short machine word; empty for a plain forward
  uint64_t generation = 0;  // of the snapshot that decided
  Ticket ticket;            // to be finished if the verdict is kForward
};

}  // namespace kgw
