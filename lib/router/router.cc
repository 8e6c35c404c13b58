#include "router/router.h"

#include <algorithm>

#include "base/strings.h"
#include "http/hostname.h"
#include "mutate/cors.h"
#include "mutate/rewrite.h"
#include "router/arrival.h"
#include "snapshot/plan.h"

namespace kgw::router {
namespace {

using balance::PickState;
using match::Outcome;

constexpr RequestLimits kLimits;

TransportProtocol ProtocolOf(model::Protocol protocol) {
  switch (protocol) {
    case model::Protocol::kHttp1:
      return TransportProtocol::kHttp1;
    case model::Protocol::kHttp2:
      return TransportProtocol::kHttp2;
    case model::Protocol::kUnset:
      break;
  }
  return TransportProtocol::kUnset;
}

BackendRef RefOf(const model::BackendTarget& target, uint32_t index) {
  return {target.group,    target.kind, target.namespace_, target.name,
          target.function, index,       target.port};
}

Endpoint EndpointOf(const model::Endpoint& endpoint) {
  return {endpoint.address, endpoint.hostname, endpoint.port};
}

void Fail(uint16_t status, std::string_view reason, Decision* out) {
  out->verdict = Verdict::kError;
  out->response.status = status;
  out->reason = reason;
}

}  // namespace

class Router::Call {
 public:
  Call(Router* router, const snapshot::Snapshot& snapshot, const Request& request, Decision* out)
      : r_(router),
        snapshot_(snapshot),
        request_(request),
        own_random_(request.random),
        random_(request.random != 0 ? &own_random_ : &router->random_),
        out_(out) {}

  void Run();

 private:
  mutate::CorsRequest CorsRequestOf() const;
  bool AnswerPreflight(const match::Arrival& arrival);
  void Act();
  void NameRoute();
  void Redirect(const snapshot::Plan& plan);
  void Forward(const model::Backend& backend, const snapshot::Plan& plan);
  void EditResponse(const snapshot::Plan& plan, std::string_view location = {});
  uint32_t DrawBackend(const snapshot::RulePlan& plan);
  void PickMirrors(const snapshot::Plan& plan, std::string_view authority);
  const model::Endpoint* PickEndpoint(uint32_t upstream);
  std::string_view NewTarget(const snapshot::Plan& plan);

  const model::Rule& rule() const { return *found_.rule; }

  Router* r_;
  const snapshot::Snapshot& snapshot_;
  const Request& request_;
  base::Random own_random_;
  base::Random* random_;
  match::Result found_;
  const snapshot::RulePlan* drawn_from_ = nullptr;  // what the last draw was from, and its outcome
  uint32_t drawn_ = balance::Split::kNone;
  Decision* out_;
};

Router::Router(std::shared_ptr<snapshot::SnapshotStore> store, uint64_t seed)
    : slot_(store->NewSlot()), random_(seed) {}

void Router::Route(const Request& request, Decision* decision) {
  *decision = Decision{};
  bool changed = false;
  const snapshot::Snapshot* snapshot = slot_.Enter(&changed);
  if (snapshot == nullptr) {
    decision->reason = "NoListener";
    return;
  }
  if (changed) std::fill_n(slot_.picks(), snapshot->model().upstreams.size(), PickState{});
  if (const uint16_t status = CheckRequest(request, kLimits); status != 0) {
    Fail(status, "BadRequest", decision);
    return;
  }
  scratch_.Reset();
  view_.Reset(request, snapshot->normalization());
  Call(this, *snapshot, request, decision).Run();
}

void Router::Call::Run() {
  if (request_.protocol != Protocol::kHttp && request_.protocol != Protocol::kGrpc) {
    out_->reason = "NoListener";  // no listener speaks it yet
    return;
  }
  const match::Arrival arrival = ArrivalOf(request_, &r_->sni_);
  if (AnswerPreflight(arrival)) return;
  found_ = snapshot_.matcher().Find(arrival, r_->view_, request_.method);
  if (found_.gateway != nullptr) out_->gateway = found_.gateway->name;
  if (found_.listener != nullptr) out_->listener = found_.listener->name;
  switch (found_.outcome) {
    case Outcome::kMatched:
      Act();
      return;
    case Outcome::kNoRoute:
      out_->verdict = Verdict::kNoRoute;
      out_->response.status = 404;
      out_->reason = "NoRoute";
      return;
    case Outcome::kMisdirected:
      Fail(421, "Misdirected", out_);
      return;
    case Outcome::kNoListener:
      out_->reason = "NoListener";
      return;
  }
}

mutate::CorsRequest Router::Call::CorsRequestOf() const {
  const http::RequestView& view = r_->view_;
  return {view.Header("origin").value_or(""),
          view.Header("access-control-request-method").value_or(""),
          view.Header("access-control-request-headers").value_or("")};
}

// The rule is the one that the actual request would match: its method is the one asked for. If
// that rule has no CORS filter, the request is an ordinary OPTIONS request.
bool Router::Call::AnswerPreflight(const match::Arrival& arrival) {
  if (request_.method != "OPTIONS") return false;
  const mutate::CorsRequest cors = CorsRequestOf();
  if (cors.origin.empty() || cors.request_method.empty()) return false;
  found_ = snapshot_.matcher().Find(arrival, r_->view_, cors.request_method);
  if (found_.outcome != Outcome::kMatched || !rule().action.fail_reason.empty()) return false;
  const snapshot::RulePlan& plan = snapshot_.PlanOf(*found_.route, rule());
  const uint32_t drawn = DrawBackend(plan);
  const snapshot::Plan& chosen =
      drawn == balance::Split::kNone ? plan.without_backend : plan.backends[drawn];
  if (chosen.cors == nullptr) return false;
  out_->gateway = found_.gateway->name;
  out_->listener = found_.listener->name;
  NameRoute();
  out_->verdict = Verdict::kRespond;
  out_->response.status = 204;
  r_->edits_.Start({});
  mutate::PreflightHeaders(*chosen.cors, cors, &r_->cors_text_, &r_->edits_);
  out_->response.edits = r_->edits_.Finish();
  return true;
}

// One draw a rule: a preflight that turns out to be an ordinary request must go to the backend that
// was asked about CORS, not to another one.
uint32_t Router::Call::DrawBackend(const snapshot::RulePlan& plan) {
  if (drawn_from_ != &plan) {
    drawn_from_ = &plan;
    drawn_ = plan.split.Draw(random_);
  }
  return drawn_;
}

void Router::Call::NameRoute() {
  const model::Route& route = *found_.route;
  out_->route = {route.kind,  route.namespace_,
                 route.name,  rule().name,
                 static_cast<uint32_t>(&rule() - route.rules.data()), found_.match->index};
}

void Router::Call::Act() {
  NameRoute();
  const model::Action& action = rule().action;
  if (!action.fail_reason.empty()) {
    Fail(action.fail_status, action.fail_reason, out_);
    return;
  }
  const snapshot::RulePlan& plan = snapshot_.PlanOf(*found_.route, rule());
  if (plan.without_backend.redirect != nullptr) {
    Redirect(plan.without_backend);
    return;
  }
  if (action.backends.empty()) {
    Fail(500, "NoBackends", out_);
    return;
  }
  const uint32_t drawn = DrawBackend(plan);
  if (drawn == balance::Split::kNone) {
    Fail(500, "ZeroWeight", out_);
    return;
  }
  Forward(action.backends[drawn], plan.backends[drawn]);
}

void Router::Call::Redirect(const snapshot::Plan& plan) {
  const http::RequestView& view = r_->view_;
  r_->text_.clear();
  const std::string_view scheme = request_.scheme.empty() ? "http" : request_.scheme;
  mutate::AppendLocation(
      *plan.redirect, found_.match->path,
      {scheme, http::HostOf(view.authority()), found_.listener->port, view.path(), view.query()},
      &r_->text_);
  out_->verdict = Verdict::kRedirect;
  out_->response.status = plan.redirect->status;
  EditResponse(plan, r_->text_);
}

// The filters' edits, then CORS, then the Location of a redirect.
void Router::Call::EditResponse(const snapshot::Plan& plan, std::string_view location) {
  if (plan.response != nullptr) out_->response.edits = plan.response->view();
  if (plan.cors == nullptr && location.empty()) return;
  r_->edits_.Start(out_->response.edits);
  if (plan.cors != nullptr) {
    mutate::ResponseHeaders(*plan.cors, CorsRequestOf(), &r_->cors_text_, &r_->edits_);
  }
  if (!location.empty()) r_->edits_.Set("location", location);
  out_->response.edits = r_->edits_.Finish();
}

const model::Endpoint* Router::Call::PickEndpoint(uint32_t upstream) {
  const balance::Policy* policy = snapshot_.PolicyOf(upstream);
  if (policy == nullptr) return nullptr;
  const uint32_t picked = policy->Pick({&r_->slot_.picks()[upstream], random_});
  if (picked == balance::kNoEndpoint) return nullptr;
  return &snapshot_.model().upstreams[upstream].endpoints[picked];
}

// The request target to forward: the caller's own bytes if nothing changes them.
std::string_view Router::Call::NewTarget(const snapshot::Plan& plan) {
  const http::RequestView& view = r_->view_;
  const std::string_view path = view.path(), query = view.query();
  if (plan.path == nullptr) {
    // Neither a piece was cut off (a fragment, the scheme) nor an empty path filled in.
    const bool whole =
        path.data() == request_.path.data() && path.size() + query.size() == request_.path.size();
    if (whole) return request_.path;
    r_->text_.assign(path);
  } else {
    r_->text_.clear();
    mutate::AppendRewrittenPath(*plan.path, found_.match->path, path, &r_->text_);
  }
  // A '?' can only come from a replacement, which then brings a query of its own.
  if (r_->text_.find('?') == std::string::npos) r_->text_ += query;
  return r_->scratch_.Copy(r_->text_);
}

void Router::Call::Forward(const model::Backend& backend, const snapshot::Plan& plan) {
  const model::BackendTarget& target = backend.target;
  if (plan.redirect != nullptr) {
    Redirect(plan);
    return;
  }
  out_->backend = RefOf(target, backend.index);
  if (!target.reason.empty()) {
    Fail(500, target.reason, out_);
    return;
  }
  const model::Upstream& upstream = snapshot_.model().upstreams[target.upstream];
  out_->cluster = upstream.cluster;
  const model::Endpoint* endpoint = PickEndpoint(target.upstream);
  if (endpoint == nullptr) {
    Fail(503, "NoEndpoints", out_);
    return;
  }
  out_->verdict = Verdict::kForward;
  out_->endpoint = EndpointOf(*endpoint);
  out_->transport.protocol = ProtocolOf(upstream.protocol);
  if (endpoint->tls) {
    out_->transport.tls = 1;
    out_->transport.sni = endpoint->tls->sni;
    out_->transport.verify = endpoint->tls->verify;
  }
  const model::Timeouts& timeouts = rule().action.timeouts;
  out_->timeouts = {timeouts.request.value_or(kUnset), timeouts.backend_request.value_or(kUnset)};
  if (const auto& retry = rule().action.retry) {
    out_->retry = {retry->codes, retry->backoff_ms.value_or(kUnset), retry->attempts};
  }

  const std::string_view kept = plan.host != nullptr ? *plan.host : r_->view_.authority();
  const bool renames = plan.auto_host && !endpoint->hostname.empty();
  out_->request.method = request_.method;
  out_->request.scheme = request_.scheme;
  out_->request.authority = renames ? std::string_view(endpoint->hostname) : kept;
  out_->request.path = NewTarget(plan);
  if (plan.request != nullptr) out_->request.edits = plan.request->view();
  EditResponse(plan);
  PickMirrors(plan, kept);
}

void Router::Call::PickMirrors(const snapshot::Plan& plan, std::string_view authority) {
  if (plan.mirrors.empty()) return;
  r_->mirrors_.clear();
  for (const model::Mirror* mirror : plan.mirrors) {
    const bool always = mirror->numerator >= mirror->denominator;
    if (!always && random_->Below(mirror->denominator) >= mirror->numerator) continue;
    const model::Endpoint* endpoint = PickEndpoint(mirror->target.upstream);
    if (endpoint == nullptr) continue;
    r_->mirrors_.push_back({RefOf(mirror->target, 0), EndpointOf(*endpoint), authority, {}});
  }
  out_->mirrors = r_->mirrors_;
}

}  // namespace kgw::router
