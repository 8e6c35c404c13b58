#include "snapshot/estimate.h"

#include "snapshot/cluster.h"
#include "snapshot/destination.h"

namespace kgw::snapshot {
namespace {

// A match's share of the matcher's tables: slots that are three quarters full, its predicates.
constexpr size_t kCompiledMatch = 192;

// Slots, policy tables and counters, and the host itself.
constexpr size_t kCompiledEndpoint = 64 + sizeof(Host);

size_t Texts(const std::vector<model::ValueMatch>& matches) {
  size_t bytes = 0;
  for (const auto& match : matches) bytes += sizeof match + match.name.size() + match.value.size();
  return bytes;
}

size_t Lines(const model::HeaderEdits& edits) {
  size_t bytes = edits.remove.size() * sizeof(std::string);
  for (const auto* lines : {&edits.set, &edits.add}) {
    for (const auto& [name, value] : *lines) {
      bytes += sizeof(model::HeaderLine) + name.size() + value.size();
    }
  }
  return bytes;
}

// What the filters of the model become is about as large as they are.
size_t Of(const model::Filters& filters) {
  return 2 * (sizeof filters + Lines(filters.request) + Lines(filters.response) +
              filters.mirrors.size() * sizeof(model::Mirror));
}

size_t Of(const model::Invocation& invocation) {
  return sizeof invocation + invocation.target.size() + invocation.authority.size() +
         2 * Lines({.set = invocation.headers});
}

size_t Of(const model::Rule& rule) {
  size_t bytes = sizeof rule + Of(rule.action.filters);
  for (const model::Match& match : rule.matches) {
    bytes += sizeof match + match.path.value.size() + Texts(match.headers) + Texts(match.query) +
             kCompiledMatch;
  }
  for (const model::Backend& backend : rule.action.backends) {
    bytes += sizeof backend + sizeof(Destination) + Of(backend.filters);
    if (backend.target.invocation != nullptr) bytes += Of(*backend.target.invocation);
  }
  return bytes;
}

}  // namespace

size_t EstimateBytes(const model::Model& model) {
  size_t bytes = sizeof model;
  for (const model::Gateway& gateway : model.gateways) {
    bytes += sizeof gateway;
    for (const model::Listener& listener : gateway.listeners) {
      bytes += sizeof listener;
      for (const model::AttachedRoute& route : listener.routes) {
        bytes += sizeof route + route.hostnames.size() * sizeof(model::AttachedHostname);
      }
    }
  }
  for (const model::Route& route : model.routes) {
    bytes += sizeof route;
    for (const model::Rule& rule : route.rules) bytes += Of(rule);
  }
  for (const model::Upstream& upstream : model.upstreams) {
    bytes +=
        sizeof upstream + upstream.endpoints.size() * (sizeof(model::Endpoint) + kCompiledEndpoint);
  }
  return bytes;
}

}  // namespace kgw::snapshot
