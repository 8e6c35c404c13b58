// model/upstream.h - a destination: its endpoints, how one is picked, how it is talked to.
//
// In Envoy's words a cluster. Endpoints keep the order in which they were found, so that a fixed
// seed repeats every draw.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kgw::model {

enum class Protocol : uint8_t { kUnset, kHttp1, kHttp2 };

struct Tls {
  std::string sni;
  bool verify = false;
};

// A Unix socket is an address with its path behind this, and has a port that means nothing.
inline constexpr std::string_view kUnixScheme = "unix:";
inline constexpr uint16_t kUnixPort = 1;

struct Endpoint {
  std::string address;   // an IP literal, "unix:/path", or empty
  std::string hostname;  // a DNS name, or empty
  uint16_t port = 0;
  uint32_t weight = 1;
  std::optional<Tls> tls;
};

struct Upstream {
  std::string cluster;  // Upstream <name>_<ns>, Service kube_<ns>_<name>_<port>
  std::string display;  // "namespace/name" (a Service with its port), for people
  std::vector<Endpoint> endpoints;
  std::string policy = "RoundRobin";  // the name of a policy in balance/
  Protocol protocol = Protocol::kUnset;
};

}  // namespace kgw::model
