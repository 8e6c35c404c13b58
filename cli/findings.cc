#include "cli/findings.h"

#include "cli/text.h"

namespace kgw::cli {
namespace {

std::string Place(const Diagnostic& d) {
  if (d.file.empty()) return {};
  std::string place = Printable(d.file);
  if (d.line != 0) place += ":" + std::to_string(d.line);
  if (d.line != 0 && d.column != 0) place += ":" + std::to_string(d.column);
  return place + ": ";
}

std::string SeverityWord(const Diagnostic& d, const Painter& paint) {
  return d.severity == Severity::kError ? paint(Color::kRed, "error:")
                                        : paint(Color::kYellow, "warning:");
}

// "HTTPRoute default/x spec.rules[0]"; empty if the finding is about no object.
std::string Subject(const Diagnostic& d) {
  std::string subject = d.kind;
  if (!d.name.empty()) {
    subject += " " + (d.namespace_.empty() ? d.name : d.namespace_ + "/" + d.name);
  }
  if (!d.field.empty()) subject += (subject.empty() ? "" : " ") + d.field;
  return Printable(subject);
}

std::string Hint(const Diagnostic& d) {
  if (d.suggestion.empty() || d.message.find("did you mean") != std::string::npos) return {};
  return " (did you mean \"" + Printable(d.suggestion) + "\"?)";
}

}  // namespace

std::string FindingLine(const Diagnostic& d, const Painter& paint) {
  const std::string subject = Subject(d);
  return Place(d) + SeverityWord(d, paint) + " " + subject + (subject.empty() ? "" : ": ") +
         Printable(d.message) + Hint(d) + paint(Color::kDim, " [" + d.code + "]");
}

std::string FindingParagraph(const Diagnostic& d, const Painter& paint) {
  const std::string subject = Subject(d);
  std::string text = paint(Color::kBold, Place(d)) + SeverityWord(d, paint) + " " +
                     Printable(d.message) + Hint(d) + "\n";
  text += "    " + subject + (subject.empty() ? "" : "  ") + paint(Color::kDim, "[" + d.code + "]");
  return text + "\n";
}

std::string IgnoredText(const Report& report) {
  std::vector<std::string> parts;
  for (const auto& [kind, count] : report.ignored) {
    parts.push_back(std::to_string(count) + " " + kind);
  }
  return Join(parts, ", ");
}

}  // namespace kgw::cli
