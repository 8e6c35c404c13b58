// mutate/cors.h - answers CORS preflights and edits CORS responses (Gateway API, HTTPCORSFilter).
//
// Pure: reads a request, appends to a list of header lines. Header names are lower case.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/action.h"

namespace kgw::mutate {

// True if one of the filter's origins stands for `origin` ("https://a.example:8443"): scheme equal,
// "*." any number of labels but not the bare domain, ports compared after filling in 80 and 443.
bool OriginAllowed(const model::Cors& cors, std::string_view origin);

struct CorsRequest {
  std::string_view origin;
  std::string_view request_method;   // Access-Control-Request-Method; empty if absent
  std::string_view request_headers;  // Access-Control-Request-Headers; empty if absent
};

// Where the header lines go: set(name, value). Values are only valid during the call.
using SetHeader = std::function<void(std::string_view name, std::string_view value)>;

// The header lines of a preflight's answer. None if the origin is not allowed.
void PreflightHeaders(const model::Cors& cors, const CorsRequest& request, const SetHeader& set);

// The header lines to set on the response of an actual request; they replace the backend's own.
// None if the origin is not allowed.
void ResponseHeaders(const model::Cors& cors, const CorsRequest& request, const SetHeader& set);

}  // namespace kgw::mutate
