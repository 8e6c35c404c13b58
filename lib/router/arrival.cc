#include "router/arrival.h"

#include "http/hostname.h"

namespace kgw::router {

match::Arrival ArrivalOf(const Request& request, std::string* sni_buffer) {
  match::Arrival arrival;
  arrival.tls = request.scheme == "https" || !request.sni.empty();
  arrival.port = request.port != 0 ? request.port : (arrival.tls ? 443 : 80);
  arrival.gateway = request.gateway;
  if (request.sni.empty() || http::IsIpLiteral(request.sni)) return arrival;
  arrival.sni = http::LowerHost(request.sni, sni_buffer);
  return arrival;
}

}  // namespace kgw::router
