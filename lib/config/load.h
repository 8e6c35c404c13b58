// config/load.h - the text of one source -> resources.
//
// Parses, flattens Lists, finds each object's kind, decodes and validates it. A broken document or
// object never spoils its neighbours. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "config/checker.h"
#include "config/resource.h"
#include "kgw/diagnostic.h"

namespace kgw::config {

// Rules between the fields of an object that the schema's options cannot say (the CRDs' CEL rules).
// Runs after decoding; what it rejects never takes the place of a last good object.
using ValidateHook = std::function<void(const Resource& resource, Checker* checker)>;

// The kinds that translate/ reads: one row each.
struct KindBinding {
  const google::protobuf::MessageLite* prototype = nullptr;  // the generated class
  ValidateHook validate;                                     // empty: nothing to check
  // Paths of fields ("spec.mine") that are read and written as they are: Resource::extra.
  std::vector<std::string> extra_fields;
};

class Registry {
 public:
  explicit Registry(const std::vector<KindBinding>& bindings);
  const KindBinding* Find(const Kind& kind) const;

 private:
  std::vector<KindBinding> by_kind_;  // by Kind::index
};

struct LoadedSource {
  std::shared_ptr<const std::string> name;
  std::vector<std::shared_ptr<const Resource>> accepted;  // in the order of the text
  std::vector<std::shared_ptr<const Resource>> rejected;  // have errors; their message is unusable
  bool broken = false;  // some document did not parse, so some objects are unknown
  std::map<std::string, uint32_t> foreign;  // "Deployment (apps/v1)" -> how many
  std::vector<Diagnostic> diagnostics;
};

enum class TextFormat : uint8_t { kYaml, kJson };

inline constexpr size_t kLargestText = 256u << 20;  // of one source, in bytes

LoadedSource Load(std::string_view name, std::string_view bytes, TextFormat format,
                  const Registry& registry);

}  // namespace kgw::config
