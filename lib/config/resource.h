// config/resource.h - one object of a configuration, decoded, with the place of each of its fields.
//
// Immutable once made; shared between the sets that hold it. Any thread.
#pragma once

#include <google/protobuf/message_lite.h>

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/positions.h"
#include "config/schema.h"

namespace kgw::config {

struct ObjectKey {
  const Kind* kind = nullptr;
  std::string namespace_;  // empty for cluster-scoped kinds
  std::string name;

  bool operator==(const ObjectKey&) const = default;
  std::weak_ordering operator<=>(const ObjectKey& other) const {
    if (const auto c = kind->index <=> other.kind->index; c != 0) return c;
    if (const auto c = namespace_ <=> other.namespace_; c != 0) return c;
    return name <=> other.name;
  }
};

// A part of an object that validation switched off while the rest stays in effect.
struct InvalidUnit {
  std::string path;     // "spec.rules[0]"
  std::string message;  // why
};

// Fields that the schema does not have, by path: "spec.mine" -> compact JSON text.
using ExtraFields = std::map<std::string, std::string>;

struct Resource {
  ObjectKey key;
  std::string api_version;                    // as written
  std::shared_ptr<const std::string> source;  // its name
  Place place;                                // of the object
  Positions positions;
  std::unique_ptr<google::protobuf::MessageLite> message;  // of the kind's generated class
  std::optional<int64_t> created;                          // creationTimestamp, unix seconds
  int64_t generation = 1;
  std::vector<InvalidUnit> invalid_units;
  ExtraFields extra;
  // Which variant of a message is set, by the message's path: "spec" -> "static".
  std::map<std::string, std::string> variants;
  std::shared_ptr<void> note;  // what the kind's validation keeps for translate/: its own affair

  // The object as its generated class: the kind decides which one.
  template <typename T>
  const T& As() const {
    return static_cast<const T&>(*message);
  }

  // Why the part at `path` is invalid; null if it is valid.
  const InvalidUnit* FindInvalid(std::string_view path) const {
    for (const InvalidUnit& unit : invalid_units) {
      if (unit.path == path) return &unit;
    }
    return nullptr;
  }
};

}  // namespace kgw::config
