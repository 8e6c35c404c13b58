#include "translate/policy/route_option.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

#include "base/strings.h"
#include "translate/policy/retries.h"

namespace kgw::translate::policy {
namespace {

using base::Cat;
using schema::gloo::HeaderManipulation;
using schema::gloo::HeaderValueOption;
using schema::gloo::RouteOption;
using schema::gloo::RouteOptions;
using HeaderList = google::protobuf::RepeatedPtrField<HeaderValueOption>;

constexpr std::string_view kPathRewrites[] = {"prefixRewrite", "regexRewrite"};
constexpr std::string_view kHostRewrites[] = {"hostRewrite", "autoHostRewrite", "hostRewriteHeader",
                                              "hostRewritePathRegex"};

// Envoy's order: removals first, then additions one by one; append false overwrites what stands
// there, earlier additions included.
template <typename Removals>
model::HeaderEdits MakeEdits(const HeaderList& headers, const Removals& removals) {
  model::HeaderEdits out;
  for (const auto& name : removals) out.remove.push_back(base::Lower(name));
  for (const HeaderValueOption& option : headers) {
    if (!option.has_header()) continue;  // its value is a Secret's
    const std::string name = base::Lower(option.header().key());
    if (!option.append()) {
      const auto same = [&](const model::HeaderLine& line) { return line.first == name; };
      std::erase_if(out.add, same);
      std::erase_if(out.set, same);
    }
    (option.append() ? out.add : out.set).emplace_back(name, option.header().value());
  }
  return out;
}

model::Cors MakeCors(const schema::gloo::CorsPolicy& cors) {
  model::Cors out;
  for (const std::string& origin : cors.alloworigin()) {
    (origin == "*" ? out.allow_origins : out.exact_origins).push_back(origin);
  }
  out.origin_patterns.assign(cors.alloworiginregex().begin(), cors.alloworiginregex().end());
  out.allow_credentials = cors.allowcredentials();
  out.allow_methods.assign(cors.allowmethods().begin(), cors.allowmethods().end());
  out.allow_headers.assign(cors.allowheaders().begin(), cors.allowheaders().end());
  out.expose_headers.assign(cors.exposeheaders().begin(), cors.exposeheaders().end());
  out.max_age = cors.maxage();
  return out;
}

// The options in effect -> one rule.
class Applier {
 public:
  Applier(const Context& context, const Effective& effective, upstream::Backends* backends,
          model::Action* action)
      : context_(context),
        effective_(effective),
        options_(effective.Read<RouteOptions>()),
        backends_(backends),
        action_(action) {}

  RouteOptions Apply();

 private:
  void ApplyHeaders();
  void ApplyPath();
  void ApplyHost();
  void ApplyTimeouts();
  void ApplyCors();
  void ApplyShadowing();
  bool NeedsForward(std::string_view option);
  bool MayRewrite(std::span<const std::string_view> options);
  void WriteSources();
  void Overrule(std::span<const std::string_view> options) {
    overruled_.insert(overruled_.end(), options.begin(), options.end());
  }

  const Context& context_;
  const Effective& effective_;
  const RouteOptions options_;
  upstream::Backends* backends_;
  model::Action* action_;
  std::vector<std::string_view> overruled_;  // options that a filter of the rule wins over
};

RouteOptions Applier::Apply() {
  ApplyHeaders();
  ApplyPath();
  ApplyHost();
  ApplyTimeouts();
  ApplyCors();
  ApplyShadowing();
  WriteSources();
  return options_;
}

void Applier::ApplyHeaders() {
  if (!options_.has_headermanipulation()) return;
  const HeaderManipulation& headers = options_.headermanipulation();
  action_->filters.request =
      MakeEdits(headers.requestheaderstoadd(), headers.requestheaderstoremove());
  action_->filters.response =
      MakeEdits(headers.responseheaderstoadd(), headers.responseheaderstoremove());
}

void Applier::ApplyPath() {
  using Type = model::PathRewrite::Type;
  if (!MayRewrite(kPathRewrites)) return;
  std::optional<model::PathRewrite>& path = action_->filters.path;
  if (path) {
    Overrule(kPathRewrites);
  } else if (!options_.prefixrewrite().empty()) {
    path = {.type = Type::kMatchedPath, .value = options_.prefixrewrite(), .pattern = {}};
  } else if (options_.has_regexrewrite()) {
    const auto& rewrite = options_.regexrewrite();
    path = {Type::kRegex, rewrite.substitution(), rewrite.pattern().regex()};
  }
}

void Applier::ApplyHost() {
  using Type = model::HostRewrite::Type;
  std::optional<model::HostRewrite>& host = action_->filters.host;
  action_->filters.keeps_old_host = options_.appendxforwardedhost();
  if (!MayRewrite(kHostRewrites)) return;
  if (host) {
    Overrule(kHostRewrites);
  } else if (!options_.hostrewrite().empty()) {
    host = {Type::kLiteral, options_.hostrewrite(), {}};
  } else if (options_.autohostrewrite()) {
    host = {Type::kEndpoint, {}, {}};
  } else if (options_.has_hostrewriteheader()) {
    host = {Type::kHeader, base::Lower(options_.hostrewriteheader()), {}};
  } else if (options_.has_hostrewritepathregex()) {
    const auto& rewrite = options_.hostrewritepathregex();
    host = {Type::kPathRegex, rewrite.substitution(), rewrite.pattern().regex()};
  }
}

void Applier::ApplyTimeouts() {
  if (options_.has_timeout()) action_->timeouts.request = options_.timeout().milliseconds();
  if (!options_.has_retries()) return;
  action_->retry = MakeRetry(options_.retries());
  if (options_.retries().has_pertrytimeout()) {
    action_->timeouts.backend_request = options_.retries().pertrytimeout().milliseconds();
  }
}

void Applier::ApplyCors() {
  if (!options_.has_cors() || !NeedsForward("cors")) return;
  action_->filters.cors.reset();
  if (!options_.cors().disableforroute()) action_->filters.cors = MakeCors(options_.cors());
}

// One that cannot be resolved is dropped; the request itself is not hurt.
void Applier::ApplyShadowing() {
  if (!options_.has_shadowing() || !NeedsForward("shadowing")) return;
  const auto& shadowing = options_.shadowing();
  constexpr double kParts = 1e7;  // of a percent, so that usual fractions are exact
  model::Mirror mirror;
  mirror.numerator = static_cast<uint32_t>(std::llround(shadowing.percentage() * kParts));
  mirror.denominator = static_cast<uint32_t>(100 * kParts);
  action_->filters.mirrors.clear();
  if (mirror.numerator == 0) return;
  upstream::Reference reference{"gloo.solo.io",
                                "Upstream",
                                shadowing.upstream().name(),
                                shadowing.upstream().namespace_(),
                                {}};
  std::string message;
  mirror.target = backends_->Resolve(reference, *effective_.SourceOf("shadowing"),
                                     "spec.options.shadowing.upstream", &message);
  if (!mirror.target.reason.empty()) return;
  mirror.authority = shadowing.hostrewriteliteral();
  mirror.appends_shadow = !shadowing.disableshadowhostsuffixappend();
  action_->filters.mirrors.push_back(std::move(mirror));
}

bool Applier::NeedsForward(std::string_view option) {
  if (!action_->filters.redirect) return true;
  context_.Warn(*effective_.SourceOf(option), Cat("spec.options.", option), "IncompatibleFilters",
                Cat("a rule that redirects cannot use ", option, ": it does nothing there"));
  overruled_.push_back(option);
  return false;
}

// Of the options those that are set are looked at.
bool Applier::MayRewrite(std::span<const std::string_view> options) {
  bool may = true;
  for (const std::string_view option : options) {
    if (effective_.SourceOf(option) != nullptr) may &= NeedsForward(option);
  }
  return may;
}

void Applier::WriteSources() {
  action_->options = effective_.Sources();
  if (overruled_.empty() || action_->options == nullptr) return;
  std::vector<model::OptionSource> left = *action_->options;
  std::erase_if(left, [&](const model::OptionSource& source) {
    return std::find(overruled_.begin(), overruled_.end(), source.option) != overruled_.end();
  });
  action_->options = std::make_shared<const std::vector<model::OptionSource>>(std::move(left));
}

}  // namespace

PolicyKind RouteOptionKind() {
  return {&KindOf<RouteOption>(),
          "spec.options",
          [](const config::Resource& object) -> const google::protobuf::MessageLite& {
            return object.As<RouteOption>().spec().options();
          },
          [](const config::Resource& object) -> const TargetRefs& {
            return object.As<RouteOption>().spec().targetrefs();
          },
          {{std::begin(kPathRewrites), std::end(kPathRewrites)},
           {std::begin(kHostRewrites), std::end(kHostRewrites)}}};
}

RouteOptions ApplyRouteOptions(const Context& context, const config::Resource& route,
                               const Objects& refs, upstream::Backends* backends,
                               model::Action* action) {
  const Effective& effective = context.route_options->For(route, refs);
  if (effective.empty()) return {};
  return Applier(context, effective, backends, action).Apply();
}

}  // namespace kgw::translate::policy
