#include "cli/table.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace kgw::cli {
namespace {

const Painter kNoColor(false);

std::string OptionText(const OptionSpec& option) {
  std::string text = option.letter == 0 ? "    " : std::string("-") + option.letter + ", ";
  text += "--" + std::string(option.name);
  if (!option.value.empty()) text += " " + std::string(option.value);
  return text;
}

std::string OptionHelp(const Verb& verb, const OptionSpec& option) {
  if (option.name == "output") return Join(Split(verb.outputs, ' '), ", ");
  if (verb.name != "routes" && option.name == "port") return "listener port, if not the URL's";
  return std::string(option.help);
}

std::string VerbTable(bool built) {
  Table table({"", ""});
  for (const Verb& verb : AllVerbs()) {
    if ((verb.run != nullptr) != built) continue;
    table.Add({std::string(verb.name), std::string(verb.summary)});
  }
  return table.Text(kNoColor, false, "  ");
}

// The first example of each of the first verbs.
std::string Examples() {
  std::string text;
  for (const Verb& verb : AllVerbs().first(3)) {
    text += "  " + std::string(verb.examples[0]) + "\n";
  }
  return text;
}

}  // namespace

std::string HelpText() {
  return "kgw answers where a request goes, from Gateway API routes and kgateway Upstreams.\n\n"
         "Usage: kgw VERB -f FILE|DIR|- [OPTIONS]\n\n" +
         VerbTable(true) + "\nExamples:\n" + Examples() + "\nNot built yet:\n" + VerbTable(false) +
         "\nkgw VERB --help shows options and examples.\n"
         "Exit: 0 fine, 1 bad news, 2 wrong usage, or something could not be read.\n";
}

std::string HelpText(const Verb& verb) {
  std::string text = "kgw " + std::string(verb.name) + ": " + std::string(verb.summary) + "\n\n" +
                     "Usage: kgw " + std::string(verb.name) + (verb.usage.empty() ? "" : " ") +
                     std::string(verb.usage) + "\n\nExamples:\n";
  for (const std::string_view example : verb.examples) text += "  " + std::string(example) + "\n";
  Table options({"", ""});
  for (const OptionSpec& option : AllOptions()) {
    if (verb.Takes(option.name)) options.Add({OptionText(option), OptionHelp(verb, option)});
  }
  return text + "\nOptions:\n" + options.Text(kNoColor, false, "  ");
}

int RunHelp(const Args& args) {
  if (args.words.empty()) {
    Print(HelpText());
    return kFine;
  }
  const Verb* verb = FindVerb(args.words[0]);
  if (verb == nullptr) return Misused(args, "unknown verb " + args.words[0]);
  if (verb->run == nullptr) {
    return Misused(args, "'kgw " + args.words[0] + "' is not built yet");
  }
  Print(HelpText(*verb));
  return kFine;
}

int Misused(const Args& args, std::string_view problem) {
  const Verb* verb = FindVerb(args.verb);
  const bool has_help = verb != nullptr && verb->run != nullptr && verb->name != "help";
  Complain(std::string(problem) + "\nkgw " + (has_help ? args.verb + " --help" : "help") +
           " says more");
  return kWrongUsage;
}

}  // namespace kgw::cli
