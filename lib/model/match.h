// model/match.h - the predicates of one HTTPRouteMatch (Gateway API, HTTPRouteMatch).
//
// All predicates of a match are ANDed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kgw::model {

enum class PathType : uint8_t { kExact, kPathPrefix, kRegularExpression };

struct PathMatch {
  PathType type = PathType::kPathPrefix;
  // Normalised as requests are (except a regular expression). A prefix has lost its trailing slash:
  // "/" is "" here.
  std::string value;
};

struct ValueMatch {  // of a header (name in lower case) or a query parameter (name case-sensitive)
  std::string name;
  std::string value;
  bool regex = false;
};

struct Match {
  uint32_t index = 0;  // position in the rule as written
  PathMatch path;
  std::string method;  // empty: any
  std::vector<ValueMatch> headers;
  std::vector<ValueMatch> query;
};

}  // namespace kgw::model
