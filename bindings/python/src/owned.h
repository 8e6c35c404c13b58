// owned.h - requests and decisions that own what they point to.
//
// All texts and lists lie in one block: one walk measures it, a second one fills it. The values may
// move. Read-only afterwards, so any thread may read them; a ticket belongs to whoever finishes it.
#pragma once

#include <memory>
#include <utility>

#include "kgw/decision.h"
#include "kgw/engine.h"
#include "kgw/request.h"

namespace kgw::python {

class OwnedRequest {
 public:
  explicit OwnedRequest(const Request& request);

  const Request& get() const { return request_; }

 private:
  Request request_;
  std::unique_ptr<char[]> block_;
};

// Finishes its tickets as aborted when it ends, so that a decision which was only looked at does
// not count as under way for ever.
class OwnedDecision {
 public:
  OwnedDecision(const Decision& decision, std::weak_ptr<const Engine> engine);
  OwnedDecision(OwnedDecision&&) = default;
  OwnedDecision& operator=(OwnedDecision&&) = delete;
  ~OwnedDecision();

  const Decision& get() const { return decision_; }

  // What Python calls a Ticket. Finishing one clears it.
  Ticket* ticket() { return &decision_.ticket; }

 private:
  void Abort() noexcept;

  Decision decision_;
  std::unique_ptr<char[]> block_;  // null once moved from
  std::weak_ptr<const Engine> engine_;
};

}  // namespace kgw::python
