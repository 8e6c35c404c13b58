// router/arrival.h - what a request says about the connection it came on.
#pragma once

#include <string>

#include "kgw/request.h"
#include "match/matcher.h"

namespace kgw::router {

// "https" or an SNI means TLS; an IP literal is never an SNI; the port follows from TLS if the
// request does not give it. The SNI is a view of the request or of `*sni_buffer`.
match::Arrival ArrivalOf(const Request& request, std::string* sni_buffer);

}  // namespace kgw::router
