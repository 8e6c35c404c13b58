// mutate/cors.h - answers CORS preflights and edits CORS responses (Gateway API, HTTPCORSFilter;
// Gloo, CorsPolicy).
//
// A filter owns the CORS headers of the responses it applies to: of those that count on an actual
// response, it removes what it does not set, so that no backend allows more than the filter does.
// Pure; allocates nothing once `*scratch` has grown. Header names are lower case.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/regex.h"
#include "model/action.h"

namespace kgw::mutate {

// The rules with their patterns compiled. Points to the rules.
class CorsFilter {
 public:
  explicit CorsFilter(const model::Cors& rules);

  const model::Cors& rules() const { return *rules_; }
  bool MatchesPattern(std::string_view origin) const;

 private:
  const model::Cors* rules_;
  std::vector<base::Regex> patterns_;
};

// True if one of the filter's origins stands for `origin` ("https://a.example:8443"): scheme equal,
// "*." any number of labels but not the bare domain, a bare "*" any host, ports compared after
// filling in 80 and 443. The filter's origin "*" stands for every origin, "null" too. Exact origins
// are compared letter by letter, and patterns match the whole origin.
bool OriginAllowed(const CorsFilter& filter, std::string_view origin);

struct CorsRequest {
  std::string_view origin;
  std::string_view request_method;   // Access-Control-Request-Method; empty if absent
  std::string_view request_headers;  // Access-Control-Request-Headers; empty if absent
};

// Where the edits go. Names are literals; values are only valid during the call.
class HeaderSink {
 public:
  virtual void Remove(std::string_view name) = 0;
  virtual void Set(std::string_view name, std::string_view value) = 0;  // replaces all values
  virtual void Add(std::string_view name, std::string_view value) = 0;  // one more line

 protected:
  ~HeaderSink() = default;
};

// The header lines of a preflight's answer. None if the origin is not allowed.
//
// The origin is always echoed, never "*": that is right with credentials and without. A list of
// methods or headers is sent as configured; an empty list is not sent, which allows what Fetch
// always allows (GET, HEAD, POST; the safelisted headers). "*" is sent as "*"; with credentials,
// where browsers take "*" for a name, what the preflight asks for is echoed instead, and "*" of
// expose_headers is left out.
void PreflightHeaders(const CorsFilter& filter, const CorsRequest& request, std::string* scratch,
                      HeaderSink* sink);

// The edits of the response to an actual request: access-control-allow-origin, -allow-credentials
// and -expose-headers are set or removed, all removed if the origin is not allowed. No edits if the
// request has no origin.
void ResponseHeaders(const CorsFilter& filter, const CorsRequest& request, std::string* scratch,
                     HeaderSink* sink);

}  // namespace kgw::mutate
