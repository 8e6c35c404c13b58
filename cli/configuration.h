// cli/configuration.h - the engine with what -f named loaded into it.
#pragma once

#include <string>
#include <vector>

#include "cli/args.h"
#include "kgw/engine.h"

namespace kgw::cli {

struct Configuration {
  explicit Configuration(const Args& args);

  Engine engine;
  Report report;  // without the findings that --ignore and -n hide
  // Why there is nothing to answer from; empty if there is.
  std::string problem;
};

// For every verb but check: says the findings on stderr. False if there is nothing to answer from.
bool SayFindings(const Args& args, const Configuration& configuration);

}  // namespace kgw::cli
