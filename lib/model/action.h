// model/action.h - what a rule does with a request that matches it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kgw::model {

using HeaderLine = std::pair<std::string, std::string>;

// Edits of a header list, applied in this order: remove, set, add. Names are in lower case.
struct HeaderEdits {
  std::vector<std::string> remove;
  std::vector<HeaderLine> set;
  std::vector<HeaderLine> add;
  bool empty() const { return remove.empty() && set.empty() && add.empty(); }
};

// A new path for redirects and rewrites (Gateway API, HTTPPathModifier; Gloo, prefixRewrite and
// regexRewrite). A redirect has no kRegex.
struct PathRewrite {
  enum class Type : uint8_t {
    kFull,         // the whole path becomes `value`
    kPrefix,       // the matched prefix becomes `value`, element by element
    kMatchedPath,  // kPrefix for a prefix match, kFull for exact and regular expression matches
    kRegex,        // all that matches `pattern` (RE2) becomes `value`, which may name groups
  };
  Type type = Type::kFull;
  std::string value;
  std::string pattern;
};

// A new authority (Gateway API, HTTPURLRewriteFilter.hostname; Gloo, hostRewrite and its siblings).
// Where it would be empty, the request's own stays.
struct HostRewrite {
  enum class Type : uint8_t {
    kLiteral,    // `value`
    kEndpoint,   // the hostname of the chosen endpoint
    kHeader,     // what the request header `value` says
    kPathRegex,  // the path, all that matches `pattern` (RE2) replaced by `value`
  };
  Type type = Type::kLiteral;
  std::string value;
  std::string pattern;
};

// Gateway API, HTTPRequestRedirectFilter.
struct Redirect {
  std::string scheme;    // empty: the request's
  std::string hostname;  // empty: the request's host without port
  std::optional<uint16_t> port;
  std::optional<PathRewrite> path;
  uint16_t status = 302;
};

// Gateway API, HTTPCORSFilter; Gloo, cors.
struct Cors {
  std::vector<std::string> allow_origins;    // "*", "https://a.example", "https://*.example:8443"
  std::vector<std::string> exact_origins;    // letter by letter
  std::vector<std::string> origin_patterns;  // RE2, for the whole origin
  bool allow_credentials = false;
  std::vector<std::string> allow_methods;
  std::vector<std::string> allow_headers;
  std::vector<std::string> expose_headers;
  std::string max_age = "5";  // seconds, as it is sent; empty: not sent
};

inline constexpr uint32_t kNoUpstream = UINT32_MAX;

// A request that the backend dictates, whatever came: a function is called by a path of its own.
// What the filters say about the same things gives way to it.
struct Invocation {
  std::string method;  // empty: the request's own
  std::string target;  // path and query
  std::string authority;
  std::vector<HeaderLine> headers;  // set
};

// A reference to a backend. If it could not be resolved, `reason` says why and the share of
// requests that is drawn onto it is answered with 500.
struct BackendTarget {
  std::string group;
  std::string kind;
  std::string namespace_;
  std::string name;
  uint16_t port = 0;
  std::string function;
  std::shared_ptr<const Invocation> invocation;  // null: requests go as they came
  uint32_t upstream = kNoUpstream;
  std::string reason;
};

// Gateway API, HTTPRequestMirrorFilter; Gloo, shadowing: numerator of denominator requests are
// copied.
struct Mirror {
  BackendTarget target;
  uint32_t numerator = 100;
  uint32_t denominator = 100;
  std::string authority;        // of the copy; empty: that of the request
  bool appends_shadow = false;  // "-shadow" to the host of the request
};

// The filters of a rule, or of one backendRef, in effect order.
struct Filters {
  HeaderEdits request;
  HeaderEdits response;
  std::optional<Redirect> redirect;
  std::optional<PathRewrite> path;
  std::optional<HostRewrite> host;
  bool keeps_old_host = false;  // in x-forwarded-host, if `host` makes a new one
  std::optional<Cors> cors;
  std::vector<Mirror> mirrors;
};

struct Backend {
  BackendTarget target;
  uint32_t index = 0;
  uint32_t weight = 1;
  Filters filters;
};

struct Timeouts {  // milliseconds; absent: not configured, 0: disabled
  std::optional<int64_t> request;
  std::optional<int64_t> backend_request;
};

struct Retry {                        // Gateway API, HTTPRouteRetry
  uint32_t attempts = 1;              // after the first try
  std::vector<uint16_t> codes;        // sorted, each once
  std::optional<int64_t> backoff_ms;  // the least time between two tries; absent: not configured
};

// Where an option in effect comes from.
struct OptionSource {
  std::string option;  // "timeout"
  std::string value;   // compact JSON
  std::string object;  // "RouteOption default/x"
  std::string file;
  uint32_t line = 0;
};

struct Action {
  // Set: the rule answers `fail_status` whatever its backends are.
  std::string fail_reason;
  uint16_t fail_status = 500;

  Filters filters;
  std::vector<Backend> backends;
  Timeouts timeouts;
  std::optional<Retry> retry;

  // Of policies, for people who ask why; rules with the same policies share it. May be null.
  std::shared_ptr<const std::vector<OptionSource>> options;
};

}  // namespace kgw::model
