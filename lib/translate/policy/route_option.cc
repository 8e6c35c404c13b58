#include "translate/policy/route_option.h"

#include "base/strings.h"
#include "translate/gateway/path_rules.h"

namespace kgw::translate::policy {
namespace {

using base::Cat;
using schema::gloo::HeaderManipulation;
using schema::gloo::HeaderValueOption;
using schema::gloo::RouteOption;
using schema::gloo::RouteOptions;
using HeaderList = google::protobuf::RepeatedPtrField<HeaderValueOption>;

constexpr std::string_view kOptions = "spec.options";

void CheckHeaders(const HeaderList& headers, std::string_view field, config::Checker* checker) {
  for (int i = 0; i < headers.size(); ++i) {
    const std::string path =
        Cat(kOptions, ".headerManipulation.", field, "[", std::to_string(i), "].header");
    const std::string key = base::Lower(headers.Get(i).header().key());
    if (key.empty()) {
      checker->Reject(path, "MissingField", "a header needs a key");
    } else if (key[0] == ':') {
      checker->Reject(path, "InvalidFormat", ":-prefixed headers cannot be set");
    } else if (key == "host") {
      checker->Reject(path, "UnsupportedValue",
                      "the Host header cannot be set here: use hostRewrite");
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

// Envoy's order: removals first, then additions one by one; append false overwrites what stands
// there, earlier additions included.
template <typename Names>
model::HeaderEdits MakeEdits(const HeaderList& headers, const Names& removals) {
  model::HeaderEdits out;
  for (const auto& name : removals) out.remove.push_back(base::Lower(name));
  for (const HeaderValueOption& option : headers) {
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

}  // namespace

void ValidateRouteOption(const config::Resource& object, config::Checker* checker) {
  const RouteOptions& options = object.As<RouteOption>().spec().options();
  if (!options.prefixrewrite().empty()) {
    const std::string problem = gateway::CheckPathValue(options.prefixrewrite());
    if (!problem.empty()) {
      checker->Reject(Cat(kOptions, ".prefixRewrite"), "InvalidPath",
                      Cat("the rewrite is invalid: ", problem));
    }
  }
  if (options.has_hostrewrite() && options.has_autohostrewrite()) {
    checker->Reject(kOptions, "InvalidUnion", "hostRewrite and autoHostRewrite exclude each other");
  }
  const HeaderManipulation& headers = options.headermanipulation();
  CheckHeaders(headers.requestheaderstoadd(), "requestHeadersToAdd", checker);
  CheckHeaders(headers.responseheaderstoadd(), "responseHeadersToAdd", checker);
  CheckRemovals(headers.requestheaderstoremove(), "requestHeadersToRemove", checker);
  CheckRemovals(headers.responseheaderstoremove(), "responseHeadersToRemove", checker);
}

void MergeRouteOptions(const RouteOptions& next, RouteOptions* merged) {
  if (!merged->has_prefixrewrite() && next.has_prefixrewrite()) {
    merged->set_prefixrewrite(next.prefixrewrite());
  }
  const bool has_host = merged->has_hostrewrite() || merged->has_autohostrewrite();
  if (!has_host && next.has_hostrewrite()) merged->set_hostrewrite(next.hostrewrite());
  if (!has_host && next.has_autohostrewrite()) merged->set_autohostrewrite(next.autohostrewrite());
  if (!merged->has_timeout() && next.has_timeout()) *merged->mutable_timeout() = next.timeout();
  if (!merged->has_headermanipulation() && next.has_headermanipulation()) {
    *merged->mutable_headermanipulation() = next.headermanipulation();
  }
}

void ApplyRouteOptions(const RouteOptions& options, model::Filters* filters,
                       model::Timeouts* timeouts) {
  if (options.has_headermanipulation()) {
    const HeaderManipulation& headers = options.headermanipulation();
    filters->request = MakeEdits(headers.requestheaderstoadd(), headers.requestheaderstoremove());
    filters->response =
        MakeEdits(headers.responseheaderstoadd(), headers.responseheaderstoremove());
  }
  if (!options.prefixrewrite().empty() && !filters->path) {
    filters->path =
        model::PathRewrite{model::PathRewrite::Type::kMatchedPath, options.prefixrewrite()};
  }
  if (!filters->host) {
    if (!options.hostrewrite().empty()) filters->host = options.hostrewrite();
    filters->auto_host = options.autohostrewrite();
  }
  if (options.has_timeout()) timeouts->request = options.timeout().milliseconds();
}

}  // namespace kgw::translate::policy
