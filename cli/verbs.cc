#include "cli/verbs.h"

#include <algorithm>

#include "cli/text.h"

namespace kgw::cli {
namespace {

constexpr Verb kVerbs[] = {
    {"route",
     "-f FILE... [METHOD] URL",
     "where does this request go?",
     "filename header sni peer times requests port ignore output set seed now color help",
     "table json",
     {"kgw route -f shop.yaml GET http://shop.example/cart",
      "kgw route -f config/ -H 'x-canary: 1' --times 1000 https://shop.example/",
      "kgw route -f config/ --requests requests.jsonl -o json"},
     RunRoute},
    {"explain",
     "-f FILE... [METHOD] URL",
     "why there, and why not each of the others?",
     "filename header sni peer port ignore output no-headers set seed now color help",
     "table wide json",
     {"kgw explain -f shop.yaml GET http://shop.example/cart",
      "kgw explain -f config/ -H 'x-canary: 1' http://shop.example/",
      "kgw explain -f config/ -o json http://shop.example/"},
     RunExplain},
    {"check",
     "-f FILE...",
     "is this configuration right?",
     "filename ignore namespace all-namespaces output set now color help",
     "table json",
     {"kgw check -f config/", "helm template chart/ | kgw check -f -",
      "kgw check -f config/ -o json --ignore UnknownField"},
     RunCheck},
    {"get",
     "KIND[,KIND...] [NAME] -f FILE...",
     "the objects, with defaults and with the status that kgw computed",
     "filename ignore namespace all-namespaces output no-headers set seed now color help",
     "table wide json yaml name",
     {"kgw get httproutes -f config/", "kgw get upstreams -n shop -f config/ -o yaml",
      "kgw get gateway edge -f config/ -o json"},
     RunGet},
    {"routes",
     "-f FILE... [--host HOST] [--port PORT]",
     "the compiled table, in matching order",
     "filename ignore host port namespace all-namespaces output no-headers set now color help",
     "table wide json",
     {"kgw routes -f config/", "kgw routes -f config/ --host shop.example --port 443",
      "kgw routes -f config/ -n shop -o json"},
     RunRoutes},
    {"endpoints",
     "-f FILE... [UPSTREAM]",
     "endpoints with weight, priority, locality and health",
     "filename ignore namespace all-namespaces output no-headers set now color help",
     "table wide json",
     {"kgw endpoints -f config/", "kgw endpoints -f config/ default/json-upstream",
      "kgw endpoints -f config/ -o json"},
     RunEndpoints},
    {"version",
     "",
     "version, ABI number, built-in features",
     "output color help",
     "table json",
     {"kgw version", "kgw version -o json", "kgw --version"},
     RunVersion},
    {"completion",
     "bash|zsh|fish",
     "completion for your shell",
     "color help",
     "",
     {"source <(kgw completion bash)", "source <(kgw completion zsh)",
      "kgw completion fish > ~/.config/fish/completions/kgw.fish"},
     RunCompletion},
    {"help",
     "[VERB]",
     "this text, or the options and examples of a verb",
     "color help",
     "",
     {"kgw help", "kgw help route", "kgw route --help"},
     RunHelp},
    {"describe", "KIND NAME -f FILE...", "one object and all that attaches to it", "", "", {}, {}},
    {"lint", "-f FILE...", "rules that no request can reach", "", "", {}, {}},
    {"diff", "OLD NEW", "which requests change destination", "", "", {}, {}},
    {"graph", "-f FILE...", "Gateway to endpoint as a picture", "", "", {}, {}},
    {"test", "-f FILE... TESTS...", "do the routes do what the team expects?", "", "", {}, {}},
    {"bench", "-f FILE...", "decisions per second on this configuration", "", "", {}, {}},
};

}  // namespace

bool Verb::Takes(std::string_view option) const {
  const std::vector<std::string> names = Split(options, ' ');
  return std::find(names.begin(), names.end(), option) != names.end();
}

std::span<const Verb> AllVerbs() { return kVerbs; }

const Verb* FindVerb(std::string_view name) {
  for (const Verb& verb : kVerbs) {
    if (verb.name == name) return &verb;
  }
  return nullptr;
}

}  // namespace kgw::cli
