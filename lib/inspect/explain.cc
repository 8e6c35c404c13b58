#include "inspect/explain.h"

#include "base/strings.h"
#include "http/request_view.h"
#include "inspect/naive_matcher.h"
#include "inspect/rows.h"
#include "kgw/json.h"
#include "router/arrival.h"
#include "router/router.h"

namespace kgw::inspect {
namespace {

using base::Cat;

std::string PredicatesOf(const model::Match& match) {
  std::string out = Cat(PathTypeName(match.path.type), " ", PathText(match.path));
  if (!match.method.empty()) out += Cat(", method ", match.method);
  for (const auto& header : match.headers) out += Cat(", header ", PredicateText(header));
  for (const auto& query : match.query) out += Cat(", query ", PredicateText(query));
  return out;
}

ExplainedCandidate MakeCandidate(const Candidate& candidate, const match::Result& result) {
  ExplainedCandidate out;
  const model::Route& route = *candidate.route;
  out.route = Cat(route.kind, " ", route.namespace_, "/", route.name);
  out.via = route.via;
  out.rule = static_cast<uint32_t>(candidate.rule - route.rules.data());
  out.match = candidate.match->index;
  out.rule_name = candidate.rule->name;
  out.hostname = candidate.hostname->effective.empty() ? "*" : candidate.hostname->effective;
  out.predicates = PredicatesOf(*candidate.match);
  out.matched = candidate.match == result.match;
  out.failed = candidate.failed;
  if (!out.matched && out.failed.empty()) out.failed = "it would match, but comes after the winner";
  return out;
}

std::string NameOf(const BackendRef& backend) {
  std::string out = Cat(backend.kind, " ", backend.namespace_, "/", backend.name);
  if (backend.port != 0) out += Cat(":", std::to_string(backend.port));
  if (!backend.function.empty()) out += Cat(" function ", backend.function);
  return out;
}

void ExplainEdits(std::string_view what, const HeaderEdits& edits, std::vector<std::string>* out) {
  for (const auto name : edits.remove) out->push_back(Cat(what, ": header ", name, " is removed"));
  for (const Header& h : edits.set) {
    out->push_back(Cat(what, ": header ", h.name, " is set to \"", h.value, "\""));
  }
  for (const Header& h : edits.add) {
    out->push_back(Cat(what, ": header ", h.name, " gets one more value, \"", h.value, "\""));
  }
}

void ExplainRetry(const Decision::Retry& retry, std::vector<std::string>* out) {
  if (retry.attempts == 0) return;
  std::string what;
  for (size_t i = 0; i < retry.codes.size(); ++i) {
    const size_t first = i;
    while (i + 1 < retry.codes.size() && retry.codes[i + 1] == retry.codes[i] + 1) ++i;
    what += std::to_string(retry.codes[first]);
    if (i > first) what += Cat(i > first + 1 ? "-" : ", ", std::to_string(retry.codes[i]));
    what += ", ";
  }
  std::string text =
      Cat("at most ", std::to_string(retry.attempts), retry.attempts == 1 ? " retry" : " retries",
          " after ", what, "a connection error or a backend timeout");
  if (retry.backoff_ms != kUnset) {
    text += Cat(", each after ", std::to_string(retry.backoff_ms), " ms");
  }
  out->push_back(std::move(text));
}

void ExplainForward(const Request& request, const Decision& decision,
                    const model::Upstream& upstream, std::vector<std::string>* out) {
  out->push_back(Cat(
      upstream.policy, " picks endpoint ",
      EndpointText(decision.endpoint.address, decision.endpoint.hostname, decision.endpoint.port),
      ", one of ", std::to_string(upstream.endpoints.size()), " of cluster ", upstream.cluster));
  if (decision.request.method != request.method) {
    out->push_back(Cat("the method becomes ", decision.request.method));
  }
  if (decision.request.path != request.path) {
    out->push_back(Cat("the path becomes ", decision.request.path));
  }
  if (decision.request.authority != request.authority) {
    out->push_back(Cat("the authority becomes ", decision.request.authority));
  }
  ExplainEdits("request", decision.request.edits, out);
  ExplainEdits("response", decision.response.edits, out);
  for (const Mirror& mirror : decision.mirrors) {
    out->push_back(Cat("a copy goes to ", NameOf(mirror.backend)));
  }
  ExplainRetry(decision.retry, out);
  if (decision.transport.tls != 0) {
    out->push_back(Cat("TLS to the endpoint with SNI ", decision.transport.sni,
                       decision.transport.verify != 0 ? "" : "; the certificate is not verified"));
  }
}

void ExplainOptions(const match::Result& result, std::vector<std::string>* out) {
  if (result.rule == nullptr || result.rule->action.options == nullptr) return;
  for (const model::OptionSource& source : *result.rule->action.options) {
    out->push_back(Cat("option ", source.option, " is ", source.value, ": ", source.object, ", ",
                       source.file, ":", std::to_string(source.line)));
  }
}

const model::Backend* FindBackend(const match::Result& result, uint32_t index) {
  if (result.rule == nullptr) return nullptr;
  for (const model::Backend& backend : result.rule->action.backends) {
    if (backend.index == index) return &backend;
  }
  return nullptr;
}

void ExplainBackend(const match::Result& result, const BackendRef& chosen,
                    std::vector<std::string>* out) {
  const model::Backend* backend = FindBackend(result, chosen.index);
  if (backend == nullptr || chosen.kind.empty()) return;
  uint64_t total = 0;
  for (const model::Backend& other : result.rule->action.backends) total += other.weight;
  out->push_back(Cat("backend ", std::to_string(chosen.index), " is drawn: ", NameOf(chosen),
                     ", weight ", std::to_string(backend->weight), " of ", std::to_string(total)));
}

void ExplainDelegation(const match::Result& result, std::vector<std::string>* out) {
  if (result.route == nullptr) return;
  for (const std::string& parent : result.route->via) {
    out->push_back(Cat("the rule is delegated to by ", parent));
  }
  for (const std::string& inherited : result.rule->inherited) {
    out->push_back(Cat("inherited: ", inherited));
  }
}

std::vector<std::string> ExplainDecision(const Request& request, const Decision& decision,
                                         const match::Result& result, const model::Model& model) {
  std::vector<std::string> out;
  const std::string status = std::to_string(decision.response.status);
  ExplainDelegation(result, &out);
  ExplainBackend(result, decision.backend, &out);
  switch (decision.verdict) {
    case Verdict::kForward:
      if (const model::Backend* backend = FindBackend(result, decision.backend.index)) {
        ExplainForward(request, decision, model.upstreams[backend->target.upstream], &out);
      }
      break;
    case Verdict::kRedirect:
      out.push_back(Cat("the rule redirects with status ", status));
      ExplainEdits("response", decision.response.edits, &out);
      break;
    case Verdict::kRespond:
      out.push_back("a CORS preflight: answered here, no backend is asked");
      ExplainEdits("response", decision.response.edits, &out);
      break;
    case Verdict::kNoRoute:
      out.push_back("nothing matches: 404");
      break;
    case Verdict::kError:
      out.push_back(Cat("the answer is ", status, ": ", decision.reason));
      break;
    case Verdict::kReject:
      out.push_back(Cat("the connection is closed: ", decision.reason));
      break;
  }
  ExplainOptions(result, &out);
  return out;
}

// Why no rule ever sees the request; empty if the matcher is asked.
std::string_view NeverMatched(const Request& request, const Decision& decision) {
  if (decision.reason == "BadRequest") return "a malformed or oversized request: no rule sees it";
  if (request.protocol == Protocol::kHttp || request.protocol == Protocol::kGrpc) return {};
  return "no listener speaks this protocol yet";
}

}  // namespace

Explanation Explain(const std::shared_ptr<snapshot::SnapshotStore>& store,
                    const match::Options& options, uint64_t seed, const Request& request) {
  Explanation out;
  Decision decision;
  router::Router router(store, seed);
  Request quietly = request;
  quietly.peek = 1;
  router.Route(quietly, &decision);
  // Router and matcher must see the same snapshot, whatever is published meanwhile.
  const auto snapshot = router.Pin();
  out.decision_json = DecisionJson(decision);
  if (!snapshot) return out;
  if (const std::string_view why = NeverMatched(request, decision); !why.empty()) {
    out.listener_steps.emplace_back(why);
    out.decision_steps = ExplainDecision(request, decision, {}, snapshot->model());
    return out;
  }

  std::string sni;
  http::RequestView view;
  view.Reset(request, snapshot->normalization());
  // A preflight is matched by the method it asks for.
  const std::string_view asked = view.Header("access-control-request-method").value_or("");
  const std::string_view method = decision.verdict == Verdict::kRespond && !asked.empty()
                                      ? asked
                                      : std::string_view(request.method);
  const NaiveResult naive =
      MatchNaively(snapshot->model(), options, router::ArrivalOf(request, &sni), view, method);
  out.listener_steps = naive.steps;
  for (const Candidate& candidate : naive.candidates) {
    out.candidates.push_back(MakeCandidate(candidate, naive.result));
  }
  out.decision_steps = ExplainDecision(request, decision, naive.result, snapshot->model());
  return out;
}

}  // namespace kgw::inspect
