// cli/decision_copy.h - a decision that outlives the next call on its reader.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "kgw/decision.h"

namespace kgw::cli {

// Owns the texts and lists of its decision; stays where it is.
class DecisionCopy {
 public:
  explicit DecisionCopy(const Decision& decision);
  DecisionCopy(const DecisionCopy&) = delete;
  DecisionCopy& operator=(const DecisionCopy&) = delete;

  const Decision& get() const { return decision_; }

 private:
  void Keep(Str* text);
  void Keep(BackendRef* backend);
  void Keep(Endpoint* endpoint);
  void Keep(List<Header>* headers);
  void Keep(HeaderEdits* edits);
  void KeepMirrors();

  Decision decision_;
  std::deque<std::string> texts_;  // deques, because what they hold never moves
  std::deque<std::vector<Header>> headers_;
  std::deque<std::vector<Str>> names_;
  std::vector<Mirror> mirrors_;
};

}  // namespace kgw::cli
