// inspect/rows.h - the compiled tables, row by row, for people.
#pragma once

#include <string>
#include <vector>

#include "kgw/inspect.h"
#include "match/matcher.h"
#include "model/model.h"
#include "snapshot/snapshot.h"

namespace kgw::inspect {

// One row a match and hostname, in the order in which a request would try them.
std::vector<RouteRow> ListRoutes(const model::Model& model, const match::Options& options);

std::vector<EndpointRow> ListEndpoints(const model::Model& model);
// With what has been counted until now.
std::vector<EndpointRow> ListEndpoints(const snapshot::Snapshot& snapshot);

// "PathPrefix", "Exact", "RegularExpression".
std::string PathTypeName(model::PathType type);
// A prefix has lost its trailing slash in the model: "/" again.
std::string PathText(const model::PathMatch& path);
// "x-a=1", or "x-a~=pattern".
std::string PredicateText(const model::ValueMatch& match);
// "10.0.0.1:8080", "[2001:db8::1]:80", "api.example.com:443".
std::string EndpointText(std::string_view address, std::string_view hostname, uint16_t port);

}  // namespace kgw::inspect
