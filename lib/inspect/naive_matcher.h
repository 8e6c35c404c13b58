// inspect/naive_matcher.h - the Gateway API's matching rules, straight from its text.
//
// No index, no shortcut: every candidate is tried and the best is kept. It explains (each candidate
// in order of precedence with the first predicate that failed) and it is the oracle that the
// compiled matcher of match/ is tested and measured against. Reads a Model; any thread.
#pragma once

#include <string>
#include <vector>

#include "match/matcher.h"
#include "model/model.h"

namespace kgw::inspect {

// One match of one rule that could have answered, under the hostname it would answer for.
struct Candidate {
  const model::Route* route = nullptr;
  const model::Rule* rule = nullptr;
  const model::Match* match = nullptr;
  const model::AttachedHostname* hostname = nullptr;
  std::string failed;  // the first predicate that does not hold, for people; empty: it matches
};

struct NaiveResult {
  match::Result result;
  std::vector<std::string> steps;     // how the listener was chosen, for people
  std::vector<Candidate> candidates;  // of the chosen listener, best first
};

// The order of precedence: true if `a` is tried before `b`.
bool Precedes(const Candidate& a, const Candidate& b, const match::Options& options);

NaiveResult MatchNaively(const model::Model& model, const match::Options& options,
                         const match::Arrival& arrival, const http::RequestView& request,
                         std::string_view method);

}  // namespace kgw::inspect
