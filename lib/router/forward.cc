// The half of Call that is about destinations: endpoints, tickets, rewrites, mirrors.
#include <algorithm>

#include "base/strings.h"
#include "mutate/rewrite.h"
#include "router/call.h"

namespace kgw::router {
void Call::Forward(const snapshot::Destination& to) {
  const snapshot::Plan& plan = to.plan;
  const snapshot::Host* host = GoTo(snapshot_.ClusterOf(to.upstream));
  if (host == nullptr) {
    const Decision& known = to.decision;
    Start({.route = known.route, .backend = known.backend, .cluster = known.cluster});
    Fail(503, "NoEndpoints", out_);
    return;
  }

  // Taken from a Host line it is not the caller's own text, and must outlive the call.
  const bool own = w_->view.authority().data() == request_.authority.data();
  const std::string_view came = own ? w_->view.authority() : w_->scratch.Copy(w_->view.authority());
  std::string_view authority = came, of_copies = came;
  if (plan.host != nullptr) {
    const std::string_view renamed = NewHost(plan, *host);
    if (!renamed.empty()) authority = renamed;
    if (plan.host->type != model::HostRewrite::Type::kEndpoint) of_copies = authority;
    const bool renames = plan.invocation == nullptr && !renamed.empty();
    if (renames && plan.keeps_old_host) KeepOldHost(came);
  }
  out_->request.scheme = request_.scheme;
  if (plan.invocation == nullptr) {
    const std::string_view path = NewTarget(plan);
    out_->request.method = request_.method;
    out_->request.authority = authority;
    out_->request.path = path;
    const bool same = own && (authority.data() == came.data() || authority == came);
    out_->changed = (same ? 0u : uint32_t{Decision::kAuthority}) |
                    (path.data() == request_.path.data() ? 0u : uint32_t{Decision::kPath});
  } else if (plan.invocation->method.empty()) {
    out_->request.method = request_.method;  // the rest is dictated, and there from the start
  }
  EditResponse(plan);
  PickMirrors(plan, of_copies);
}

// Empty: the request's own authority stays.
std::string_view Call::NewHost(const snapshot::Plan& plan, const snapshot::Host& host) {
  using Type = model::HostRewrite::Type;
  const model::HostRewrite& rewrite = *plan.host;
  switch (rewrite.type) {
    case Type::kLiteral:
      return rewrite.value;
    case Type::kEndpoint:
      return host.endpoint.hostname;
    case Type::kHeader:
      return w_->scratch.Copy(FirstValue(rewrite.value));
    case Type::kPathRegex:
      break;
  }
  w_->text.clear();
  mutate::AppendHostOfPath(*plan.host_pattern, rewrite.value, w_->view.path(), &w_->text);
  return w_->scratch.Copy(w_->text);
}

// Of the first field line, if the header came in several; `name` is in lower case.
std::string_view Call::FirstValue(std::string_view name) const {
  for (const Header& line : request_.headers) {
    if (base::EqualIgnoreCase(line.name, name)) return line.value;
  }
  return w_->view.Header(name).value_or("");
}

// As Envoy does: behind what x-forwarded-host says already, unless it says that last.
void Call::KeepOldHost(std::string_view host) {
  constexpr std::string_view kName = "x-forwarded-host";
  if (host.empty()) return;
  w_->edits.Start(out_->request.edits);
  if (!w_->edits.Touches(kName)) {
    std::string_view known = w_->view.Header(kName).value_or("");
    known.remove_prefix(known.rfind(',') + 1);  // all of it if there is none
    known.remove_prefix(std::min(known.find_first_not_of(" \t"), known.size()));
    if (known == host) return;
  }
  w_->edits.Add(kName, host);
  out_->request.edits = w_->edits.Finish();
}

void Call::PickAgain() {
  const uint32_t index = snapshot_.UpstreamOf(failed_->cluster);
  Decision known;
  if (index != model::kNoUpstream) snapshot::Describe(snapshot_.model().upstreams[index], &known);
  Start(known);
  if (index == model::kNoUpstream || GoTo(snapshot_.ClusterOf(index)) == nullptr) {
    Start({.cluster = known.cluster});
    Fail(503, "NoEndpoints", out_);
  }
}

// Null if there is no endpoint.
const snapshot::Host* Call::GoTo(const snapshot::Cluster& cluster) {
  const snapshot::Host* host = PickHost(cluster);
  if (host == nullptr) return nullptr;
  out_->verdict = Verdict::kForward;
  out_->endpoint = host->endpoint;
  if (host->tls != nullptr) {
    out_->transport.tls = 1;
    out_->transport.sni = host->tls->sni;
    out_->transport.verify = host->tls->verify;
  }
  out_->ticket = TicketFor(cluster, *host);
  return host;
}

const snapshot::Host* Call::PickHost(const snapshot::Cluster& cluster) {
  if (cluster.policy == nullptr) return nullptr;
  balance::PickState* state = &picks_[cluster.slot.slot];
  if (peeks()) w_->undo.push_back({cluster.slot.slot, *state});
  if (state->cluster != cluster.slot.generation) {
    // The first pick, or the slot belonged to a cluster that is gone.
    *state = {.sequence = w_->random.Next(), .cluster = cluster.slot.generation};
  }
  const uint32_t picked = PickUntried(cluster, {state, random_});
  return picked == balance::kNoEndpoint ? nullptr : &snapshot_.HostsOf(cluster)[picked];
}

// Hosts that failed are avoided by identity, not by hope: if the policy insists on one, the next
// host in order that did not fail is taken; if all did, the policy's choice stands.
uint32_t Call::PickUntried(const snapshot::Cluster& cluster, const balance::PickContext& context) {
  constexpr int kDraws = 4;
  uint32_t picked = cluster.policy->Pick(context);
  if (failed_ == nullptr || picked == balance::kNoEndpoint) return picked;
  const std::span<const snapshot::Host> hosts = snapshot_.HostsOf(cluster);
  const auto tried = [&](uint32_t i) { return failed_->WasTried(hosts[i].slot.slot); };
  for (int draw = 1; draw < kDraws && tried(picked); ++draw) picked = cluster.policy->Pick(context);
  for (uint32_t i = 0; i < cluster.host_count; ++i) {
    const uint32_t next = (picked + i) % cluster.host_count;
    if (!tried(next)) return next;
  }
  return picked;
}

Ticket Call::TicketFor(const snapshot::Cluster& cluster, const snapshot::Host& host) const {
  if (peeks()) return {};
  // Without a request no rule was asked, and the backend is still that of the failed try.
  const uint32_t backend = found_.rule == nullptr && failed_ != nullptr
                               ? failed_->backend
                               : balance::TicketData::BackendOf(out_->backend.index);
  balance::TicketData data{.host = host.slot, .cluster = cluster.slot, .backend = backend};
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
    if (plan.path_pattern != nullptr) {
      mutate::AppendReplacedMatches(*plan.path_pattern, plan.path->value, path, &w_->text);
    } else {
      mutate::AppendRewrittenPath(*plan.path, found_.match->path, path, &w_->text);
    }
  }
  // A '?' can only come from a replacement, which then brings a query of its own.
  if (w_->text.find('?') == std::string::npos) w_->text += query;
  return w_->scratch.Copy(w_->text);
}

std::string_view Call::AuthorityOf(const model::Mirror& mirror, std::string_view authority) {
  if (!mirror.authority.empty()) return mirror.authority;
  if (!mirror.appends_shadow || authority.empty()) return authority;
  w_->text.clear();
  mutate::AppendShadowHost(authority, &w_->text);
  return w_->scratch.Copy(w_->text);
}

// A copy is sent once, with the first try.
void Call::PickMirrors(const snapshot::Plan& plan, std::string_view authority) {
  if (plan.mirrors.empty() || failed_ != nullptr) return;
  w_->mirrors.clear();
  // The request's own bytes may move when the call is over.
  if (authority.data() == request_.authority.data()) authority = w_->scratch.Copy(authority);
  for (const model::Mirror* mirror : plan.mirrors) {
    const bool always = mirror->numerator >= mirror->denominator;
    if (!always && random_->Below(mirror->denominator) >= mirror->numerator) continue;
    const snapshot::Cluster& cluster = snapshot_.ClusterOf(mirror->target.upstream);
    const snapshot::Host* host = PickHost(cluster);
    if (host == nullptr) continue;
    w_->mirrors.push_back({snapshot::RefOf(mirror->target, 0), host->endpoint,
                           AuthorityOf(*mirror, authority), TicketFor(cluster, *host)});
  }
  out_->mirrors = w_->scratch.CopyList(w_->mirrors);
}

}  // namespace kgw::router
