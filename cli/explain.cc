#include "cli/configuration.h"
#include "cli/summary.h"
#include "cli/table.h"
#include "cli/text.h"
#include "cli/url_request.h"
#include "cli/verbs.h"
#include "kgw/json.h"

namespace kgw::cli {
namespace {

// So many candidates fit on a screen; -o wide shows all.
constexpr size_t kMostCandidates = 40;

std::string Steps(const char* title, const std::vector<std::string>& steps, const Painter& paint) {
  if (steps.empty()) return {};
  std::string text = paint(Color::kBold, title) + "\n";
  for (size_t i = 0; i < steps.size(); ++i) {
    text += "  " + std::to_string(i + 1) + ". " + Printable(steps[i]) + "\n";
  }
  return text + "\n";
}

std::string RuleText(const ExplainedCandidate& candidate) {
  std::string text = std::to_string(candidate.rule) + "." + std::to_string(candidate.match);
  if (!candidate.rule_name.empty()) text += " " + candidate.rule_name;
  return text;
}

std::string RouteText(const ExplainedCandidate& candidate) {
  if (candidate.via.empty()) return candidate.route;
  return candidate.route + " via " + candidate.via.back();
}

std::vector<Cell> Row(const ExplainedCandidate& candidate) {
  const bool wins = candidate.matched;
  const Color color = wins ? Color::kGreen : Color::kPlain;
  return {{wins ? "=>" : "", color}, {RouteText(candidate), color},
          {RuleText(candidate)},     {candidate.hostname},
          {candidate.predicates},    {wins ? "matches" : candidate.failed, color}};
}

std::string Candidates(const Args& args, const std::vector<ExplainedCandidate>& candidates,
                       const Painter& paint) {
  if (candidates.empty()) return {};
  const size_t most = args.output == Output::kWide ? candidates.size() : kMostCandidates;
  Table table({"", "ROUTE", "RULE", "HOSTNAME", "WANTS", "RESULT"});
  size_t hidden = 0;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (i < most || candidates[i].matched) {
      table.Add(Row(candidates[i]));
    } else {
      ++hidden;
    }
  }
  std::string text = paint(Color::kBold, "Rules in order of precedence") + "\n" +
                     table.Text(paint, !args.no_headers, "  ");
  if (hidden > 0) text += "  ... and " + std::to_string(hidden) + " more (-o wide shows all)\n";
  return text + "\n";
}

}  // namespace

int RunExplain(const Args& args) {
  UrlRequest request;
  const std::string problem = request.Read(args);
  if (!problem.empty()) return Misused(args, problem);
  Configuration configuration(args);
  if (!SayFindings(args, configuration)) return kWrongUsage;
  const Explanation explanation = configuration.engine.Explain(request.request());
  if (args.output == Output::kJson) {
    Print(ExplanationJson(explanation) + "\n");
    return kFine;
  }
  const Painter paint = StdoutPainter(args.color);
  const auto reader = configuration.engine.NewReader();
  Decision decision;
  reader->Route(request.request(), &decision);
  Print(paint(Color::kBold, request.Text()) + "\n\n");
  Print(Steps("Gateway and listener", explanation.listener_steps, paint));
  Print(Candidates(args, explanation.candidates, paint));
  Print(Steps("Filters, backend and endpoint", explanation.decision_steps, paint));
  Print(SummaryText(decision, paint));
  return kFine;
}

}  // namespace kgw::cli
