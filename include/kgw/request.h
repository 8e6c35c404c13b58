// kgw/request.h - what kgw reads of a request.
//
// A Request only points: every text belongs to the caller and must stay valid during the call it is
// passed to. router/ gives it meaning; http/ says how its parts are normalised.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace kgw {

struct Header {
  std::string_view name;  // any case
  std::string_view value;
};

enum class Protocol : uint8_t { kHttp, kGrpc, kTls, kTcp, kUdp };

struct Request {
  std::string_view method = "GET";
  std::string_view scheme = "http";  // "https" (or an SNI) means that TLS was terminated here
  std::string_view authority;        // Host or :authority, with or without a port
  std::string_view path = "/";       // may carry ?query
  uint16_t port = 0;                 // of the listener; 0: 443 for https, else 80
  std::span<const Header> headers;   // field lines in their order; repeats allowed
  std::string_view sni;              // TLS server name; empty if the client sent none
  std::string_view peer;             // client address, as text
  std::string_view local;            // local address, as text
  std::string_view client_namespace;
  std::string_view gateway;  // "namespace/name" limits the answer to that Gateway
  Protocol protocol = Protocol::kHttp;
  std::optional<uint64_t> random;  // takes the place of the reader's generator for this request
};

}  // namespace kgw
