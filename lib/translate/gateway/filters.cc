#include "translate/gateway/filters.h"

#include "base/strings.h"
#include "kgw/schema/route_option.pb.h"

namespace kgw::translate::gateway {
namespace {

using base::Cat;
using schema::gateway::HTTPHeaderFilter;
using schema::gateway::HTTPPathModifier;
using schema::gateway::HTTPRouteFilter;

// The names in one filter are disjoint, so that remove, set, add is the filter's own order; and a
// list has at most one filter of each kind, so that nothing needs composing here.
model::HeaderEdits MakeEdits(const HTTPHeaderFilter& filter) {
  model::HeaderEdits out;
  for (const auto& name : filter.remove()) out.remove.push_back(base::Lower(name));
  for (const auto& line : filter.set())
    out.set.emplace_back(base::Lower(line.name()), line.value());
  for (const auto& line : filter.add())
    out.add.emplace_back(base::Lower(line.name()), line.value());
  return out;
}

model::PathRewrite MakePath(const HTTPPathModifier& modifier) {
  using Type = model::PathRewrite::Type;
  if (modifier.type() == "ReplacePrefixMatch") {
    return {Type::kPrefix, modifier.replaceprefixmatch()};
  }
  return {Type::kFull, modifier.replacefullpath()};
}

model::Redirect MakeRedirect(const schema::gateway::HTTPRequestRedirectFilter& filter) {
  model::Redirect out;
  out.scheme = filter.scheme();
  out.hostname = filter.hostname();
  if (filter.has_port()) out.port = static_cast<uint16_t>(filter.port());
  if (filter.has_path()) out.path = MakePath(filter.path());
  out.status = static_cast<uint16_t>(filter.statuscode());
  return out;
}

model::Cors MakeCors(const schema::gateway::HTTPCORSFilter& filter) {
  model::Cors out;
  out.allow_origins.assign(filter.alloworigins().begin(), filter.alloworigins().end());
  out.allow_credentials = filter.allowcredentials();
  out.allow_methods.assign(filter.allowmethods().begin(), filter.allowmethods().end());
  out.allow_headers.assign(filter.allowheaders().begin(), filter.allowheaders().end());
  out.expose_headers.assign(filter.exposeheaders().begin(), filter.exposeheaders().end());
  out.max_age = std::to_string(filter.maxage());
  return out;
}

class Translator {
 public:
  Translator(const Context& context, const config::Resource& route, upstream::Backends* backends,
             TranslatedFilters* out)
      : context_(context), route_(route), backends_(backends), out_(out) {}

  void Add(const HTTPRouteFilter& filter, const std::string& path, bool allow_options);

 private:
  void AddMirror(const schema::gateway::HTTPRequestMirrorFilter& mirror, const std::string& path);
  void AddExtension(const schema::gateway::LocalObjectReference& ref, const std::string& path,
                    bool allow_options);

  const Context& context_;
  const config::Resource& route_;
  upstream::Backends* backends_;
  TranslatedFilters* out_;
};

void Translator::Add(const HTTPRouteFilter& filter, const std::string& path, bool allow_options) {
  const std::string& type = filter.type();
  model::Filters& filters = out_->filters;
  if (type == "RequestHeaderModifier") {
    filters.request = MakeEdits(filter.requestheadermodifier());
  } else if (type == "ResponseHeaderModifier") {
    filters.response = MakeEdits(filter.responseheadermodifier());
  } else if (type == "RequestRedirect") {
    filters.redirect = MakeRedirect(filter.requestredirect());
  } else if (type == "URLRewrite") {
    const auto& rewrite = filter.urlrewrite();
    if (!rewrite.hostname().empty()) filters.host = {.value = rewrite.hostname()};
    if (rewrite.has_path()) filters.path = MakePath(rewrite.path());
  } else if (type == "CORS") {
    filters.cors = MakeCors(filter.cors());
  } else if (type == "RequestMirror") {
    AddMirror(filter.requestmirror(), Cat(path, ".requestMirror.backendRef"));
  } else if (type == "ExtensionRef") {
    AddExtension(filter.extensionref(), Cat(path, ".extensionRef"), allow_options);
  }
}

// A mirror that cannot be resolved is dropped; the request itself is not hurt.
void Translator::AddMirror(const schema::gateway::HTTPRequestMirrorFilter& mirror,
                           const std::string& path) {
  const auto& ref = mirror.backendref();
  upstream::Reference reference{ref.group(), ref.kind(), ref.name(), ref.namespace_(), {}};
  if (ref.has_port()) reference.port = static_cast<uint16_t>(ref.port());
  std::string message;
  model::Mirror out;
  out.target = backends_->Resolve(reference, route_, path, &message);
  if (!out.target.reason.empty()) {
    if (!out_->unresolved) out_->unresolved = {out.target.reason, message};
    return;
  }
  if (mirror.has_percent()) out.numerator = static_cast<uint32_t>(mirror.percent());
  if (mirror.has_fraction()) {
    out.numerator = static_cast<uint32_t>(mirror.fraction().numerator());
    out.denominator = static_cast<uint32_t>(mirror.fraction().denominator());
  }
  out_->filters.mirrors.push_back(std::move(out));
}

void Translator::AddExtension(const schema::gateway::LocalObjectReference& ref,
                              const std::string& path, bool allow_options) {
  if (!allow_options && upstream::NamesFunction(ref)) return;  // part of the backendRef
  const bool is_option =
      allow_options && ref.group() == "gateway.solo.io" && ref.kind() == "RouteOption";
  const config::Resource* object =
      is_option ? context_.Find<schema::gloo::RouteOption>(route_.key.namespace_, ref.name())
                : nullptr;
  if (object != nullptr) {
    out_->options.push_back(object);
    return;
  }
  const std::string message =
      Cat("extensionRef '", ref.group(), "' of type ", ref.kind(), " ", ref.name(),
          " in namespace '", route_.key.namespace_,
          allow_options ? "' not found or not valid" : "' cannot be applied to a backendRef");
  context_.Warn(route_, Cat(path, ".name"), "FilterNotFound", message);
  if (!out_->unresolved) out_->unresolved = {"BackendNotFound", message};
  if (!context_.options().legacy_extension_ref) out_->fail_reason = "FilterNotFound";
}

}  // namespace

TranslatedFilters TranslateFilters(const Context& context, const FilterList& filters,
                                   const config::Resource& route, std::string_view path,
                                   bool allow_options, upstream::Backends* backends) {
  TranslatedFilters out;
  Translator translator(context, route, backends, &out);
  for (int i = 0; i < filters.size(); ++i) {
    translator.Add(filters.Get(i), Cat(path, "[", std::to_string(i), "]"), allow_options);
  }
  return out;
}

}  // namespace kgw::translate::gateway
