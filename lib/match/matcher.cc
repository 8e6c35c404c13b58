#include "match/matcher.h"

#include <algorithm>
#include <utility>

#include "match/search.h"
#include "match/tables.h"

namespace kgw::match {
namespace {

// All the Gateways that listen on the port, with or without TLS.
std::pair<const Entrance*, const Entrance*> EntrancesOf(const CompiledTables& tables,
                                                        const Arrival& arrival) {
  const auto port = std::pair(arrival.port, arrival.tls);
  const Entrance* begin = tables.entrances.data();
  const Entrance* end = begin + tables.entrances.size();
  const auto of = [](const Entrance& entrance) { return std::pair(entrance.port, entrance.tls); };
  begin = std::partition_point(begin, end, [&](const Entrance& e) { return of(e) < port; });
  end = std::partition_point(begin, end, [&](const Entrance& e) { return of(e) == port; });
  return {begin, end};
}

// The SNI selects the listener; the Host must then belong to the same one.
const HostEntry* ForServerName(const HostTable& hosts, std::string_view sni) {
  return sni.empty() ? hosts.any() : hosts.Find(sni);
}

}  // namespace

struct Matcher::Tables : CompiledTables {
  explicit Tables(CompiledTables&& compiled) : CompiledTables(std::move(compiled)) {}
};

Matcher::Matcher(const model::Model& model, const Options& options)
    : tables_(std::make_unique<Tables>(Compile(model, options))) {}
Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

Result Matcher::Find(const Arrival& arrival, const http::RequestView& request,
                     std::string_view method) const {
  Result nobody;  // the answer if no Gateway takes the request
  const auto [begin, end] = EntrancesOf(*tables_, arrival);
  for (const Entrance* e = begin; e != end; ++e) {
    if (!arrival.gateway.empty() && e->gateway->name != arrival.gateway) continue;
    const HostEntry* entry =
        arrival.tls ? ForServerName(e->hosts, arrival.sni) : e->hosts.Find(request.host());
    if (entry == nullptr) {
      if (!arrival.tls && nobody.gateway == nullptr) nobody = {Outcome::kNoRoute, e->gateway};
      continue;
    }
    const model::Listener* listener = entry->listener;
    if (!listener->ready) return {};
    if (arrival.tls && arrival.sni != request.host()) {
      entry = e->hosts.Find(request.host());
      if (entry == nullptr) return {Outcome::kNoRoute, e->gateway};
      if (entry->listener != listener) return {Outcome::kMisdirected, e->gateway, listener};
    }
    const CompiledMatch* found = Search(*tables_, request, method).Under(*entry);
    if (found == nullptr) return {Outcome::kNoRoute, e->gateway, listener};
    return {Outcome::kMatched, e->gateway,   listener,    found->route,
            found->rule,       found->match, found->plan, found->match_index};
  }
  return nobody;
}

}  // namespace kgw::match
