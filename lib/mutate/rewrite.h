// mutate/rewrite.h - new paths, and the Location of a redirect.
//
// Gateway API: HTTPPathModifier, HTTPRequestRedirectFilter. Pure functions that append to a buffer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/regex.h"
#include "model/action.h"
#include "model/match.h"

namespace kgw::mutate {

// Appends the path that `rewrite` makes of `path` (normalised, without query), which was matched by
// `match`; its type is not kRegex. It begins with '/', also where the value does not; a '?' in the
// value is taken as it stands. A `path` without a leading slash ("*") has no elements: its prefix
// is not replaced.
void AppendRewrittenPath(const model::PathRewrite& rewrite, const model::PathMatch& match,
                         std::string_view path, std::string* out);

// Appends `path` with all that matches `pattern` replaced (Gloo, regexRewrite). What comes
// out begins with '/'; a `path` without a leading slash ("*") is left alone.
void AppendReplacedMatches(const base::Regex& pattern, std::string_view substitution,
                           std::string_view path, std::string* out);

// Appends the host that replacing all that matches `pattern` makes of `path` (Gloo,
// hostRewritePathRegex). Nothing if nothing matches or what comes out is no authority.
void AppendHostOfPath(const base::Regex& pattern, std::string_view substitution,
                      std::string_view path, std::string* out);

// Appends `authority` with "-shadow" behind the host, in front of the port, as Envoy names copies.
// An address in brackets stays as it is.
void AppendShadowHost(std::string_view authority, std::string* out);

struct RedirectInput {
  std::string_view scheme;     // of the request
  std::string_view host;       // of the request, as sent, without port; may be empty
  uint16_t listener_port = 0;  // 0: the well-known one of `scheme`
  std::string_view path;       // normalised
  std::string_view query;      // with '?', or empty
};

// Appends the value of the Location header. The port is the filter's, else the well-known one of
// the filter's scheme, else the listener's; http:80 and https:443 are left out, also when given.
// The query is kept unless the new path has a '?'. Without any host the value is a relative
// reference.
void AppendLocation(const model::Redirect& redirect, const model::PathMatch& match,
                    const RedirectInput& in, std::string* out);

}  // namespace kgw::mutate
