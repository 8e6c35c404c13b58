// cli/findings.h - findings as text.
#pragma once

#include <string>

#include "cli/terminal.h"
#include "kgw/diagnostic.h"

namespace kgw::cli {

// a.yaml:3:5: error: HTTPRoute default/x spec.rules[0]: what is wrong (did you mean "y"?) [Code]
std::string FindingLine(const Diagnostic& diagnostic, const Painter& paint);

// The same over a few lines, for people.
std::string FindingParagraph(const Diagnostic& diagnostic, const Painter& paint);

// "2 Deployment (apps/v1), 1 ConfigMap (v1)"
std::string IgnoredText(const Report& report);

}  // namespace kgw::cli
