// The half of Call that is about destinations: endpoints, tickets, rewrites, mirrors.
#include "mutate/rewrite.h"
#include "router/call.h"

namespace kgw::router {
namespace {

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

}  // namespace

void Call::Forward(const model::Backend& backend, const snapshot::Plan& plan) {
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
  Picked picked;
  if (!GoTo(target.upstream, &picked)) return;
  const model::Action& action = rule().action;
  out_->timeouts = {action.timeouts.request.value_or(kUnset),
                    action.timeouts.backend_request.value_or(kUnset)};
  if (action.retry) {
    out_->retry = {action.retry->codes, action.retry->backoff_ms.value_or(kUnset),
                   action.retry->attempts};
  }

  // Taken from a Host line it is not the caller's own text, and must outlive the call.
  const bool own = w_->view.authority().data() == request_.authority.data();
  const std::string_view came = own ? w_->view.authority() : w_->scratch.Copy(w_->view.authority());
  const std::string_view kept = plan.host != nullptr ? *plan.host : came;
  const bool renames = plan.auto_host && !picked.endpoint->hostname.empty();
  const std::string_view authority = renames ? std::string_view(picked.endpoint->hostname) : kept;
  const std::string_view path = NewTarget(plan);
  out_->request.method = request_.method;
  out_->request.scheme = request_.scheme;
  out_->request.authority = authority;
  out_->request.path = path;
  if (!own || authority != came) out_->changed |= Decision::kAuthority;
  if (path.data() != request_.path.data()) out_->changed |= Decision::kPath;
  if (plan.request != nullptr) out_->request.edits = plan.request->view();
  EditResponse(plan);
  PickMirrors(plan, kept);
}

void Call::PickAgain() {
  const uint32_t upstream = snapshot_.UpstreamOf(failed_->cluster);
  Picked picked;
  if (upstream == model::kNoUpstream) {
    Fail(503, "NoEndpoints", out_);
  } else {
    GoTo(upstream, &picked);
  }
}

// Names the destination. False if there is no endpoint.
bool Call::GoTo(uint32_t index, Picked* picked) {
  const model::Upstream& upstream = snapshot_.model().upstreams[index];
  out_->cluster = upstream.cluster;
  *picked = PickEndpoint(index);
  if (picked->endpoint == nullptr) {
    Fail(503, "NoEndpoints", out_);
    return false;
  }
  out_->verdict = Verdict::kForward;
  out_->endpoint = EndpointOf(*picked->endpoint);
  out_->transport.protocol = ProtocolOf(upstream.protocol);
  if (const auto& tls = picked->endpoint->tls) {
    out_->transport.tls = 1;
    out_->transport.sni = tls->sni;
    out_->transport.verify = tls->verify;
  }
  out_->ticket = TicketFor(index, *picked);
  return true;
}

Call::Picked Call::PickEndpoint(uint32_t upstream) {
  const balance::Policy* policy = snapshot_.PolicyOf(upstream);
  if (policy == nullptr) return {};
  const balance::SlotRef cluster = snapshot_.ClusterOf(upstream);
  balance::PickState* state = &picks_[cluster.slot];
  if (peeks()) w_->undo.push_back({cluster.slot, *state});
  if (state->cluster != cluster.generation) {
    // The first pick, or the slot belonged to a cluster that is gone.
    *state = {.sequence = w_->random.Next(), .cluster = cluster.generation};
  }
  const uint32_t picked = PickUntried(*policy, upstream, {state, random_});
  if (picked == balance::kNoEndpoint) return {};
  return {&snapshot_.model().upstreams[upstream].endpoints[picked],
          snapshot_.HostOf(upstream, picked)};
}

// Hosts that failed are avoided by identity, not by hope: if the policy insists on one, the next
// host in order that did not fail is taken; if all did, the policy's choice stands.
uint32_t Call::PickUntried(const balance::Policy& policy, uint32_t upstream,
                           const balance::PickContext& context) {
  constexpr int kDraws = 4;
  uint32_t picked = policy.Pick(context);
  if (failed_ == nullptr || picked == balance::kNoEndpoint) return picked;
  const auto tried = [&](uint32_t i) {
    return failed_->WasTried(snapshot_.HostOf(upstream, i).slot);
  };
  for (int draw = 1; draw < kDraws && tried(picked); ++draw) picked = policy.Pick(context);
  const auto count = static_cast<uint32_t>(snapshot_.model().upstreams[upstream].endpoints.size());
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t next = (picked + i) % count;
    if (!tried(next)) return next;
  }
  return picked;
}

Ticket Call::TicketFor(uint32_t upstream, const Picked& picked) const {
  if (peeks()) return {};
  balance::TicketData data{.host = picked.host, .cluster = snapshot_.ClusterOf(upstream)};
  if (failed_ != nullptr) data.tried = failed_->tried;
  return data.Write();
}

// The request target to forward: the caller's own bytes if nothing changes them.
std::string_view Call::NewTarget(const snapshot::Plan& plan) {
  const std::string_view path = w_->view.path(), query = w_->view.query();
  if (plan.path == nullptr) {
    // Neither a piece was cut off (a fragment, the scheme) nor an empty path filled in.
    const bool whole =
        path.data() == request_.path.data() && path.size() + query.size() == request_.path.size();
    if (whole) return request_.path;
    w_->text.assign(path);
  } else {
    w_->text.clear();
    mutate::AppendRewrittenPath(*plan.path, found_.match->path, path, &w_->text);
  }
  // A '?' can only come from a replacement, which then brings a query of its own.
  if (w_->text.find('?') == std::string::npos) w_->text += query;
  return w_->scratch.Copy(w_->text);
}

// A copy is sent once, with the first try.
void Call::PickMirrors(const snapshot::Plan& plan, std::string_view authority) {
  if (plan.mirrors.empty() || failed_ != nullptr) return;
  w_->mirrors.clear();
  // The request's own bytes may move when the call is over.
  if (plan.host == nullptr) authority = w_->scratch.Copy(authority);
  for (const model::Mirror* mirror : plan.mirrors) {
    const bool always = mirror->numerator >= mirror->denominator;
    if (!always && random_->Below(mirror->denominator) >= mirror->numerator) continue;
    const Picked picked = PickEndpoint(mirror->target.upstream);
    if (picked.endpoint == nullptr) continue;
    w_->mirrors.push_back({RefOf(mirror->target, 0), EndpointOf(*picked.endpoint), authority,
                           TicketFor(mirror->target.upstream, picked)});
  }
  out_->mirrors = w_->scratch.CopyList(w_->mirrors);
}

}  // namespace kgw::router
