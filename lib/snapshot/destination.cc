#include "snapshot/destination.h"

#include <utility>

namespace kgw::snapshot {
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

void Redirect(const Plan& plan, Decision* out) {
  out->verdict = Verdict::kRedirect;
  out->response.status = plan.redirect->status;
  if (plan.response != nullptr) out->response.edits = plan.response->view();
}

void Invoke(const model::Invocation& invocation, Decision* out) {
  out->request.method = invocation.method;
  out->request.authority = invocation.authority;
  out->request.path = invocation.target;
  out->changed = Decision::kAuthority | Decision::kPath;
  if (!invocation.method.empty()) out->changed |= Decision::kMethod;
}

void Forward(const model::Action& action, const model::Upstream& upstream, const Plan& plan,
             Decision* out) {
  out->verdict = Verdict::kForward;
  Describe(upstream, out);
  out->timeouts = {action.timeouts.request.value_or(kUnset),
                   action.timeouts.backend_request.value_or(kUnset)};
  if (action.retry) {
    out->retry = {action.retry->codes, action.retry->backoff_ms.value_or(kUnset),
                  action.retry->attempts};
  }
  if (plan.request != nullptr) out->request.edits = plan.request->view();
  if (plan.response != nullptr) out->response.edits = plan.response->view();
  if (plan.invocation != nullptr) Invoke(*plan.invocation, out);
}

Destination ToItself(const model::Action& action, const Decision& named) {
  Destination to{.decision = named};
  if (!action.fail_reason.empty()) {
    Fail(action.fail_status, action.fail_reason, &to.decision);
    return to;
  }
  to.plan = ComposePlan(action.filters, nullptr);
  if (to.plan.redirect != nullptr) {
    Redirect(to.plan, &to.decision);
  } else {
    Fail(500, action.backends.empty() ? "NoBackends" : "ZeroWeight", &to.decision);
  }
  return to;
}

Destination ToBackend(const model::Model& model, const model::Action& action,
                      const model::Backend& backend, const Decision& named) {
  Destination to{
      .plan = ComposePlan(action.filters, &backend.filters, backend.target.invocation.get()),
      .decision = named};
  if (to.plan.redirect != nullptr) {
    Redirect(to.plan, &to.decision);
    return to;
  }
  to.decision.backend = RefOf(backend.target, backend.index);
  if (!backend.target.reason.empty()) {
    Fail(500, backend.target.reason, &to.decision);
    return to;
  }
  to.upstream = backend.target.upstream;
  Forward(action, model.upstreams[to.upstream], to.plan, &to.decision);
  return to;
}

}  // namespace

RulePlan CompileRule(const model::Model& model, const model::Route& route, const model::Rule& rule,
                     std::vector<Destination>* destinations) {
  const model::Action& action = rule.action;
  Decision named;
  named.route = {route.kind, route.namespace_, route.name, rule.name,
                 static_cast<uint32_t>(&rule - route.rules.data())};
  std::vector<uint32_t> weights;
  if (action.fail_reason.empty() && !action.filters.redirect) {
    for (const model::Backend& backend : action.backends) weights.push_back(backend.weight);
  }
  RulePlan plan{balance::Split(weights), static_cast<uint32_t>(destinations->size())};
  if (plan.split.total() == 0) {
    destinations->push_back(ToItself(action, named));
    return plan;
  }
  for (const model::Backend& backend : action.backends) {
    destinations->push_back(ToBackend(model, action, backend, named));
  }
  return plan;
}

BackendRef RefOf(const model::BackendTarget& target, uint32_t index) {
  return {target.group,    target.kind, target.namespace_, target.name,
          target.function, index,       target.port};
}

void Fail(uint16_t status, std::string_view reason, Decision* out) {
  out->verdict = Verdict::kError;
  out->response.status = status;
  out->reason = reason;
}

void Describe(const model::Upstream& upstream, Decision* out) {
  out->cluster = upstream.cluster;
  out->transport.protocol = ProtocolOf(upstream.protocol);
}

}  // namespace kgw::snapshot
