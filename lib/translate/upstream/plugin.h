// translate/upstream/plugin.h - the seam for Upstream types: one plugin a type.
//
// The key is the field's name under an Upstream's `spec` ("static", "kube"). A plugin is one file
// in this folder and one row in plugins.cc; an embedder's own (kgw/upstream_type.h) are added to
// the engine's Plugins by custom.h. Called on the control path only, by any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/checker.h"
#include "config/resource_set.h"
#include "kgw/schema/upstream.pb.h"
#include "model/action.h"
#include "model/upstream.h"

namespace kgw::translate {
struct Context;
}

namespace kgw::translate::upstream {

class Plugin {
 public:
  virtual ~Plugin() = default;

  virtual std::string_view type() const = 0;

  // True: the type is no message of the schema, and its subtree is Resource::extra["spec.<type>"].
  virtual bool is_extra() const { return false; }

  // True: does no more than to say what the type lacks, so that an embedder may bring his own.
  virtual bool yields() const { return false; }

  // Rules between the fields of this type. What it rejects is not in effect.
  virtual void Validate(const config::Resource& object, config::Checker* checker) const = 0;

  // Fills endpoints and settings of `*out`, whose name is set. False, with a finding in `context`,
  // if what the Upstream stands for does not exist: routes to it then answer 500. (No endpoints is
  // something else, and answers 503.)
  virtual bool Translate(const Context& context, const config::Resource& object,
                         model::Upstream* out) const = 0;

  // True: an Upstream of this type is a set of functions, and a backendRef names one of them.
  virtual bool has_functions() const { return false; }

  // How requests call `function` of an Upstream that Translate() took. What is wrong with that
  // function, as a sentence; empty if nothing is.
  virtual std::string Invoke(const Context& context, const config::Resource& object,
                             std::string_view function, model::Invocation* out) const;
};

class Plugins {
 public:
  static Plugins Builtin();
  void Add(std::unique_ptr<Plugin> plugin);  // in the place of one that yields
  const Plugin* Find(std::string_view type) const;
  std::vector<std::string_view> types() const;
  std::vector<std::string> ExtraFields() const;  // "spec.<type>" of those that are extra

 private:
  std::vector<std::unique_ptr<Plugin>> plugins_;
};

}  // namespace kgw::translate::upstream
