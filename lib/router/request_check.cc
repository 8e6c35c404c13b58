#include "router/request_check.h"

#include "http/line_end.h"

namespace kgw::router {

using http::HasLineEnd;

uint16_t CheckRequest(const Request& request, const RequestLimits& limits) {
  if (request.path.size() > limits.target_bytes) return 414;
  if (request.headers.size() > limits.header_count) return 431;
  if (HasLineEnd(request.method) || HasLineEnd(request.scheme) || HasLineEnd(request.authority) ||
      HasLineEnd(request.path) || HasLineEnd(request.sni)) {
    return 400;
  }
  size_t bytes = 0;
  for (const Header& header : request.headers) {
    bytes += header.name.size() + header.value.size();
    if (bytes > limits.header_bytes) return 431;
    if (HasLineEnd(header.name) || HasLineEnd(header.value)) return 400;
  }
  return 0;
}

}  // namespace kgw::router
