// cli/summary.h - a decision in words.
#pragma once

#include <span>
#include <string>

#include "cli/terminal.h"
#include "kgw/decision.h"
#include "kgw/json.h"

namespace kgw::cli {

// True for the verdicts that are bad news: no_route, error, reject.
bool IsBadNews(const Decision& decision);

// "10.0.0.1:80", "[2001:db8::1]:80", "api.example.com:443"; empty if there is none.
std::string EndpointText(const Endpoint& endpoint);

// "namespace/name"; empty if there is none.
std::string BackendName(const BackendRef& backend);

// A few aligned lines: the verdict, what to send, to where, and why.
std::string SummaryText(const Decision& decision, const Painter& paint);

// The verdict and what matters most, in one line: "forward   default/shop 10.0.0.1:80".
std::string SummaryLine(const Decision& decision, const Painter& paint);

// Where many requests went, as a table.
std::string DistributionText(std::span<const DistributionEntry> entries, const Painter& paint);

}  // namespace kgw::cli
