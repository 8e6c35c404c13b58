#include "mutate/rewrite.h"

#include <algorithm>
#include <charconv>

#include "base/strings.h"
#include "http/hostname.h"
#include "http/path.h"

namespace kgw::mutate {
namespace {

using model::PathRewrite;
using model::PathType;

void AppendRooted(std::string_view path, std::string* out) {
  if (path.empty() || path[0] != '/') out->push_back('/');
  out->append(path);
}

// Gateway API, HTTPPathModifier.replacePrefixMatch: `prefix` has lost its trailing slash, and the
// replacement loses one too, so that slashes are neither doubled nor lost.
void AppendReplacedPrefix(std::string_view prefix, std::string_view value, std::string_view path,
                          std::string* out) {
  const std::string_view replacement = http::TrimPrefixValue(value);
  const std::string_view rest = path.substr(prefix.size());
  if (!replacement.empty()) {
    AppendRooted(replacement, out);
    out->append(rest);
  } else {
    AppendRooted(rest, out);
  }
}

uint16_t WellKnownPort(std::string_view scheme) {
  return base::EqualIgnoreCase(scheme, "https") ? 443 : 80;
}

void AppendNumber(uint16_t number, std::string* out) {
  char digits[8];
  out->append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void AppendScheme(std::string_view scheme, std::string* out) {
  for (const char c : scheme) out->push_back(base::LowerChar(c));
  out->append("://");
}

void AppendHost(std::string_view host, std::string* out) {
  const bool bare_ipv6 = host[0] != '[' && host.find(':') != std::string_view::npos;
  if (bare_ipv6) out->push_back('[');
  out->append(host);
  if (bare_ipv6) out->push_back(']');
}

void AppendOrigin(const model::Redirect& redirect, const RedirectInput& in, std::string* out) {
  const std::string_view scheme = redirect.scheme.empty() ? in.scheme : redirect.scheme;
  const std::string_view host = redirect.hostname.empty() ? in.host : redirect.hostname;
  if (host.empty()) return;
  AppendScheme(scheme, out);
  AppendHost(host, out);
  const bool scheme_decides = !redirect.scheme.empty() || in.listener_port == 0;
  const uint16_t port =
      redirect.port.value_or(scheme_decides ? WellKnownPort(scheme) : in.listener_port);
  if (port == WellKnownPort(scheme)) return;
  out->push_back(':');
  AppendNumber(port, out);
}

}  // namespace

void AppendRewrittenPath(const model::PathRewrite& rewrite, const model::PathMatch& match,
                         std::string_view path, std::string* out) {
  if (rewrite.type == PathRewrite::Type::kFull || match.type != PathType::kPathPrefix) {
    AppendRooted(rewrite.value, out);
  } else if (path.starts_with('/') && http::HasPathPrefix(path, match.value)) {
    AppendReplacedPrefix(match.value, rewrite.value, path, out);
  } else {
    out->append(path);
  }
}

void AppendReplacedMatches(const base::Regex& pattern, std::string_view substitution,
                           std::string_view path, std::string* out) {
  const size_t begin = out->size();
  if (!path.starts_with('/')) {
    out->append(path);
    return;
  }
  pattern.ReplaceAll(path, substitution, out);
  if (out->size() == begin || (*out)[begin] != '/') out->insert(begin, 1, '/');
}

void AppendHostOfPath(const base::Regex& pattern, std::string_view substitution,
                      std::string_view path, std::string* out) {
  const size_t begin = out->size();
  const bool found = pattern.ReplaceAll(path, substitution, out);
  const bool usable = out->find_first_of("/?#@\\ %", begin) == std::string::npos;
  if (!found || !usable) out->resize(begin);
}

void AppendShadowHost(std::string_view authority, std::string* out) {
  const std::string_view host = http::HostOf(authority);
  out->append(host);
  if (!host.starts_with('[')) out->append("-shadow");
  out->append(authority.substr(host.size()));
}

void AppendLocation(const model::Redirect& redirect, const model::PathMatch& match,
                    const RedirectInput& in, std::string* out) {
  const size_t begin = out->size();
  AppendOrigin(redirect, in, out);
  const bool relative = out->size() == begin;
  const size_t path = out->size();
  // A path without a leading slash would become a part of the host.
  const std::string_view old_path = in.path.starts_with('/') ? in.path : "/";
  if (redirect.path) {
    AppendRewrittenPath(*redirect.path, match, old_path, out);
  } else {
    out->append(old_path);
  }
  if (out->find('?', path) == std::string::npos) out->append(in.query);
  if (relative) {  // "//host" would be a reference to another host
    const size_t name = std::min(out->find_first_not_of('/', path), out->size());
    out->erase(path, name - path - 1);
  }
}

}  // namespace kgw::mutate
