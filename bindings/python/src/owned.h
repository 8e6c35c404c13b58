// owned.h - requests and decisions that keep what they point to.
//
// A request owns one block with all its texts and lists: one walk measures it, a second one fills
// it. A decision pins its snapshot and copies what belongs to the request alone: to read all its
// texts would cost more than to make it. Both may move. Read-only afterwards, so any thread may
// read them; a ticket belongs to whoever finishes it.
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
  // `pin` was taken after the call that filled `decision`.
  OwnedDecision(const Decision& decision, std::shared_ptr<const Pin> pin,
                std::weak_ptr<const Engine> engine);
  OwnedDecision(OwnedDecision&&) = default;
  OwnedDecision& operator=(OwnedDecision&&) = delete;
  ~OwnedDecision();

  const Decision& get() const { return decision_; }

  // What Python calls a Ticket. Finishing one clears it.
  Ticket* ticket() { return &decision_.ticket; }

 private:
  void Abort() noexcept;

  Decision decision_;
  std::unique_ptr<char[]> block_;   // the request's own texts
  std::shared_ptr<const Pin> pin_;  // null once moved from
  std::weak_ptr<const Engine> engine_;
};

}  // namespace kgw::python
