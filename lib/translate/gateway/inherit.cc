#include "translate/gateway/inherit.h"

#include <memory>
#include <string_view>
#include <utility>

#include "base/strings.h"
#include "kgw/schema/http_route.pb.h"

namespace kgw::translate::gateway {
namespace {

using base::Cat;
using model::Action;

constexpr std::string_view kPriority[] = {"kgateway.dev/inherited-policy-priority",
                                          "delegation.kgateway.dev/inherited-policy-priority"};
constexpr std::string_view kOverrides = "delegation.gateway.solo.io/enable-policy-overrides";

// In the order of kFields below.
enum Field : FieldSet {
  kRequestHeaders = 1 << 0,
  kResponseHeaders = 1 << 1,
  kPath = 1 << 2,
  kHost = 1 << 3,
  kCors = 1 << 4,
  kMirrors = 1 << 5,
  kRequestTimeout = 1 << 6,
  kBackendTimeout = 1 << 7,
  kRetry = 1 << 8,
  kOldHost = 1 << 9,
};

// A parent's prefix rewrite applies to the child's match, of whatever type that is.
void CopyPath(const Action& from, Action* to) {
  to->filters.path = from.filters.path;
  if (to->filters.path && to->filters.path->type == model::PathRewrite::Type::kPrefix) {
    to->filters.path->type = model::PathRewrite::Type::kMatchedPath;
  }
}

struct FieldRow {
  std::string_view words;  // for people
  bool (*is_set)(const Action&);
  void (*copy)(const Action& from, Action* to);
};

constexpr FieldRow kFields[] = {
    {"request headers", [](const Action& a) { return !a.filters.request.empty(); },
     [](const Action& from, Action* to) { to->filters.request = from.filters.request; }},
    {"response headers", [](const Action& a) { return !a.filters.response.empty(); },
     [](const Action& from, Action* to) { to->filters.response = from.filters.response; }},
    {"path rewrite", [](const Action& a) { return a.filters.path.has_value(); }, CopyPath},
    {"host rewrite", [](const Action& a) { return a.filters.host.has_value(); },
     [](const Action& from, Action* to) { to->filters.host = from.filters.host; }},
    {"CORS", [](const Action& a) { return a.filters.cors.has_value(); },
     [](const Action& from, Action* to) { to->filters.cors = from.filters.cors; }},
    {"mirrors", [](const Action& a) { return !a.filters.mirrors.empty(); },
     [](const Action& from, Action* to) { to->filters.mirrors = from.filters.mirrors; }},
    {"request timeout", [](const Action& a) { return a.timeouts.request.has_value(); },
     [](const Action& from, Action* to) { to->timeouts.request = from.timeouts.request; }},
    {"backend timeout", [](const Action& a) { return a.timeouts.backend_request.has_value(); },
     [](const Action& from, Action* to) {
       to->timeouts.backend_request = from.timeouts.backend_request;
     }},
    {"retries", [](const Action& a) { return a.retry.has_value(); },
     [](const Action& from, Action* to) { to->retry = from.retry; }},
    {"x-forwarded-host", [](const Action& a) { return a.filters.keeps_old_host; },
     [](const Action& from, Action* to) {
       to->filters.keeps_old_host = from.filters.keeps_old_host;
     }},
};

constexpr FieldSet kAllFields = (FieldSet{1} << std::size(kFields)) - 1;

// A filter sets all of its fields, the empty ones too.
FieldSet FieldsOf(const schema::gateway::HTTPRouteFilter& filter) {
  if (filter.type() == "RequestHeaderModifier") return kRequestHeaders;
  if (filter.type() == "ResponseHeaderModifier") return kResponseHeaders;
  if (filter.type() == "URLRewrite" || filter.type() == "RequestRedirect") return kPath | kHost;
  if (filter.type() == "RequestMirror") return kMirrors;
  if (filter.type() == "CORS") return kCors;
  return 0;
}

// Of an option of RouteOption by its name in lower case.
FieldSet FieldsOf(std::string_view word) {
  if (word == "headermanipulation") return kRequestHeaders | kResponseHeaders;
  if (word == "prefixrewrite" || word == "regexrewrite") return kPath;
  if (word == "appendxforwardedhost") return kOldHost;
  if (word == "autohostrewrite" || word.starts_with("hostrewrite")) return kHost;
  if (word == "cors") return kCors;
  if (word == "shadowing") return kMirrors;
  if (word == "timeout") return kRequestTimeout;
  if (word == "retries") return kRetry | kBackendTimeout;  // it has perTryTimeout
  return 0;
}

FieldSet ReadOverrides(const Context& context, const config::Resource& route,
                       std::string_view list) {
  FieldSet out = 0;
  while (true) {
    const size_t comma = list.find(',');
    std::string word = base::Lower(list.substr(0, comma));
    std::erase(word, ' ');
    const FieldSet fields = word == "*" ? kAllFields : FieldsOf(word);
    if (fields == 0) {
      context.Warn(route, Cat("metadata.annotations.", kOverrides), "UnsupportedValue",
                   Cat("\"", word, "\" is no field that a child could override"));
    }
    out |= fields;
    if (comma == std::string_view::npos) return out;
    list.remove_prefix(comma + 1);
  }
}

bool ReadPriority(const Context& context, const config::Resource& route, std::string_view key,
                  const std::string& value) {
  const bool parent = value == "ShallowMergePreferParent" || value == "DeepMergePreferParent";
  const bool child = value == "ShallowMergePreferChild" || value == "DeepMergePreferChild";
  const std::string path = Cat("metadata.annotations.", key);
  if (!parent && !child) {
    context.Warn(route, path, "UnsupportedValue",
                 Cat("\"", value,
                     "\" is unknown, expected ShallowMergePreferChild or "
                     "ShallowMergePreferParent: the child's policies win"));
  } else if (value.starts_with("Deep")) {
    context.Warn(route, path, "NotActedOn",
                 "kgw merges policies field by field: Deep is taken for Shallow");
  }
  return parent;
}

// The options in effect: the parent's for the fields that were taken over, the child's otherwise.
void InheritSources(const Action& parent, FieldSet taken, Action* child) {
  const std::vector<model::OptionSource> none;
  auto out = std::make_shared<std::vector<model::OptionSource>>();
  for (const model::OptionSource& own : child->options ? *child->options : none) {
    const FieldSet fields = FieldsOf(base::Lower(own.option));
    if (fields == 0 || (fields & ~taken) != 0) out->push_back(own);
  }
  for (const model::OptionSource& from : parent.options ? *parent.options : none) {
    if ((FieldsOf(base::Lower(from.option)) & taken) != 0) out->push_back(from);
  }
  child->options = std::move(out);
}

}  // namespace

FieldSet FieldsOf(const schema::gateway::HTTPRouteRule& rule,
                  const schema::gloo::RouteOptions& options, const Action& action) {
  FieldSet out = 0;
  for (size_t i = 0; i < std::size(kFields); ++i) {
    if (kFields[i].is_set(action)) out |= FieldSet{1} << i;
  }
  for (const auto& filter : rule.filters()) out |= FieldsOf(filter);
  if (rule.has_timeouts()) out |= kRequestTimeout | kBackendTimeout;
  if (options.has_headermanipulation()) out |= kRequestHeaders | kResponseHeaders;
  if (options.has_hostrewrite() || options.has_autohostrewrite()) out |= kHost;
  if (options.has_prefixrewrite()) out |= kPath;
  if (options.has_cors()) out |= kCors;
  if (options.has_shadowing()) out |= kMirrors;
  if (options.has_retries()) out |= kRetry;
  if (options.has_appendxforwardedhost()) out |= kOldHost;
  return out;
}

Inheritance InheritanceOf(const Context& context, const config::Resource& route) {
  const auto& annotations = route.As<schema::gateway::HTTPRoute>().metadata().annotations();
  Inheritance out;
  for (const std::string_view key : kPriority) {
    const auto it = annotations.find(std::string(key));
    if (it == annotations.end()) continue;
    out.parent_wins = ReadPriority(context, route, key, it->second);
    break;
  }
  const auto overrides = annotations.find(std::string(kOverrides));
  if (overrides != annotations.end()) {
    out.child_keeps = ReadOverrides(context, route, overrides->second);
  }
  return out;
}

void Inherit(const Action& parent, FieldSet parent_fields, const Inheritance& inheritance,
             const std::string& name, model::Rule* rule, FieldSet* fields) {
  FieldSet kept = *fields;
  if (inheritance.parent_wins) kept &= inheritance.child_keeps;
  // A redirect answers by itself: there is no request to a backend that could be rewritten.
  if (rule->action.filters.redirect) kept |= kPath | kHost | kMirrors;
  std::vector<std::string> words;
  FieldSet taken = 0;
  for (size_t i = 0; i < std::size(kFields); ++i) {
    const FieldSet field = FieldSet{1} << i;
    if ((parent_fields & field) == 0 || (kept & field) != 0) continue;
    kFields[i].copy(parent, &rule->action);
    words.emplace_back(kFields[i].words);
    taken |= field;
  }
  const bool has_options = rule->action.options != nullptr || parent.options != nullptr;
  if (taken != 0 && has_options) InheritSources(parent, taken, &rule->action);
  *fields |= parent_fields;
  // Requests never get past a filter that could not be resolved.
  if (rule->action.fail_reason.empty() && !parent.fail_reason.empty()) {
    rule->action.fail_reason = parent.fail_reason;
    rule->action.fail_status = parent.fail_status;
    words.emplace_back(parent.fail_reason);
  }
  if (!words.empty()) rule->inherited.push_back(Cat(base::JoinWords(words), " from ", name));
}

}  // namespace kgw::translate::gateway
