// config/node.h - a parsed document: scalars, lists and maps, each with its place in the text.
//
// YAML and JSON both end here. A scalar keeps its text; what it means depends on the field that
// receives it, so it is resolved late: see Resolve().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kgw::config {

struct Node;
struct Member;

struct Node {
  enum class Kind : uint8_t { kScalar, kList, kMap };

  Kind kind = Kind::kScalar;
  bool plain = false;       // a scalar written without quotes: may mean null, a boolean or a number
  uint32_t line = 0;        // from 1
  uint32_t column = 0;      // from 1, in bytes
  std::string text;         // of a scalar
  std::vector<Node> items;  // of a list
  std::vector<Member> members;  // of a map, in their order; keys are unique

  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_map() const { return kind == Kind::kMap; }

  // The value under `key` of a map; null if there is none or this is no map.
  const Node* Find(std::string_view key) const;
};

struct Member {
  Node key;  // a scalar
  Node value;
};

inline const Node* Node::Find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key.text == key) return &member.value;
  }
  return nullptr;
}

// What a scalar is by YAML 1.1 as Kubernetes reads it: quoted scalars are strings; plain ones may
// be null (empty, ~, null), booleans (true, yes, on, y, ... in their usual cases), integers
// (decimal, 0x, 0o, 0b, and the octal 0755) or floats.
enum class ScalarType : uint8_t { kNull, kBool, kInt, kFloat, kString };

struct Scalar {
  ScalarType type = ScalarType::kString;
  bool boolean = false;
  int64_t integer = 0;
  double number = 0;  // of kInt too
};

Scalar Resolve(const Node& node);

// What a node is, in words: "a list", "the number 80".
std::string Describe(const Node& node);

inline bool IsNull(const Node& node) {
  return node.is_scalar() && Resolve(node).type == ScalarType::kNull;
}

}  // namespace kgw::config
