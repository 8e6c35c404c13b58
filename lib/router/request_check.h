// router/request_check.h - requests that no rule should ever see.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kgw/options.h"
#include "kgw/request.h"

namespace kgw::router {

// 0 if the request is fine; else the status to answer it with: 400 for a NUL, CR or LF byte,
// 414 for a longer target, 431 for more or longer headers. Throws NullText for a header's text that
// is NULL, but has a length: callers in C have those, and no other pass over the headers finds
// them.
uint16_t CheckRequest(const Request& request, const RequestLimits& limits);

}  // namespace kgw::router
