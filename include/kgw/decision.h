// kgw/decision.h - where a request goes, and how.
//
// Plain values that point: texts live until the next call on the Reader that filled them, or until
// the Reader is gone. router/ fills a Decision; inspect/ writes it as JSON with the same names.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kgw/request.h"

namespace kgw {

enum class Verdict : uint8_t {
  kForward,   // send `request` to `endpoint`
  kRedirect,  // answer `response`, which has a location header
  kRespond,   // answer `response` (a CORS preflight)
  kNoRoute,   // nothing matches: 404
  kError,     // answer `response.status`; `reason` says why
  kReject,    // close the connection: no listener for it
};

struct HeaderEdits {  // apply in this order: remove, set (replaces all values), add (one more line)
  std::span<const std::string_view> remove;
  std::span<const Header> set;
  std::span<const Header> add;
  bool empty() const { return remove.empty() && set.empty() && add.empty(); }
};

struct RouteRef {
  std::string_view kind;  // empty: no route was chosen
  std::string_view namespace_;
  std::string_view name;
  uint32_t rule = 0;
  std::string_view rule_name;
  uint32_t match = 0;
};

struct BackendRef {
  std::string_view group;
  std::string_view kind;  // empty: no backend was chosen
  std::string_view namespace_;
  std::string_view name;
  uint32_t index = 0;  // position in the rule's backendRefs
  uint16_t port = 0;   // as in the backendRef; 0 if it has none
  std::string_view function;
};

struct Endpoint {
  std::string_view address;   // an IP literal, or empty
  std::string_view hostname;  // a DNS name, or empty; the embedder resolves it
  uint16_t port = 0;          // 0: no endpoint was chosen
};

struct Mirror {
  BackendRef backend;
  Endpoint endpoint;
  std::string_view authority;
};

struct TlsSettings {
  std::string_view sni;
  bool verify = false;
};

enum class TransportProtocol : uint8_t { kUnset, kHttp1, kHttp2 };

struct Decision {
  Verdict verdict = Verdict::kReject;
  std::string_view gateway;   // "namespace/name"
  std::string_view listener;  // its name in that Gateway
  RouteRef route;
  BackendRef backend;
  std::string_view cluster;
  Endpoint endpoint;

  struct Forward {  // what to send; meaningful for kForward
    std::string_view method;
    std::string_view scheme;
    std::string_view authority;
    std::string_view path;  // with query
    HeaderEdits edits;
  } request;

  struct Answer {
    uint16_t status = 0;  // 0: the backend's own status
    HeaderEdits edits;    // for kForward they edit the backend's response
    std::string_view body;
  } response;

  std::span<const Mirror> mirrors;

  struct Timeouts {  // milliseconds; absent: no limit was configured, 0: switched off
    std::optional<int64_t> request;
    std::optional<int64_t> backend_request;
  } timeouts;

  struct Retry {  // of tries that end in one of `codes`, a connection error or a backend timeout
    uint32_t attempts = 0;              // after the first try; 0: do not retry
    std::span<const uint16_t> codes;    // sorted
    std::optional<int64_t> backoff_ms;  // wait at least so long before each; absent: as you like
  } retry;

  struct Transport {
    TransportProtocol protocol = TransportProtocol::kUnset;
    std::optional<TlsSettings> tls;
  } transport;

  std::string_view reason;  // a short machine word; empty for a plain forward
};

}  // namespace kgw
