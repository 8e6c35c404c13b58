#include "router/request_check.h"

#include "http/line_end.h"
#include "kgw/error.h"

namespace kgw::router {

using http::HasLineEnd;

namespace {

bool Broken(const Str& text) { return text.data() == nullptr && text.size() != 0; }

}  // namespace

uint16_t CheckRequest(const Request& request, const RequestLimits& limits) {
  if (request.path.size() > limits.target_bytes) return 414;
  if (request.headers.size() > limits.header_count) return 431;
  if (HasLineEnd(request.method) || HasLineEnd(request.scheme) || HasLineEnd(request.authority) ||
      HasLineEnd(request.path) || HasLineEnd(request.sni)) {
    return 400;
  }
  size_t bytes = 0;
  for (const Header& header : request.headers) {
    if (header.name.data() == nullptr || header.value.data() == nullptr) [[unlikely]] {
      if (Broken(header.name) || Broken(header.value)) throw NullText();
    }
    bytes += header.name.size() + header.value.size();
    if (bytes > limits.header_bytes) return 431;
    if (HasLineEnd(header.name) || HasLineEnd(header.value)) return 400;
  }
  return 0;
}

}  // namespace kgw::router
