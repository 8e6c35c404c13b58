// translate/context.h - what the parts of one translation share.
#pragma once

#include <google/protobuf/message_lite.h>

#include <string>
#include <string_view>
#include <vector>

#include "config/checker.h"
#include "config/resource_set.h"
#include "config/schema.h"
#include "translate/translate.h"

namespace kgw::translate {

// The Kind of a generated class.
template <typename T>
const config::Kind& KindOf() {
  static const config::Kind* kind =
      config::Schema::Get().FindType(T::default_instance().GetTypeName());
  return *kind;
}

namespace policy {
class Policies;
}
namespace upstream {
class SliceIndex;
}

struct Context {
  const Input* input = nullptr;
  Translation* out = nullptr;
  const upstream::SliceIndex* slices = nullptr;
  policy::Policies* route_options = nullptr;

  const config::ResourceSet& resources() const { return *input->resources; }
  const Options& options() const { return *input->options; }

  template <typename T>
  std::vector<const config::Resource*> All() const {
    return resources().All(KindOf<T>());
  }
  template <typename T>
  const config::Resource* Find(std::string_view namespace_, std::string_view name) const {
    return resources().Find(KindOf<T>(), namespace_, name);
  }

  // A finding about `object`. Warnings: what they miss may be in a file that was not given.
  Diagnostic& Warn(const config::Resource& object, std::string_view path, std::string_view code,
                   std::string message) const {
    return config::Checker(&object, &out->findings).Warn(path, code, std::move(message));
  }
};

// The controller that our statuses name.
inline std::string ControllerName(const Options& options) {
  return options.controller_name.empty() ? "kgw.dev/gateway-controller" : options.controller_name;
}

}  // namespace kgw::translate
