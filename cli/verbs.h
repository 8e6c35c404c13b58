// cli/verbs.h - what the program can do: one row a verb, one file a verb.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "cli/args.h"

namespace kgw::cli {

enum Exit : int {
  kFine = 0,
  kBadNews = 1,     // findings, or a request that goes nowhere
  kWrongUsage = 2,  // or something could not be read
};

struct Verb {
  std::string_view name;
  std::string_view usage;    // after "kgw NAME"
  std::string_view summary;  // what question it answers
  std::string_view options;  // the names of its options, one space between
  std::string_view outputs;  // words for -o, the default first; empty: none
  std::array<std::string_view, 3> examples;
  int (*run)(const Args& args);  // nullptr: not built yet

  bool Takes(std::string_view option) const;
};

std::span<const Verb> AllVerbs();
const Verb* FindVerb(std::string_view name);

int RunRoute(const Args& args);
int RunExplain(const Args& args);
int RunCheck(const Args& args);
int RunGet(const Args& args);
int RunRoutes(const Args& args);
int RunEndpoints(const Args& args);
int RunVersion(const Args& args);
int RunCompletion(const Args& args);
int RunHelp(const Args& args);

// The text of `kgw help`, and of `kgw VERB --help`.
std::string HelpText();
std::string HelpText(const Verb& verb);

// Says what is wrong, and where the help is. Returns kWrongUsage.
int Misused(const Args& args, std::string_view problem);

}  // namespace kgw::cli
