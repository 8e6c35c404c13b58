#include "capi/explain_text.h"

#include <string_view>

namespace kgw::capi {
namespace {

void Append(std::string_view text, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      *out += c;
    } else {
      *out += "\\x";
      *out += kDigits[byte >> 4];
      *out += kDigits[byte & 15];
    }
  }
}

void AppendSteps(std::string_view title, const std::vector<std::string>& steps, std::string* out) {
  if (steps.empty()) return;
  *out += title;
  *out += '\n';
  for (size_t i = 0; i < steps.size(); ++i) {
    *out += "  " + std::to_string(i + 1) + ". ";
    Append(steps[i], out);
    *out += '\n';
  }
}

void AppendCandidate(const ExplainedCandidate& candidate, std::string* out) {
  *out += candidate.matched ? "  => " : "     ";
  Append(candidate.route, out);
  if (!candidate.via.empty()) Append(" via " + candidate.via.back(), out);
  *out += " " + std::to_string(candidate.rule) + "." + std::to_string(candidate.match) + " ";
  if (!candidate.rule_name.empty()) Append(candidate.rule_name + " ", out);
  Append("for " + candidate.hostname + ": " + candidate.predicates + ": ", out);
  Append(candidate.matched ? "matches" : candidate.failed, out);
  *out += '\n';
}

}  // namespace

std::string ExplanationText(const Explanation& explanation) {
  std::string text;
  AppendSteps("Gateway and listener", explanation.listener_steps, &text);
  if (!explanation.candidates.empty()) text += "Rules in order of precedence\n";
  for (const ExplainedCandidate& candidate : explanation.candidates) {
    AppendCandidate(candidate, &text);
  }
  AppendSteps("Filters, backend and endpoint", explanation.decision_steps, &text);
  return text + "Decision\n  " + explanation.decision_json + "\n";
}

}  // namespace kgw::capi
