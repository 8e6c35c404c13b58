// http/hostname.h - authorities and the hostname algebra of the Gateway API.
//
// A hostname pattern is "" (any host), "a.example.com", or "*.example.com", where the wildcard
// stands for one label or more. Patterns and hosts are lower case. Pure; nothing here allocates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kgw::http {

// The host of an authority, without port; brackets of an IPv6 literal stay. One trailing dot goes.
// Upper case is kept: see LowerHost().
std::string_view HostOf(std::string_view authority);

// HostOf() in lower case: a view of `authority` if nothing changes, else of `*scratch`.
std::string_view LowerHost(std::string_view authority, std::string* scratch);

// True for "192.0.2.1" and "[2001:db8::1]" (also without brackets).
bool IsIpLiteral(std::string_view host);

// The bytes of an IP address, 4 or 16, in network order. False if `text` is none.
bool ParseIp(std::string_view text, std::string* bytes);

inline bool IsWildcard(std::string_view pattern) {
  return pattern.size() > 2 && pattern[0] == '*' && pattern[1] == '.';
}

// True if `host` is one of the hosts that `pattern` stands for.
bool HostMatches(std::string_view pattern, std::string_view host);

// The hosts that both patterns stand for, as a pattern; nullopt if there are none.
std::optional<std::string_view> Intersect(std::string_view a, std::string_view b);

// Order of precedence (Gateway API, HTTPRoute.spec.hostnames): an exact hostname before a wildcard
// before none, longer before shorter. Larger is more specific; equal rank is a tie.
inline uint64_t HostnameRank(std::string_view pattern) {
  const uint64_t exact = pattern.empty() || IsWildcard(pattern) ? 0 : pattern.size();
  return (exact << 32) | pattern.size();
}

}  // namespace kgw::http
