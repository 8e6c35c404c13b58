#include "router/request_check.h"

#include "http/line_end.h"
#include "kgw/error.h"

namespace kgw::router {

using http::HasLineEnd;

namespace {

using http::MayHaveLineEnd;

// NULL with a length: no text at all.
bool Broken(const Str& text) { return text.data() == nullptr && text.size() != 0; }

bool AnyLineEnd(const Request& request) {
  for (const Str& text :
       {request.method, request.scheme, request.authority, request.path, request.sni}) {
    if (HasLineEnd(text)) return true;
  }
  for (const Header& header : request.headers) {
    if (HasLineEnd(header.name) || HasLineEnd(header.value)) return true;
  }
  return false;
}

}  // namespace

uint16_t CheckRequest(const Request& request, const RequestLimits& limits) {
  if (request.path.size() > limits.target_bytes) return 414;
  if (request.headers.size() > limits.header_count) return 431;
  uint64_t suspicious = MayHaveLineEnd(request.method) | MayHaveLineEnd(request.scheme) |
                        MayHaveLineEnd(request.authority) | MayHaveLineEnd(request.path) |
                        MayHaveLineEnd(request.sni);
  size_t bytes = 0;
  for (const Header& header : request.headers) {
    if (header.name.data() == nullptr || header.value.data() == nullptr) [[unlikely]] {
      if (Broken(header.name) || Broken(header.value)) throw NullText();
    }
    bytes += header.name.size() + header.value.size();
    if (bytes > limits.header_bytes) return 431;
    suspicious |= MayHaveLineEnd(header.name) | MayHaveLineEnd(header.value);
  }
  return suspicious != 0 && AnyLineEnd(request) ? 400 : 0;
}

}  // namespace kgw::router
