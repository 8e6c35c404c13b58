#include "cli/text.h"
#include "cli/verbs.h"
#include "kgw/engine.h"

namespace kgw::cli {
namespace {

std::string VerbNames() {
  std::vector<std::string> names;
  for (const Verb& verb : AllVerbs()) {
    if (verb.run != nullptr) names.emplace_back(verb.name);
  }
  return Join(names, " ");
}

std::string KindNames() {
  std::vector<std::string> names = {"all"};
  for (const KindInfo& kind : Engine().Kinds()) names.push_back(kind.plural);
  return Join(names, " ");
}

std::string LongOptions(const Verb& verb) {
  std::vector<std::string> names;
  for (const std::string& name : Split(verb.options, ' ')) names.push_back("--" + name);
  return Join(names, " ");
}

std::string BashText() {
  std::string text =
      "_kgw() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local verb=${COMP_WORDS[1]} words\n"
      "  case $before in\n"
      "    -f|--filename|--requests) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"
      "    -o|--output) words='table wide json yaml name' ;;\n"
      "    --color) words='auto always never' ;;\n"
      "    *) case $verb in\n";
  for (const Verb& verb : AllVerbs()) {
    if (verb.run == nullptr) continue;
    std::string words = LongOptions(verb);
    if (verb.name == "get") words += " " + KindNames();
    if (verb.name == "completion") words += " bash zsh fish";
    if (verb.name == "help") words += " " + VerbNames();
    text += "      " + std::string(verb.name) + ") words='" + words + "' ;;\n";
  }
  return text +
         "      esac ;;\n"
         "  esac\n"
         "  [ \"$COMP_CWORD\" = 1 ] && words='" +
         VerbNames() +
         "'\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "}\n"
         "complete -o filenames -F _kgw kgw\n";
}

// zsh runs bash completions: one description for both.
std::string ZshText() { return "autoload -U +X bashcompinit && bashcompinit\n" + BashText(); }

std::string FishText() {
  std::string text =
      "complete -c kgw -f\n"
      "complete -c kgw -n '__fish_seen_subcommand_from get' -a '" +
      KindNames() + "'\n";
  for (const Verb& verb : AllVerbs()) {
    if (verb.run == nullptr) continue;
    const std::string name(verb.name);
    text += "complete -c kgw -n __fish_use_subcommand -a " + name + " -d \"" +
            std::string(verb.summary) + "\"\n";
    for (const OptionSpec& option : AllOptions()) {
      if (!verb.Takes(option.name)) continue;
      text += "complete -c kgw -n '__fish_seen_subcommand_from " + name + "' -l " +
              std::string(option.name);
      if (option.letter != 0) text += std::string(" -s ") + option.letter;
      if (!option.value.empty()) text += option.value.substr(0, 4) == "FILE" ? " -rF" : " -x";
      text += " -d \"" + std::string(option.help) + "\"\n";
    }
  }
  return text;
}

}  // namespace

int RunCompletion(const Args& args) {
  const std::string shell = args.words.empty() ? "" : args.words[0];
  if (shell == "bash") {
    Print(BashText());
  } else if (shell == "zsh") {
    Print(ZshText());
  } else if (shell == "fish") {
    Print(FishText());
  } else {
    return Misused(args, "which shell? bash, zsh or fish");
  }
  return kFine;
}

}  // namespace kgw::cli
