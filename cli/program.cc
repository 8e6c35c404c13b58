// Finds the verb and runs it.
#include "cli/program.h"

#include <csignal>
#include <exception>

#include "cli/terminal.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace kgw::cli {
namespace {

int UnknownVerb(const std::string& name) {
  std::vector<std::string> names;
  for (const Verb& verb : AllVerbs()) names.emplace_back(verb.name);
  Complain("unknown verb " + name + DidYouMean(name, names) + "\nkgw help lists them");
  return kWrongUsage;
}

int Dispatch(const Args& args) {
  if (args.verb.empty() && args.help) return RunHelp(args);
  if (args.verb.empty()) {
    Complain("which verb?\n\n" + HelpText());
    return kWrongUsage;
  }
  const Verb* verb = FindVerb(args.verb);
  if (verb == nullptr) return UnknownVerb(args.verb);
  if (verb->run == nullptr) {
    Complain("'kgw " + args.verb + "' is not built yet");
    return kWrongUsage;
  }
  if (!args.help) return verb->run(args);
  Print(HelpText(*verb));
  return kFine;
}

int Main(int argc, char** argv) {
  // A reader that goes away is seen as a failed write instead.
  std::signal(SIGPIPE, SIG_IGN);
  Args args;
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    args.verb = "version";
  } else if (const std::string problem = ParseArgs(argc, argv, &args); !problem.empty()) {
    return Misused(args, problem);
  }
  const int exit = Dispatch(args);
  return FinishOutput() ? exit : kWrongUsage;
}

}  // namespace

int RunProgram(int argc, char** argv) {
  try {
    return Main(argc, argv);
  } catch (const std::exception& error) {  // out of memory
    Complain(error.what());
    return kWrongUsage;
  }
}

}  // namespace kgw::cli
