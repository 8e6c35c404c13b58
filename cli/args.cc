#include "cli/args.h"

#include <algorithm>
#include <array>
#include <limits>

#include "cli/text.h"
#include "cli/verbs.h"

namespace kgw::cli {
namespace {

constexpr uint64_t kMaxTimes = 10'000'000;

template <typename T>
struct Word {
  const char* word;
  T value;
};

template <typename T, size_t kSize>
std::string Choose(const std::string& value, const Word<T> (&words)[kSize], T* out) {
  std::vector<std::string> valid;
  for (const Word<T>& known : words) {
    if (value == known.word) {
      *out = known.value;
      return {};
    }
    valid.emplace_back(known.word);
  }
  return "takes " + Join(valid, ", ") + ", not \"" + value + "\"" + DidYouMean(value, valid);
}

std::string SetFile(Args* args, const std::string& value) {
  if (value.empty()) return "needs the name of a file or folder";
  args->files.push_back(value);
  return {};
}

std::string SetNamespace(Args* args, const std::string& value) {
  args->namespace_ = value;
  return {};
}

std::string SetAllNamespaces(Args* args, const std::string&) {
  args->namespace_.clear();
  return {};
}

std::string SetOutput(Args* args, const std::string& value) {
  static constexpr Word<Output> kWords[] = {{"table", Output::kTable},
                                            {"wide", Output::kWide},
                                            {"json", Output::kJson},
                                            {"yaml", Output::kYaml},
                                            {"name", Output::kName}};
  return Choose(value, kWords, &args->output);
}

std::string SetColor(Args* args, const std::string& value) {
  static constexpr Word<ColorMode> kWords[] = {
      {"auto", ColorMode::kAuto}, {"always", ColorMode::kAlways}, {"never", ColorMode::kNever}};
  return Choose(value, kWords, &args->color);
}

std::string SetNoHeaders(Args* args, const std::string&) {
  args->no_headers = true;
  return {};
}

std::string SetHelp(Args* args, const std::string&) {
  args->help = true;
  return {};
}

std::string SetOption(Args* args, const std::string& value) {
  const size_t equals = value.find('=');
  if (equals == std::string::npos) return "takes KEY=VALUE, not \"" + value + "\"";
  const std::string problem = args->options.Set(value.substr(0, equals), value.substr(equals + 1));
  return problem.empty() ? problem : ": " + problem;
}

std::string SetSeed(Args* args, const std::string& value) {
  const auto seed = ParseNumber(value, std::numeric_limits<uint64_t>::max());
  if (!seed) {
    return "takes a whole number from 0 to " +
           std::to_string(std::numeric_limits<uint64_t>::max()) + ", not \"" + value + "\"";
  }
  args->options.seed = *seed;
  return {};
}

std::string SetNow(Args* args, const std::string& value) {
  const auto now = ParseTime(value);
  if (!now) return "takes a time like 2026-05-01T10:00:00Z, not \"" + value + "\"";
  args->options.unix_seconds = [seconds = *now] { return seconds; };
  return {};
}

std::string SetIgnore(Args* args, const std::string& value) {
  for (std::string& code : Split(value, ',')) args->ignored_codes.push_back(std::move(code));
  return {};
}

std::string SetHeader(Args* args, const std::string& value) {
  if (value.find(':') == std::string::npos || value.front() == ':') {
    return "takes 'name: value', not \"" + value + "\"";
  }
  args->headers.push_back(value);
  return {};
}

std::string SetSni(Args* args, const std::string& value) {
  args->sni = value;
  return {};
}

std::string SetPeer(Args* args, const std::string& value) {
  args->peer = IpBytes(value);
  return args->peer.empty() ? "takes an IP address, not \"" + value + "\"" : "";
}

std::string SetRequests(Args* args, const std::string& value) {
  args->requests = value;
  return value.empty() ? "needs the name of a file" : "";
}

std::string SetTimes(Args* args, const std::string& value) {
  const auto times = ParseNumber(value, kMaxTimes);
  if (times.value_or(0) == 0) {
    return "takes a number from 1 to " + std::to_string(kMaxTimes) + ", not \"" + value + "\"";
  }
  args->times = *times;
  return {};
}

std::string SetHost(Args* args, const std::string& value) {
  args->host = value;
  return {};
}

std::string SetPort(Args* args, const std::string& value) {
  const auto port = ParseNumber(value, 65535);
  if (port.value_or(0) == 0) return "takes a number from 1 to 65535, not \"" + value + "\"";
  args->port = static_cast<uint16_t>(*port);
  return {};
}

constexpr OptionSpec kOptions[] = {
    {"filename", 'f', "FILE|DIR|-", "the configuration: YAML or JSON; repeatable, - is stdin",
     SetFile},
    {"header", 'H', "'NAME: VALUE'", "a header of the request; repeatable", SetHeader},
    {"sni", 0, "NAME", "TLS server name; for https the default is the host", SetSni},
    {"peer", 0, "IP", "address of the client", SetPeer},
    {"times", 0, "N", "route the request N times and count where it goes", SetTimes},
    {"requests", 0, "FILE|-", "requests as JSON, one a line; the answers are JSON too, or -o table",
     SetRequests},
    {"host", 0, "HOST", "only rows whose hostname can match HOST", SetHost},
    {"port", 0, "PORT", "only this listener port", SetPort},
    {"ignore", 0, "CODE", "hide the findings of this code; repeatable", SetIgnore},
    {"namespace", 'n', "NAMESPACE", "only this namespace", SetNamespace},
    {"all-namespaces", 'A', "", "all namespaces (the default)", SetAllNamespaces},
    {"output", 'o', "FORMAT", "the form of the answer", SetOutput},
    {"no-headers", 0, "", "tables without titles", SetNoHeaders},
    {"set", 0, "KEY=VALUE", "set an engine option, for instance path_normalization=off", SetOption},
    {"seed", 0, "N", "the start of all random choices (default 1; 0: another each time)", SetSeed},
    {"now", 0, "TIME", "the time in statuses, RFC 3339 (default: the clock)", SetNow},
    {"color", 0, "WHEN", "auto, always or never", SetColor},
    {"help", 'h', "", "this text", SetHelp},
};

const OptionSpec* FindLetter(char letter) {
  for (const OptionSpec& option : kOptions) {
    if (option.letter == letter && letter != 0) return &option;
  }
  return nullptr;
}

std::string Dashed(const OptionSpec& option) { return "--" + std::string(option.name); }

std::string UnknownOption(std::string_view text) {
  std::vector<std::string> valid;
  for (const OptionSpec& option : kOptions) valid.push_back(Dashed(option));
  return "unknown option " + std::string(text) + DidYouMean(text, valid);
}

// One option at `*i`, with its value, which may be the next word.
class OptionReader {
 public:
  OptionReader(std::span<char*> words, Args* args) : words_(words), args_(args) {}

  std::string Read(size_t* i) {
    const std::string_view text = words_[*i];
    return text.substr(0, 2) == "--" ? ReadLong(text, i) : ReadShort(text, i);
  }

 private:
  std::string ReadLong(std::string_view text, size_t* i) {
    const size_t equals = text.find('=');
    const OptionSpec* option = FindOption(text.substr(2, equals - 2));
    if (option == nullptr) return UnknownOption(text.substr(0, equals));
    if (equals == std::string_view::npos) return Set(*option, std::nullopt, i);
    if (option->value.empty()) return Dashed(*option) + " takes no value";
    return Set(*option, std::string(text.substr(equals + 1)), i);
  }

  std::string ReadShort(std::string_view text, size_t* i) {
    const OptionSpec* option = FindLetter(text[1]);
    if (option == nullptr) {
      return UnknownOption(text.substr(0, 1 + std::max<size_t>(CharacterSize(text.substr(1)), 1)));
    }
    std::string_view rest = text.substr(2);
    if (rest.empty()) return Set(*option, std::nullopt, i);
    if (option->value.empty()) return UnknownOption(text);
    if (rest.front() == '=') rest.remove_prefix(1);  // as kubectl: -o=json
    return Set(*option, std::string(rest), i);
  }

  std::string Set(const OptionSpec& option, std::optional<std::string> value, size_t* i) {
    if (!value && !option.value.empty()) {
      if (*i + 1 >= words_.size()) {
        return Dashed(option) + " needs a value: " + std::string(option.value);
      }
      value = words_[++*i];
    }
    args_->given.push_back(option.name);
    std::string problem = option.set(args_, value.value_or(""));
    if (problem.empty()) return problem;
    return Dashed(option) + (problem.front() == ':' ? "" : " ") + problem;
  }

  std::span<char*> words_;
  Args* args_;
};

std::string OutputWord(Output output) {
  constexpr std::string_view kWords[] = {"table", "wide", "json", "yaml", "name"};
  return std::string(kWords[static_cast<size_t>(output)]);
}

std::string TakesNo(const Verb& verb, std::string_view option) {
  std::vector<std::string> valid;
  for (const std::string& name : Split(verb.options, ' ')) valid.push_back("--" + name);
  const std::string dashed = "--" + std::string(option);
  return "'kgw " + std::string(verb.name) + "' takes no " + dashed + DidYouMean(dashed, valid);
}

// A verb takes only its own options and forms of output.
std::string CheckVerb(const Args& args) {
  const Verb* verb = FindVerb(args.verb);
  if (verb == nullptr || verb->run == nullptr || args.help) return {};
  for (const std::string_view name : args.given) {
    if (!verb->Takes(name)) return TakesNo(*verb, name);
  }
  const std::vector<std::string> outputs = Split(verb->outputs, ' ');
  const std::string output = OutputWord(args.output);
  if (args.Has("output") && std::find(outputs.begin(), outputs.end(), output) == outputs.end()) {
    return "'kgw " + args.verb + "' takes -o " + Join(outputs, ", ") + ", not " + output;
  }
  return {};
}

}  // namespace

bool Args::Has(std::string_view option) const {
  return std::find(given.begin(), given.end(), option) != given.end();
}

std::span<const OptionSpec> AllOptions() { return kOptions; }

const OptionSpec* FindOption(std::string_view name) {
  for (const OptionSpec& option : kOptions) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

std::string ParseArgs(int argc, char** argv, Args* args) {
  args->options.seed = 1;  // the same question gets the same answer
  const std::span<char*> words(argv, static_cast<size_t>(argc));
  OptionReader reader(words, args);
  bool options_ended = false;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (!options_ended && word == "--") {
      options_ended = true;
    } else if (!options_ended && word.size() > 1 && word.front() == '-') {
      if (std::string problem = reader.Read(&i); !problem.empty()) return problem;
    } else if (args->verb.empty()) {
      args->verb = word;
    } else {
      args->words.emplace_back(word);
    }
  }
  return CheckVerb(*args);
}

}  // namespace kgw::cli
