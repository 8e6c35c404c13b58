#include "http/hostname.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/strings.h"
#include "http/words.h"

namespace kgw::http {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

bool ParsesAs(int family, std::string_view text, in6_addr* address) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof terminated || text.find('\0') != kNowhere) return false;
  *std::copy(text.begin(), text.end(), terminated) = '\0';
  return inet_pton(family, terminated, address) == 1;
}

bool ParsesAs(int family, std::string_view text) {
  in6_addr address;
  return ParsesAs(family, text, &address);
}

std::string_view WithoutPort(std::string_view authority) {
  if (!authority.empty() && authority[0] == '[') {
    const size_t after = authority.find(']') + 1;  // 0 if there is no ']'
    const bool port = after != 0 && after < authority.size() && authority[after] == ':';
    return port ? authority.substr(0, after) : authority;
  }
  const size_t colon = authority.find(':');
  const bool port = colon != kNowhere && authority.find(':', colon + 1) == kNowhere;
  return port ? authority.substr(0, colon) : authority;
}

}  // namespace

std::string_view HostOf(std::string_view authority) {
  std::string_view host = WithoutPort(authority);
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  return host;
}

std::string_view LowerHost(std::string_view authority, std::string* scratch) {
  const std::string_view host = HostOf(authority);
  if (!AnyByte(host, AnyUpper)) return host;
  scratch->assign(host);
  for (char& c : *scratch) c = base::LowerChar(c);
  return *scratch;
}

bool IsIpLiteral(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return ParsesAs(AF_INET6, host.substr(1, host.size() - 2));
  }
  return ParsesAs(AF_INET, host) || ParsesAs(AF_INET6, host);
}

bool ParseIp(std::string_view text, std::string* bytes) {
  in6_addr address;  // large enough for both families
  const bool v4 = ParsesAs(AF_INET, text, &address);
  if (!v4 && !ParsesAs(AF_INET6, text, &address)) return false;
  bytes->assign(reinterpret_cast<const char*>(&address), v4 ? 4 : 16);
  return true;
}

bool HostMatches(std::string_view pattern, std::string_view host) {
  if (pattern.empty()) return true;
  if (!IsWildcard(pattern)) return pattern == host;
  const std::string_view suffix = pattern.substr(1);  // with its dot: "*.a" is not "a"
  return host.size() > suffix.size() && host.substr(host.size() - suffix.size()) == suffix;
}

std::optional<std::string_view> Intersect(std::string_view a, std::string_view b) {
  // Two patterns stand for disjoint sets, or one set contains the other. A wildcard's own text is
  // in the set of every wildcard that contains it.
  if (HostMatches(a, b)) return b;
  if (HostMatches(b, a)) return a;
  return std::nullopt;
}

}  // namespace kgw::http
