#include "cli/configuration.h"
#include "cli/findings.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "kgw/json.h"

namespace kgw::cli {
namespace {

uint64_t CountOf(const Report& report, Severity severity) {
  uint64_t count = 0;
  for (const Diagnostic& diagnostic : report.diagnostics) count += diagnostic.severity == severity;
  return count;
}

// "12 objects, 2 errors, 1 warning"
std::string Summary(const Report& report, const Painter& paint) {
  const uint64_t errors = CountOf(report, Severity::kError);
  const uint64_t warnings = CountOf(report, Severity::kWarning);
  return Count(report.objects, "object") + ", " +
         paint(errors == 0 ? Color::kGreen : Color::kRed, Count(errors, "error")) + ", " +
         paint(warnings == 0 ? Color::kPlain : Color::kYellow, Count(warnings, "warning")) + "\n";
}

// Kinds that are none of kgw's business: one line for all.
std::string LeftAlone(const Report& report, const Painter& paint) {
  if (report.ignored.empty()) return {};
  const std::string text = "left alone: " + Printable(IgnoredText(report));
  return paint(Color::kDim, text) + "\n";
}

// Findings file by file, with a blank line between the files.
void PrintFindings(const Report& report, const Painter& paint) {
  const std::string* last = nullptr;
  for (const Diagnostic& diagnostic : report.diagnostics) {
    if (last != nullptr && *last != diagnostic.file) Print("\n");
    last = &diagnostic.file;
    Print(FindingParagraph(diagnostic, paint));
  }
  if (last != nullptr) Print("\n");
}

}  // namespace

int RunCheck(const Args& args) {
  const Configuration configuration(args);
  if (!configuration.problem.empty()) {
    SayFindings(args, configuration);
    return kWrongUsage;
  }
  const Report& report = configuration.report;
  if (args.output == Output::kJson) {
    for (const Diagnostic& diagnostic : report.diagnostics)
      Print(DiagnosticJson(diagnostic) + "\n");
  } else {
    const Painter paint = StdoutPainter(args.color);
    PrintFindings(report, paint);
    Print(LeftAlone(report, paint) + Summary(report, paint));
  }
  return report.HasErrors() ? kBadNews : kFine;
}

}  // namespace kgw::cli
