// cli/args.h - the command line.
//
// One parser for all verbs: `--name value`, `--name=value`, `-x value`, `-xvalue`; options may
// stand anywhere, `--` ends them. A verb takes only the options that its row in verbs.cc names.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.h"
#include "kgw/options.h"

namespace kgw::cli {

enum class Output : uint8_t { kTable, kWide, kJson, kYaml, kName };

struct Args {
  std::string verb;
  std::vector<std::string> words;  // what is neither verb nor option

  std::vector<std::string> files;
  std::string namespace_;  // empty: all
  Output output = Output::kTable;
  bool no_headers = false;
  bool help = false;
  ColorMode color = ColorMode::kAuto;
  Options options;  // --set, --seed, --now
  std::vector<std::string> ignored_codes;

  std::vector<std::string> headers;  // "name: value"
  std::string sni;
  std::string peer;      // its 4 or 16 bytes
  std::string requests;  // a file, or "-"
  uint64_t times = 1;
  std::string host;
  uint16_t port = 0;

  bool Has(std::string_view option) const;
  std::vector<std::string_view> given;  // names of the options that were given
};

struct OptionSpec {
  std::string_view name;   // without dashes
  char letter = 0;         // 0: none
  std::string_view value;  // what it takes, for the help; empty: nothing
  std::string_view help;
  // Returns an empty string, or what is wrong.
  std::string (*set)(Args* args, const std::string& value) = nullptr;
};

std::span<const OptionSpec> AllOptions();
const OptionSpec* FindOption(std::string_view name);

// Returns an empty string, or what is wrong in one sentence.
std::string ParseArgs(int argc, char** argv, Args* args);

}  // namespace kgw::cli
