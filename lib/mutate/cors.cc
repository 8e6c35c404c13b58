#include "mutate/cors.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/strings.h"

namespace kgw::mutate {
namespace {

constexpr size_t kNowhere = std::string_view::npos;
constexpr std::string_view kAllowOrigin = "access-control-allow-origin";
constexpr std::string_view kAllowCredentials = "access-control-allow-credentials";
constexpr std::string_view kAllowMethods = "access-control-allow-methods";
constexpr std::string_view kAllowHeaders = "access-control-allow-headers";
constexpr std::string_view kExposeHeaders = "access-control-expose-headers";
constexpr std::string_view kMaxAge = "access-control-max-age";

struct Origin {
  std::string_view scheme, host;
  uint16_t port = 0;  // 0: the scheme has no well-known one
};

uint16_t WellKnownPort(std::string_view scheme) {
  if (base::EqualIgnoreCase(scheme, "https")) return 443;
  return base::EqualIgnoreCase(scheme, "http") ? 80 : 0;
}

// scheme "://" host [ ":" port ], nothing else; "null" is none.
std::optional<Origin> ParseOrigin(std::string_view text) {
  const size_t scheme_end = text.find("://");
  if (scheme_end == kNowhere) return std::nullopt;
  Origin origin{text.substr(0, scheme_end), text.substr(scheme_end + 3)};
  origin.port = WellKnownPort(origin.scheme);
  const size_t colon = origin.host.rfind(':');
  if (colon != kNowhere && origin.host.find(']', colon) == kNowhere) {
    const std::string_view digits = origin.host.substr(colon + 1);
    const char* end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, origin.port);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    origin.host = origin.host.substr(0, colon);
  }
  if (origin.host.empty() || origin.host.find_first_of("/?#@\\ ") != kNowhere) return std::nullopt;
  return origin;
}

bool HostAllowed(std::string_view allowed, std::string_view host) {
  if (allowed == "*") return true;
  if (!allowed.starts_with("*.")) return base::EqualIgnoreCase(allowed, host);
  const std::string_view suffix = allowed.substr(1);
  return host.size() > suffix.size() &&
         base::EqualIgnoreCase(host.substr(host.size() - suffix.size()), suffix);
}

bool Contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// The list as a header value: "*" as it is, but `asked` where "*" would be taken for a name. Empty
// if there is nothing to send.
std::string_view ListValue(const std::vector<std::string>& list, bool credentials,
                           std::string_view asked, std::string* scratch) {
  if (Contains(list, "*")) return credentials ? asked : "*";
  scratch->clear();
  for (const std::string& item : list) scratch->append(scratch->empty() ? "" : ", ").append(item);
  return *scratch;
}

void SetUnlessEmpty(std::string_view name, std::string_view value, HeaderSink* sink) {
  if (!value.empty()) sink->Set(name, value);
}

// What an allowed origin gets, from preflights and actual responses alike.
void SetCommon(const model::Cors& cors, std::string_view origin, std::string* scratch,
               HeaderSink* sink) {
  sink->Set(kAllowOrigin, origin);
  sink->Add("vary", "origin");
  if (cors.allow_credentials) sink->Set(kAllowCredentials, "true");
  SetUnlessEmpty(kExposeHeaders,
                 ListValue(cors.expose_headers, cors.allow_credentials, "", scratch), sink);
}

}  // namespace

CorsFilter::CorsFilter(const model::Cors& rules) : rules_(&rules) {
  for (const std::string& pattern : rules.origin_patterns) patterns_.emplace_back(pattern);
}

bool CorsFilter::MatchesPattern(std::string_view origin) const {
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const base::Regex& regex) { return regex.FullMatch(origin); });
}

bool OriginAllowed(const CorsFilter& filter, std::string_view origin) {
  const model::Cors& cors = filter.rules();
  if (origin.empty()) return false;
  if (Contains(cors.allow_origins, "*") || Contains(cors.exact_origins, origin)) return true;
  if (filter.MatchesPattern(origin)) return true;
  const std::optional<Origin> asked = ParseOrigin(origin);
  if (!asked) return false;
  for (const std::string& text : cors.allow_origins) {
    const std::optional<Origin> allowed = ParseOrigin(text);
    if (allowed && base::EqualIgnoreCase(allowed->scheme, asked->scheme) &&
        allowed->port == asked->port && HostAllowed(allowed->host, asked->host)) {
      return true;
    }
  }
  return false;
}

void PreflightHeaders(const CorsFilter& filter, const CorsRequest& request, std::string* scratch,
                      HeaderSink* sink) {
  if (!OriginAllowed(filter, request.origin)) return;
  const model::Cors& cors = filter.rules();
  const bool credentials = cors.allow_credentials;
  SetCommon(cors, request.origin, scratch, sink);
  SetUnlessEmpty(kAllowMethods,
                 ListValue(cors.allow_methods, credentials, request.request_method, scratch), sink);
  SetUnlessEmpty(kAllowHeaders,
                 ListValue(cors.allow_headers, credentials, request.request_headers, scratch),
                 sink);
  SetUnlessEmpty(kMaxAge, cors.max_age, sink);
}

void ResponseHeaders(const CorsFilter& filter, const CorsRequest& request, std::string* scratch,
                     HeaderSink* sink) {
  if (request.origin.empty()) return;
  const model::Cors& cors = filter.rules();
  const bool allowed = OriginAllowed(filter, request.origin);
  if (!allowed) sink->Remove(kAllowOrigin);
  if (!allowed || !cors.allow_credentials) sink->Remove(kAllowCredentials);
  if (!allowed || ListValue(cors.expose_headers, cors.allow_credentials, "", scratch).empty()) {
    sink->Remove(kExposeHeaders);
  }
  if (allowed) SetCommon(cors, request.origin, scratch, sink);
}

}  // namespace kgw::mutate
