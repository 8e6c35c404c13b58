// router/call.h - one request on its way through a snapshot.
//
// Made for each request and gone with it. Fills a Decision whose texts point into the request, the
// snapshot and the workspace's scratch. Tickets are written here, and counted by the Router.
#pragma once

#include <string_view>

#include "balance/policy.h"
#include "balance/ticket.h"
#include "base/random.h"
#include "kgw/decision.h"
#include "kgw/request.h"
#include "match/matcher.h"
#include "mutate/cors.h"
#include "router/workspace.h"
#include "snapshot/snapshot.h"

namespace kgw::router {

using snapshot::Fail;

class Call {
 public:
  // `picks` are the reader's positions, by cluster slot. `failed`: the try that this one follows,
  // with the hosts to avoid; null for a first try.
  Call(const snapshot::Snapshot& snapshot, balance::PickState* picks, Workspace* workspace,
       const Request& request, const balance::TicketData* failed, Decision* out);

  // Decides about the request, which the workspace's view shows.
  void Run();

  // Picks another endpoint of the failed try's cluster, whatever the request is.
  void PickAgain();

 private:
  // call.cc: who answers, and how
  mutate::CorsRequest CorsRequestOf() const;
  bool AnswerPreflight(const match::Arrival& arrival);
  void Start(const Decision& from);
  void Act();
  void Redirect(const snapshot::Plan& plan);
  void EditResponse(const snapshot::Plan& plan, std::string_view location = {});
  const snapshot::Destination& Draw();
  uint32_t BackendOfFailedTry(const snapshot::RulePlan& plan) const;

  // forward.cc: where it goes
  void Forward(const snapshot::Destination& to);
  const snapshot::Host* GoTo(const snapshot::Cluster& cluster);
  const snapshot::Host* PickHost(const snapshot::Cluster& cluster);
  uint32_t PickUntried(const snapshot::Cluster& cluster, const balance::PickContext& context);
  Ticket TicketFor(const snapshot::Cluster& cluster, const snapshot::Host& host) const;
  std::string_view NewTarget(const snapshot::Plan& plan);
  std::string_view NewHost(const snapshot::Plan& plan, const snapshot::Host& host);
  std::string_view FirstValue(std::string_view name) const;
  void KeepOldHost(std::string_view host);
  std::string_view AuthorityOf(const model::Mirror& mirror, std::string_view authority);
  void PickMirrors(const snapshot::Plan& plan, std::string_view authority);

  const model::Rule& rule() const { return *found_.rule; }
  bool peeks() const { return request_.peek != 0 && failed_ == nullptr; }

  const snapshot::Snapshot& snapshot_;
  balance::PickState* picks_;
  Workspace* w_;
  const Request& request_;
  const balance::TicketData* failed_;
  base::Random own_random_;
  base::Random* random_;
  match::Result found_;
  const snapshot::RulePlan* drawn_from_ = nullptr;  // what the last draw was from, and its outcome
  const snapshot::Destination* drawn_ = nullptr;
  Decision* out_;
};

}  // namespace kgw::router
