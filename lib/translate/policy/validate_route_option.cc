#include <algorithm>

#include "base/regex.h"
#include "base/strings.h"
#include "translate/gateway/path_rules.h"
#include "translate/policy/retries.h"
#include "translate/policy/route_option.h"

namespace kgw::translate::policy {
namespace {

using base::Cat;
using schema::gloo::HeaderManipulation;
using schema::gloo::HeaderValueOption;
using schema::gloo::RegexMatchAndSubstitute;
using schema::gloo::RouteOption;
using schema::gloo::RouteOptions;
using HeaderList = google::protobuf::RepeatedPtrField<HeaderValueOption>;

constexpr std::string_view kOptions = "spec.options";

// Letters, digits and what else RFC 9110 calls a tchar.
bool IsHeaderName(std::string_view text) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return std::all_of(text.begin(), text.end(), [&](char c) {
    const char lower = base::LowerChar(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

// True if Envoy would fill in something, as for %DOWNSTREAM_REMOTE_ADDRESS%.
bool HasOperator(const std::string& value) {
  if (value.find('%') == std::string::npos) return false;
  return base::Regex("%[A-Z][A-Z0-9_]*(\\([^)]*\\))?(:[0-9]+)?%").PartialMatch(value);
}

void CheckHeaders(const HeaderList& headers, std::string_view field, config::Checker* checker) {
  for (int i = 0; i < headers.size(); ++i) {
    const std::string path =
        Cat(kOptions, ".headerManipulation.", field, "[", std::to_string(i), "].header");
    const HeaderValueOption& option = headers.Get(i);
    if (!option.has_header() && option.has_headersecretref()) continue;  // warned of already
    const std::string key = base::Lower(option.header().key());
    if (key.empty()) {
      checker->Reject(path, "MissingField", "a header needs a key");
    } else if (key[0] == ':') {
      checker->Reject(path, "InvalidFormat", ":-prefixed headers cannot be set");
    } else if (key == "host") {
      checker->Reject(path, "UnsupportedValue",
                      "the Host header cannot be set here: use hostRewrite");
    } else if (!IsHeaderName(key)) {
      checker->Reject(Cat(path, ".key"), "InvalidFormat",
                      Cat("\"", key, "\" is no name of a header"));
    }
    if (HasOperator(option.header().value())) {
      checker->Warn(Cat(path, ".value"), "NotActedOn",
                    "kgw fills in none of Envoy's %...% operators: the value is sent as it is");
    }
  }
}

template <typename Names>
void CheckRemovals(const Names& names, std::string_view field, config::Checker* checker) {
  for (int i = 0; i < names.size(); ++i) {
    const std::string name = base::Lower(names.Get(i));
    if (!name.empty() && name[0] != ':' && name != "host") continue;
    checker->Reject(Cat(kOptions, ".headerManipulation.", field, "[", std::to_string(i), "]"),
                    "UnsupportedValue", Cat("the header \"", name, "\" cannot be removed"));
  }
}

void CheckPattern(const std::string& pattern, const std::string& path, config::Checker* checker) {
  const base::Regex regex(pattern);
  if (regex.ok()) return;
  checker->Reject(path, "InvalidRegex",
                  Cat("the regular expression does not compile (RE2): ", regex.error()));
}

void CheckReplacement(const RegexMatchAndSubstitute& rewrite, std::string_view option,
                      config::Checker* checker) {
  const std::string path = Cat(kOptions, ".", option);
  CheckPattern(rewrite.pattern().regex(), Cat(path, ".pattern.regex"), checker);
  const base::Regex regex(rewrite.pattern().regex());
  if (!regex.ok()) return;
  const std::string problem = regex.CheckSubstitution(rewrite.substitution());
  if (problem.empty()) return;
  checker->Reject(Cat(path, ".substitution"), "InvalidFormat",
                  Cat("the substitution is invalid: ", problem));
}

void CheckRewrites(const RouteOptions& options, config::Checker* checker) {
  if (!options.prefixrewrite().empty()) {
    const std::string problem = gateway::CheckPathValue(options.prefixrewrite());
    if (!problem.empty()) {
      checker->Reject(Cat(kOptions, ".prefixRewrite"), "InvalidPath",
                      Cat("the rewrite is invalid: ", problem));
    }
  }
  if (options.has_prefixrewrite() && options.has_regexrewrite()) {
    checker->Reject(kOptions, "InvalidUnion", "prefixRewrite and regexRewrite exclude each other");
  }
  const int hosts = options.has_hostrewrite() + options.has_autohostrewrite() +
                    options.has_hostrewriteheader() + options.has_hostrewritepathregex();
  if (hosts > 1) {
    checker->Reject(kOptions, "InvalidUnion",
                    "hostRewrite, autoHostRewrite, hostRewriteHeader and hostRewritePathRegex "
                    "exclude each other");
  }
  if (options.has_regexrewrite()) {
    CheckReplacement(options.regexrewrite(), "regexRewrite", checker);
  }
  if (options.has_hostrewritepathregex()) {
    CheckReplacement(options.hostrewritepathregex(), "hostRewritePathRegex", checker);
  }
}

void CheckRetryOn(const std::string& retry_on, config::Checker* checker) {
  const std::string path = Cat(kOptions, ".retries.retryOn");
  const std::vector<std::string> words = RetryWords(retry_on);
  if (words.empty()) {
    checker->Warn(Cat(kOptions, ".retries"), "MissingField",
                  "without retryOn nothing is tried again");
  }
  for (const std::string& word : words) {
    const RetryCondition* condition = FindRetryCondition(word);
    if (condition == nullptr) {
      checker->Warn(path, "UnsupportedValue",
                    Cat("\"", word, "\" is no retry condition of Envoy; it is ignored"));
    } else if (!condition->acted_on) {
      checker->Warn(path, "NotActedOn", Cat("kgw reads \"", word, "\" but does not act on it yet"));
    }
  }
}

void CheckRetries(const schema::gloo::RetryPolicy& retries, config::Checker* checker) {
  CheckRetryOn(retries.retryon(), checker);
  const auto& backoff = retries.retrybackoff();
  const std::string path = Cat(kOptions, ".retries.retryBackOff");
  const bool has_base = backoff.has_baseinterval(), has_max = backoff.has_maxinterval();
  const auto positive = [&](const schema::GoDuration& interval, std::string_view name) {
    if (interval.milliseconds() > 0) return;
    checker->Reject(Cat(path, ".", name), "OutOfRange", "an interval is at least 1 ms");
  };
  if (has_base) positive(backoff.baseinterval(), "baseInterval");
  if (has_max) positive(backoff.maxinterval(), "maxInterval");
  if (has_max && !has_base) {
    checker->Reject(path, "MissingField",
                    "max interval was defined, but the base interval was not");
  } else if (has_max &&
             backoff.baseinterval().milliseconds() > backoff.maxinterval().milliseconds()) {
    checker->Reject(path, "InvalidValue",
                    Cat("base interval: ", backoff.baseinterval().text(),
                        " is > max interval: ", backoff.maxinterval().text()));
  }
}

bool IsNumber(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

void CheckCors(const schema::gloo::CorsPolicy& cors, config::Checker* checker) {
  const std::string path = Cat(kOptions, ".cors");
  if (cors.alloworigin().empty() && cors.alloworiginregex().empty()) {
    checker->Reject(path, "MissingField",
                    "must provide at least one of AllowOrigin or AllowOriginRegex");
  }
  for (int i = 0; i < cors.alloworiginregex_size(); ++i) {
    CheckPattern(cors.alloworiginregex(i), Cat(path, ".allowOriginRegex[", std::to_string(i), "]"),
                 checker);
  }
  if (!IsNumber(cors.maxage())) {
    checker->Warn(Cat(path, ".maxAge"), "InvalidFormat",
                  Cat("\"", cors.maxage(), "\" is sent as it is, but browsers take a number of ",
                      "seconds only"));
  }
}

}  // namespace

void ValidateRouteOption(const config::Resource& object, config::Checker* checker) {
  const RouteOptions& options = object.As<RouteOption>().spec().options();
  CheckRewrites(options, checker);
  const HeaderManipulation& headers = options.headermanipulation();
  CheckHeaders(headers.requestheaderstoadd(), "requestHeadersToAdd", checker);
  CheckHeaders(headers.responseheaderstoadd(), "responseHeadersToAdd", checker);
  CheckRemovals(headers.requestheaderstoremove(), "requestHeadersToRemove", checker);
  CheckRemovals(headers.responseheaderstoremove(), "responseHeadersToRemove", checker);
  if (options.has_retries()) CheckRetries(options.retries(), checker);
  if (options.has_cors()) CheckCors(options.cors(), checker);
}

}  // namespace kgw::translate::policy
