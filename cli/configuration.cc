#include "cli/configuration.h"

#include <algorithm>
#include <iostream>
#include <iterator>

#include "cli/findings.h"
#include "cli/text.h"

namespace kgw::cli {
namespace {

constexpr std::string_view kStdin = "<stdin>";

std::string ReadAll(std::istream& in) {
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Report LoadAll(const std::vector<std::string>& names, Engine* engine) {
  std::vector<std::string> paths;
  std::vector<Source> more;
  for (const std::string& name : names) {
    if (name != "-") {
      paths.push_back(name);
    } else if (more.empty()) {
      more.push_back({std::string(kStdin), ReadAll(std::cin)});
    }
  }
  return engine->Load(paths, more);
}

bool HasCode(const Report& report, std::string_view code) {
  return std::any_of(report.diagnostics.begin(), report.diagnostics.end(),
                     [&](const Diagnostic& d) { return d.code == code; });
}

std::string WhyNothing(const Args& args, const Report& report) {
  if (HasCode(report, "CannotRead")) return "not all of the configuration could be read";
  if (report.objects != 0) return {};
  if (report.diagnostics.empty()) {
    return "nothing to read in " + Join(args.files, ", ") + ": expected YAML or JSON with " +
           (report.ignored.empty() ? "Kubernetes objects"
                                   : "Gateways and routes, found only " + IgnoredText(report));
  }
  if (HasCode(report, "HelmTemplate")) {
    return "these are templates, not objects; render them first: "
           "helm template CHART | kgw " +
           args.verb + " -f -";
  }
  return {};
}

bool Hidden(const Args& args, const Diagnostic& diagnostic) {
  const auto& ignored = args.ignored_codes;
  if (std::find(ignored.begin(), ignored.end(), diagnostic.code) != ignored.end()) return true;
  return !args.namespace_.empty() && !diagnostic.namespace_.empty() &&
         diagnostic.namespace_ != args.namespace_;
}

}  // namespace

Configuration::Configuration(const Args& args) : engine(args.options) {
  if (args.files.empty()) {
    problem = "which configuration? Name files or folders with -f, or -f - for stdin";
    return;
  }
  report = LoadAll(args.files, &engine);
  problem = WhyNothing(args, report);
  std::erase_if(report.diagnostics, [&](const Diagnostic& d) { return Hidden(args, d); });
}

bool SayFindings(const Args& args, const Configuration& configuration) {
  const Painter paint = StderrPainter(args.color);
  for (const Diagnostic& d : configuration.report.diagnostics) Note(FindingLine(d, paint));
  if (configuration.problem.empty()) return true;
  Complain(configuration.problem);
  return false;
}

}  // namespace kgw::cli
