#include <algorithm>
#include <set>

#include "base/regex.h"
#include "base/strings.h"
#include "http/hostname.h"
#include "kgw/schema/http_route.pb.h"
#include "translate/gateway/path_rules.h"
#include "translate/gateway/validate.h"

namespace kgw::translate::gateway {
namespace {

using base::Cat;
using schema::gateway::HTTPHeaderFilter;
using schema::gateway::HTTPRoute;
using schema::gateway::HTTPRouteFilter;
using schema::gateway::HTTPRouteRule;
using schema::gateway::ParentReference;
using Filters = google::protobuf::RepeatedPtrField<HTTPRouteFilter>;

constexpr int kMaxMatchesPerRoute = 128;

std::string Item(std::string_view list, int i) { return Cat(list, "[", std::to_string(i), "]"); }

// Checks one rule of a route; knows where it stands.
class RuleChecker {
 public:
  RuleChecker(const HTTPRouteRule& rule, std::string path, config::Checker* checker)
      : rule_(rule), path_(std::move(path)), checker_(checker) {}

  void Check() {
    CheckMatches();
    CheckFilters(rule_.filters(), Cat(path_, ".filters"));
    for (int i = 0; i < rule_.backendrefs_size(); ++i) {
      const auto& backend = rule_.backendrefs(i);
      const std::string path = Item(Cat(path_, ".backendRefs"), i);
      CheckServicePort(backend, path);
      CheckFilters(backend.filters(), Cat(path, ".filters"));
    }
    CheckRedirect();
    CheckTimeouts();
  }

 private:
  void CheckMatches();
  void CheckPattern(bool is_regex, const std::string& pattern, const std::string& path);
  void CheckFilters(const Filters& filters, const std::string& path);
  void CheckFilter(const HTTPRouteFilter& filter, const std::string& path);
  void CheckRepeats(const Filters& filters, const std::string& path);
  void CheckPrefixModifier(const HTTPRouteFilter& filter, const std::string& path);
  void CheckModifier(const HTTPHeaderFilter& modifier, const std::string& path);
  void CheckMirror(const HTTPRouteFilter& filter, const std::string& path);
  void CheckCors(const HTTPRouteFilter& filter, const std::string& path);
  void CheckRedirect();
  void CheckTimeouts();

  template <typename Ref>
  void CheckServicePort(const Ref& ref, const std::string& path) {
    if (!ref.group().empty() || ref.kind() != "Service" || ref.has_port()) return;
    checker_->Reject(path, "MissingField", "a reference to a Service needs a port");
  }

  // The rule has one match, and that is a PathPrefix.
  bool HasOnePrefixMatch() const {
    return rule_.matches_size() == 1 && rule_.matches(0).path().type() == "PathPrefix";
  }

  const HTTPRouteRule& rule_;
  const std::string path_;
  config::Checker* checker_;
};

void RuleChecker::CheckMatches() {
  for (int i = 0; i < rule_.matches_size(); ++i) {
    const auto& match = rule_.matches(i);
    const std::string path = Item(Cat(path_, ".matches"), i);
    CheckPattern(match.path().type() == "RegularExpression", match.path().value(),
                 Cat(path, ".path.value"));
    if (match.path().type() == "Exact" || match.path().type() == "PathPrefix") {
      const std::string problem = CheckPathValue(match.path().value());
      if (!problem.empty()) {
        checker_->Reject(Cat(path, ".path.value"), "InvalidPath",
                         Cat("\"", match.path().value(), "\" can match no request: ", problem));
      }
    }
    for (int h = 0; h < match.headers_size(); ++h) {
      CheckPattern(match.headers(h).type() == "RegularExpression", match.headers(h).value(),
                   Cat(Item(Cat(path, ".headers"), h), ".value"));
    }
    for (int q = 0; q < match.queryparams_size(); ++q) {
      CheckPattern(match.queryparams(q).type() == "RegularExpression", match.queryparams(q).value(),
                   Cat(Item(Cat(path, ".queryParams"), q), ".value"));
    }
  }
}

void RuleChecker::CheckPattern(bool is_regex, const std::string& pattern, const std::string& path) {
  if (!is_regex) return;
  const base::Regex regex(pattern);
  if (regex.ok()) return;
  checker_->Drop(path_, path, "InvalidRegex",
                 Cat("the regular expression does not compile (RE2): ", regex.error()));
}

void RuleChecker::CheckFilters(const Filters& filters, const std::string& path) {
  CheckRepeats(filters, path);
  for (int i = 0; i < filters.size(); ++i) CheckFilter(filters.Get(i), Item(path, i));
}

void RuleChecker::CheckRepeats(const Filters& filters, const std::string& path) {
  const auto count = [&](std::string_view type) {
    return std::count_if(filters.begin(), filters.end(),
                         [&](const HTTPRouteFilter& filter) { return filter.type() == type; });
  };
  for (const std::string_view type : {"RequestHeaderModifier", "ResponseHeaderModifier",
                                      "RequestRedirect", "URLRewrite", "CORS"}) {
    if (count(type) < 2) continue;
    checker_->Reject(path, "DuplicateItem", Cat("a ", type, " filter cannot be repeated"));
  }
  if (count("RequestRedirect") > 0 && count("URLRewrite") > 0) {
    checker_->Reject(path, "IncompatibleFilters",
                     "RequestRedirect and URLRewrite exclude each other");
  }
}

void RuleChecker::CheckFilter(const HTTPRouteFilter& filter, const std::string& path) {
  CheckModifier(filter.requestheadermodifier(), Cat(path, ".requestHeaderModifier"));
  CheckModifier(filter.responseheadermodifier(), Cat(path, ".responseHeaderModifier"));
  CheckPrefixModifier(filter, path);
  if (filter.type() == "ExternalAuth") {
    // Letting the requests through would be worse than not answering them.
    const std::string why = "kgw does not act on ExternalAuth yet: the rule answers 500";
    checker_->MarkInvalid(path_, why);
    checker_->Warn(Cat(path, ".type"), "NotActedOn", why);
  }
  if (filter.has_requestmirror()) CheckMirror(filter, Cat(path, ".requestMirror"));
  if (filter.has_cors()) CheckCors(filter, Cat(path, ".cors"));
}

void RuleChecker::CheckPrefixModifier(const HTTPRouteFilter& filter, const std::string& path) {
  const bool uses = filter.urlrewrite().path().type() == "ReplacePrefixMatch" ||
                    filter.requestredirect().path().type() == "ReplacePrefixMatch";
  if (!uses || HasOnePrefixMatch()) return;
  checker_->Reject(path, "IncompatibleFilters",
                   "replacePrefixMatch needs a rule with exactly one match, of type PathPrefix");
}

// The API server compares the names of one list byte by byte, so "Foo" and "foo" slip through; and
// one action a name is all that is allowed.
void RuleChecker::CheckModifier(const HTTPHeaderFilter& modifier, const std::string& path) {
  std::set<std::string> seen;
  const auto check = [&](const std::string& written, const std::string& at) {
    const std::string name = base::Lower(written);
    if (name == "host") {
      checker_->Drop(path_, at, "UnsupportedValue",
                     "the Host header cannot be modified: use URLRewrite.hostname");
    } else if (!seen.insert(name).second) {
      checker_->Drop(path_, at, "IncompatibleFilters",
                     Cat("a filter has one action for a header, and \"", written, "\" has more"));
    }
  };
  for (int i = 0; i < modifier.set_size(); ++i) {
    check(modifier.set(i).name(), Item(Cat(path, ".set"), i));
  }
  for (int i = 0; i < modifier.add_size(); ++i) {
    check(modifier.add(i).name(), Item(Cat(path, ".add"), i));
  }
  for (int i = 0; i < modifier.remove_size(); ++i) {
    check(modifier.remove(i), Item(Cat(path, ".remove"), i));
  }
}

void RuleChecker::CheckMirror(const HTTPRouteFilter& filter, const std::string& path) {
  const auto& mirror = filter.requestmirror();
  CheckServicePort(mirror.backendref(), Cat(path, ".backendRef"));
  if (mirror.has_percent() && mirror.has_fraction()) {
    checker_->Reject(path, "InvalidUnion", "percent and fraction exclude each other");
  }
  if (mirror.fraction().numerator() > mirror.fraction().denominator() && mirror.has_fraction()) {
    checker_->Reject(Cat(path, ".fraction"), "OutOfRange",
                     "numerator must be less than or equal to denominator");
  }
}

void RuleChecker::CheckCors(const HTTPRouteFilter& filter, const std::string& path) {
  const auto alone = [&](const auto& list, std::string_view name) {
    if (list.size() < 2 || std::find(list.begin(), list.end(), "*") == list.end()) return;
    checker_->Reject(Cat(path, ".", name), "InvalidValue",
                     Cat(name, " cannot contain '*' alongside others"));
  };
  alone(filter.cors().alloworigins(), "allowOrigins");
  alone(filter.cors().allowmethods(), "allowMethods");
  alone(filter.cors().allowheaders(), "allowHeaders");
}

void RuleChecker::CheckRedirect() {
  if (rule_.backendrefs().empty()) return;
  for (const HTTPRouteFilter& filter : rule_.filters()) {
    if (filter.type() != "RequestRedirect") continue;
    checker_->Reject(path_, "IncompatibleFilters",
                     "RequestRedirect must not be used together with backendRefs");
    return;
  }
}

void RuleChecker::CheckTimeouts() {
  const auto& timeouts = rule_.timeouts();
  const int64_t request = timeouts.request().milliseconds();
  if (!timeouts.has_request() || request == 0) return;
  if (timeouts.backendrequest().milliseconds() <= request) return;
  checker_->Reject(Cat(path_, ".timeouts"), "OutOfRange",
                   "the backendRequest timeout cannot be longer than the request timeout");
}

// References to one parent must agree in which of sectionName and port they give, and differ in
// their values.
void CheckParentRefs(const HTTPRoute& route, config::Checker* checker) {
  const auto& refs = route.spec().parentrefs();
  const auto same = [](const ParentReference& a, const ParentReference& b) {
    return a.group() == b.group() && a.kind() == b.kind() && a.name() == b.name() &&
           a.namespace_() == b.namespace_();
  };
  const auto same_form = [](const ParentReference& a, const ParentReference& b) {
    return a.sectionname().empty() == b.sectionname().empty() && a.has_port() == b.has_port();
  };
  for (int i = 0; i < refs.size(); ++i) {
    for (int j = 0; j < i; ++j) {
      const ParentReference &a = refs.Get(i), &b = refs.Get(j);
      if (!same(a, b)) continue;
      if (!same_form(a, b)) {
        checker->Reject(Item("spec.parentRefs", i), "DuplicateItem",
                        "sectionName or port must be specified in all parentRefs to the same "
                        "parent, or in none");
      } else if (a.sectionname() == b.sectionname() && a.port() == b.port()) {
        checker->Reject(Item("spec.parentRefs", i), "DuplicateItem",
                        "sectionName or port must be unique among parentRefs to the same parent");
      } else {
        continue;
      }
      return;
    }
  }
}

void CheckRules(const HTTPRoute& route, config::Checker* checker) {
  std::set<std::string> names;
  int matches = 0;
  for (int i = 0; i < route.spec().rules_size(); ++i) {
    const HTTPRouteRule& rule = route.spec().rules(i);
    const std::string path = Item("spec.rules", i);
    if (rule.has_name() && !names.insert(rule.name()).second) {
      checker->Reject(Cat(path, ".name"), "DuplicateItem",
                      "a rule name must be unique within the route");
    }
    matches += rule.matches_size();
    RuleChecker(rule, path, checker).Check();
  }
  if (matches > kMaxMatchesPerRoute) {
    checker->Reject("spec.rules", "TooMany",
                    Cat("a route has at most ", std::to_string(kMaxMatchesPerRoute),
                        " matches in all its rules, found ", std::to_string(matches)));
  }
}

}  // namespace

void ValidateHTTPRoute(const config::Resource& object, config::Checker* checker) {
  const HTTPRoute& route = object.As<HTTPRoute>();
  CheckParentRefs(route, checker);
  for (int i = 0; i < route.spec().hostnames_size(); ++i) {
    if (!http::IsIpLiteral(route.spec().hostnames(i))) continue;
    checker->Warn(Item("spec.hostnames", i), "InvalidFormat",
                  "a hostname should not be an IP address (Gateway API, Hostname)");
  }
  CheckRules(route, checker);
}

}  // namespace kgw::translate::gateway
