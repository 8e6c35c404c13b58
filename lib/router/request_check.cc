#include "router/request_check.h"

namespace kgw::router {
namespace {

bool HasNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace

uint16_t CheckRequest(const Request& request, const RequestLimits& limits) {
  if (request.path.size() > limits.target_bytes) return 414;
  if (request.headers.size() > limits.header_count) return 431;
  if (HasNul(request.method) || HasNul(request.authority) || HasNul(request.path) ||
      HasNul(request.sni)) {
    return 400;
  }
  size_t bytes = 0;
  for (const Header& header : request.headers) {
    bytes += header.name.size() + header.value.size();
    if (bytes > limits.header_bytes) return 431;
    if (HasNul(header.name) || HasNul(header.value)) return 400;
  }
  return 0;
}

}  // namespace kgw::router
