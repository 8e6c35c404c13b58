#include "translate/gateway/http_rule.h"

#include <algorithm>
#include <optional>

#include "base/regex.h"
#include "base/strings.h"
#include "http/path.h"
#include "kgw/schema/http_route.pb.h"
#include "translate/gateway/filters.h"
#include "translate/policy/route_option.h"

namespace kgw::translate::gateway {
namespace {

using base::Cat;
using schema::gateway::HTTPRoute;
using schema::gateway::HTTPRouteMatch;
using schema::gateway::HTTPRouteRule;

// Exact and PathPrefix values are normalised as requests are; a pattern is taken as written.
// Nothing for an unknown type or a pattern that does not compile: such a match matches nothing.
std::optional<model::PathMatch> MakePath(const schema::gateway::HTTPPathMatch& path,
                                         http::Normalization mode) {
  std::string scratch;
  if (path.type() == "RegularExpression") {
    if (!base::Regex(path.value()).ok()) return std::nullopt;
    return model::PathMatch{model::PathType::kRegularExpression, path.value()};
  }
  const std::string_view value = http::NormalizePath(path.value(), mode, &scratch);
  if (path.type() == "Exact") {
    return model::PathMatch{model::PathType::kExact, std::string(value)};
  }
  if (path.type() != "PathPrefix") return std::nullopt;
  return model::PathMatch{model::PathType::kPathPrefix, std::string(http::TrimPrefixValue(value))};
}

bool IsKnownMethod(const HTTPRouteMatch& match) {
  static constexpr std::string_view kMethods[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                                  "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  if (!match.has_method()) return true;
  for (const std::string_view method : kMethods) {
    if (match.method() == method) return true;
  }
  return false;
}

// False if the type is unknown or the pattern does not compile.
template <typename Match>
bool AddValueMatch(const Match& match, bool lower_name, std::vector<model::ValueMatch>* out) {
  const bool regex = match.type() == "RegularExpression";
  if (!regex && match.type() != "Exact") return false;
  if (regex && !base::Regex(match.value()).ok()) return false;
  const std::string name = lower_name ? base::Lower(match.name()) : match.name();
  for (const model::ValueMatch& earlier : *out) {
    if (earlier.name == name) return true;  // of equivalent names the first counts
  }
  out->push_back({name, match.value(), regex});
  return true;
}

std::optional<model::Match> MakeMatch(const HTTPRouteMatch& match, uint32_t index,
                                      http::Normalization mode) {
  model::Match out;
  out.index = index;
  const auto path = MakePath(match.path(), mode);
  if (!path || !IsKnownMethod(match)) return std::nullopt;
  out.path = *path;
  out.method = match.method();
  for (const auto& header : match.headers()) {
    if (!AddValueMatch(header, true, &out.headers)) return std::nullopt;
  }
  for (const auto& parameter : match.queryparams()) {
    if (!AddValueMatch(parameter, false, &out.query)) return std::nullopt;
  }
  return out;
}

model::Retry MakeRetry(const schema::gateway::HTTPRouteRetry& retry) {
  model::Retry out;
  if (retry.has_attempts()) out.attempts = static_cast<uint32_t>(retry.attempts());
  for (const int32_t code : retry.codes()) out.codes.push_back(static_cast<uint16_t>(code));
  std::sort(out.codes.begin(), out.codes.end());
  out.codes.erase(std::unique(out.codes.begin(), out.codes.end()), out.codes.end());
  if (retry.has_backoff()) out.backoff_ms = retry.backoff().milliseconds();
  return out;
}

class RuleTranslator {
 public:
  RuleTranslator(const Context& context, const config::Resource& route,
                 upstream::Backends* backends, TranslatedRules* out)
      : context_(context), route_(route), backends_(backends), out_(out) {}

  void Add(const HTTPRouteRule& rule, const std::string& path);

 private:
  void AddMatches(const HTTPRouteRule& rule, model::Rule* out) const;
  void AddAction(const HTTPRouteRule& rule, const std::string& path, model::Action* out,
                 RuleNotes* notes);
  model::Backend MakeBackend(const schema::gateway::HTTPBackendRef& ref, uint32_t index,
                             const std::string& path,
                             const std::vector<model::Mirror>& rule_mirrors);
  void Note(const Trouble& trouble) {
    if (trouble && !out_->unresolved) out_->unresolved = trouble;
  }

  const Context& context_;
  const config::Resource& route_;
  upstream::Backends* backends_;
  TranslatedRules* out_;
};

void RuleTranslator::AddMatches(const HTTPRouteRule& rule, model::Rule* out) const {
  const http::Normalization mode = context_.options().path_normalization;
  for (int i = 0; i < rule.matches_size(); ++i) {
    auto match = MakeMatch(rule.matches(i), static_cast<uint32_t>(i), mode);
    if (match) out->matches.push_back(std::move(*match));
  }
  if (rule.matches().empty()) out->matches.emplace_back();  // an empty list matches everything
}

model::Backend RuleTranslator::MakeBackend(const schema::gateway::HTTPBackendRef& ref,
                                           uint32_t index, const std::string& path,
                                           const std::vector<model::Mirror>& rule_mirrors) {
  std::string message;
  model::Backend out;
  out.index = index;
  out.weight = static_cast<uint32_t>(ref.weight());
  out.target = backends_->Resolve(ref, route_, path, &message);
  if (!out.target.reason.empty()) Note({out.target.reason, message});
  TranslatedFilters filters =
      TranslateFilters(context_, ref.filters(), route_, Cat(path, ".filters"), false, backends_);
  Note(filters.unresolved);
  if (out.target.reason.empty()) out.target.reason = filters.fail_reason;
  // Not even a redirect beside it hides a filter that is not there.
  if (!filters.fail_reason.empty()) filters.filters.redirect.reset();
  out.filters = std::move(filters.filters);
  const bool mirrors = !rule_mirrors.empty() || !out.filters.mirrors.empty();
  if (out.target.invocation != nullptr && mirrors) {
    context_.Warn(route_, path, "IncompatibleFilters",
                  "what is sent to a function is not mirrored: it may carry the function's key");
  }
  return out;
}

void RuleTranslator::AddAction(const HTTPRouteRule& rule, const std::string& path,
                               model::Action* out, RuleNotes* notes) {
  if (rule.timeouts().has_request()) {
    out->timeouts.request = rule.timeouts().request().milliseconds();
  }
  if (rule.timeouts().has_backendrequest()) {
    out->timeouts.backend_request = rule.timeouts().backendrequest().milliseconds();
  }
  if (rule.has_retry()) out->retry = MakeRetry(rule.retry());
  TranslatedFilters filters =
      TranslateFilters(context_, rule.filters(), route_, Cat(path, ".filters"), true, backends_);
  Note(filters.unresolved);
  out->filters = std::move(filters.filters);
  out->fail_reason = filters.fail_reason;
  const auto options = policy::ApplyRouteOptions(context_, route_, filters.options, backends_, out);
  notes->fields = FieldsOf(rule, options, *out);
  for (int i = 0; i < rule.backendrefs_size(); ++i) {
    if (IsDelegation(rule.backendrefs(i))) {
      notes->delegates.push_back(i);
      continue;
    }
    out->backends.push_back(MakeBackend(rule.backendrefs(i), static_cast<uint32_t>(i),
                                        Cat(path, ".backendRefs[", std::to_string(i), "]"),
                                        out->filters.mirrors));
  }
}

void RuleTranslator::Add(const HTTPRouteRule& rule, const std::string& path) {
  model::Rule out;
  RuleNotes notes;
  out.name = rule.name();
  AddMatches(rule, &out);
  if (const config::InvalidUnit* invalid = route_.FindInvalid(path)) {
    if (out_->dropped++ == 0) out_->first_drop = {"UnsupportedValue", invalid->message};
    out.action.fail_reason = "DroppedRule";
    if (context_.options().dropped_rule_skip) out.matches.clear();
  } else {
    AddAction(rule, path, &out.action, &notes);
  }
  out_->rules.push_back(std::move(out));
  out_->notes.push_back(std::move(notes));
}

}  // namespace

bool IsDelegation(const schema::gateway::HTTPBackendRef& ref) {
  if (ref.kind() == "HTTPRoute") return ref.group() == "gateway.networking.k8s.io";
  return ref.kind() == "label" &&
         (ref.group() == "delegation.gateway.solo.io" || ref.group() == "delegation.kgateway.dev");
}

TranslatedRules TranslateRules(const Context& context, const config::Resource& route,
                               upstream::Backends* backends) {
  TranslatedRules out;
  RuleTranslator translator(context, route, backends, &out);
  const auto& spec = route.As<HTTPRoute>().spec();
  for (int i = 0; i < spec.rules_size(); ++i) {
    translator.Add(spec.rules(i), Cat("spec.rules[", std::to_string(i), "]"));
  }
  return out;
}

}  // namespace kgw::translate::gateway
