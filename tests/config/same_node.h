// tests/config/same_node.h - whether two trees mean the same, wherever and however they are
// written.
#pragma once

#include <cmath>

#include "config/node.h"

namespace kgw::config {

inline bool IsNumber(const Scalar& scalar) {
  return scalar.type == ScalarType::kInt || scalar.type == ScalarType::kFloat;
}

// 090 is the float 90, which JSON writes like an integer. JSON has no infinity and no NaN: there
// they are strings.
inline bool SameScalar(const Node& a, const Node& b) {
  const Scalar x = Resolve(a);
  const Scalar y = Resolve(b);
  if (!std::isfinite(x.number) || !std::isfinite(y.number)) return a.text == b.text;
  if (IsNumber(x) && IsNumber(y)) return x.number == y.number;
  if (x.type != y.type) return false;
  return x.type == ScalarType::kString ? a.text == b.text : x.boolean == y.boolean;
}

inline bool SameNode(const Node& a, const Node& b) {
  if (a.kind != b.kind) return false;
  if (a.is_scalar()) return SameScalar(a, b);
  if (a.items.size() != b.items.size() || a.members.size() != b.members.size()) return false;
  for (size_t i = 0; i < a.items.size(); ++i) {
    if (!SameNode(a.items[i], b.items[i])) return false;
  }
  for (size_t i = 0; i < a.members.size(); ++i) {
    if (a.members[i].key.text != b.members[i].key.text) return false;
    if (!SameNode(a.members[i].value, b.members[i].value)) return false;
  }
  return true;
}

}  // namespace kgw::config
