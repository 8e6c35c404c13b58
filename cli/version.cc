#include "kgw/version.h"

#include "cli/text.h"
#include "cli/verbs.h"

namespace kgw::cli {

int RunVersion(const Args& args) {
  if (!args.words.empty()) return Misused(args, "kgw version takes no " + args.words[0]);
  const std::string version(Version());
  const std::string abi = std::to_string(AbiNumber());
  if (args.output != Output::kJson) {
    Print("kgw " + version + "\nABI " + abi + "\nfeatures " + Join(Features(), ", ") + "\n");
    return kFine;
  }
  // Names of features are plain words: nothing to escape.
  std::vector<std::string> quoted;
  for (const std::string& feature : Features()) quoted.push_back("\"" + feature + "\"");
  Print("{\"version\":\"" + version + "\",\"abi\":" + abi + ",\"features\":[" + Join(quoted, ",") +
        "]}\n");
  return kFine;
}

}  // namespace kgw::cli
