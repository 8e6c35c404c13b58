#include "router/call.h"

#include "http/hostname.h"
#include "mutate/rewrite.h"
#include "router/arrival.h"

namespace kgw::router {

using match::Outcome;

Call::Call(const snapshot::Snapshot& snapshot, balance::PickState* picks, Workspace* workspace,
           const Request& request, const balance::TicketData* failed, Decision* out)
    : snapshot_(snapshot),
      picks_(picks),
      w_(workspace),
      request_(request),
      failed_(failed),
      own_random_(request.random),
      random_(request.random != 0 ? &own_random_ : &workspace->random),
      out_(out) {}

void Call::Run() {
  static const Decision kNobody;
  if (request_.protocol != Protocol::kHttp && request_.protocol != Protocol::kGrpc) {
    Start(kNobody);
    out_->reason = "NoListener";  // no listener speaks it yet
    return;
  }
  const match::Arrival arrival = ArrivalOf(request_, &w_->sni);
  if (AnswerPreflight(arrival)) return;
  found_ = snapshot_.matcher().Find(arrival, w_->view, request_.method);
  if (found_.outcome == Outcome::kMatched) {
    Act();
    return;
  }
  Start(kNobody);
  switch (found_.outcome) {
    case Outcome::kNoRoute:
      out_->verdict = Verdict::kNoRoute;
      out_->response.status = 404;
      out_->reason = "NoRoute";
      return;
    case Outcome::kMisdirected:
      Fail(421, "Misdirected", out_);
      return;
    default:
      out_->reason = "NoListener";
      return;
  }
}

// Writes all of the decision: what is known in advance, and who took the request.
void Call::Start(const Decision& from) {
  *out_ = from;
  out_->generation = snapshot_.generation();
  out_->route.match = found_.match_index;
  if (found_.gateway != nullptr) out_->gateway = found_.gateway->name;
  if (found_.listener != nullptr) out_->listener = found_.listener->name;
}

mutate::CorsRequest Call::CorsRequestOf() const {
  const http::RequestView& view = w_->view;
  return {view.Header("origin").value_or(""),
          view.Header("access-control-request-method").value_or(""),
          view.Header("access-control-request-headers").value_or("")};
}

// The rule is the one that the actual request would match: its method is the one asked for. If
// that rule has no CORS filter, the request is an ordinary OPTIONS request.
bool Call::AnswerPreflight(const match::Arrival& arrival) {
  if (request_.method != "OPTIONS") return false;
  const mutate::CorsRequest cors = CorsRequestOf();
  if (cors.origin.empty() || cors.request_method.empty()) return false;
  found_ = snapshot_.matcher().Find(arrival, w_->view, cors.request_method);
  if (found_.outcome != Outcome::kMatched) return false;
  const snapshot::Destination& to = Draw();
  if (to.plan.cors == nullptr) return false;
  Start({.route = to.decision.route});
  out_->verdict = Verdict::kRespond;
  out_->response.status = 204;
  w_->edits.Start({});
  mutate::PreflightHeaders(*to.plan.cors, cors, &w_->cors_text, &w_->edits);
  out_->response.edits = w_->edits.Finish();
  return true;
}

// One draw a rule: a preflight that turns out to be an ordinary request must go to the backend that
// was asked about CORS, not to another one.
const snapshot::Destination& Call::Draw() {
  const snapshot::RulePlan& plan = snapshot_.PlanOf(found_.plan);
  if (drawn_from_ != &plan) {
    drawn_from_ = &plan;
    drawn_ = &snapshot_.DestinationOf(
        plan, failed_ != nullptr ? BackendOfFailedTry(plan) : plan.split.Draw(random_));
  }
  return *drawn_;
}

// A retry stays with the backend of the try that failed, for another one may call another function
// of the same cluster; or else with the cluster. If the rule has that no longer, the newer
// configuration decides.
uint32_t Call::BackendOfFailedTry(const snapshot::RulePlan& plan) const {
  const std::vector<model::Backend>& backends = rule().action.backends;
  const auto goes_there = [&](const model::Backend& backend) {
    const uint32_t upstream = backend.target.upstream;
    return upstream != model::kNoUpstream && backend.weight != 0 &&
           snapshot_.ClusterOf(upstream).slot == failed_->cluster;
  };
  uint32_t found = balance::Split::kNone;
  for (uint32_t i = 0; i < backends.size() && plan.split.total() != 0; ++i) {
    if (!goes_there(backends[i])) continue;
    if (balance::TicketData::BackendOf(backends[i].index) == failed_->backend) return i;
    if (found == balance::Split::kNone) found = i;
  }
  return found != balance::Split::kNone ? found : plan.split.Draw(random_);
}

void Call::Act() {
  const snapshot::Destination& to = Draw();
  Start(to.decision);
  if (to.decision.verdict == Verdict::kForward) Forward(to);
  if (to.decision.verdict == Verdict::kRedirect) Redirect(to.plan);
}

void Call::Redirect(const snapshot::Plan& plan) {
  const http::RequestView& view = w_->view;
  w_->text.clear();
  const std::string_view scheme = request_.scheme.empty() ? "http" : request_.scheme;
  mutate::AppendLocation(
      *plan.redirect, found_.match->path,
      {scheme, http::HostOf(view.authority()), found_.listener->port, view.path(), view.query()},
      &w_->text);
  EditResponse(plan, w_->text);
}

// To the edits of the filters: CORS, then the Location of a redirect.
void Call::EditResponse(const snapshot::Plan& plan, std::string_view location) {
  if (plan.cors == nullptr && location.empty()) return;
  w_->edits.Start(out_->response.edits);
  if (plan.cors != nullptr) {
    mutate::ResponseHeaders(*plan.cors, CorsRequestOf(), &w_->cors_text, &w_->edits);
  }
  if (!location.empty()) w_->edits.Set("location", location);
  out_->response.edits = w_->edits.Finish();
}

}  // namespace kgw::router
