// translate/translate.h - resources -> model, statuses and findings.
//
// A pure function of its input: the same resources give the same output, the embedder's Upstream
// types aside. Gateway API semantics; each file below names the section it implements. Thread: any.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/resource_set.h"
#include "kgw/diagnostic.h"
#include "kgw/options.h"
#include "model/model.h"
#include "translate/upstream/plugin.h"

namespace kgw::translate {

// The status that an object gets, in wire form of its kind's status message.
using Statuses = std::map<config::ObjectKey, std::string>;

struct Translation {
  model::Model model;
  Statuses statuses;
  std::vector<Diagnostic> findings;
};

struct Input {
  const config::ResourceSet* resources = nullptr;
  // What has changed since the last translation. Everything is translated anew whatever it says;
  // callers give it already, so that they need not change when translation becomes incremental.
  const config::ChangeSet* changes = nullptr;
  const Options* options = nullptr;
  const upstream::Plugins* plugins = nullptr;
  int64_t now = 0;  // unix seconds, for lastTransitionTime
  // Whether the embedder's Upstream types are asked again; if not, what they said last counts.
  bool ask_types = true;
};

Translation Translate(const Input& input);

}  // namespace kgw::translate
