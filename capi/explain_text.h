// capi/explain_text.h - an explanation as plain text for people, without colours or columns.
#pragma once

#include <string>

#include "kgw/inspect.h"

namespace kgw::capi {

// Bytes that would control a terminal are escaped.
std::string ExplanationText(const Explanation& explanation);

}  // namespace kgw::capi
