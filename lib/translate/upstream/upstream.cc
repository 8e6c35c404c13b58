#include "translate/upstream/upstream.h"

#include <limits>

#include "base/strings.h"

namespace kgw::translate::upstream {
namespace {

using base::Cat;
using schema::gloo::Upstream;
using schema::gloo::UpstreamSpec;

// Limits of HTTP/2 (RFC 9113, 6.5.2 and 6.9.2); looked at only where HTTP/2 is used.
void CheckHttp2(const UpstreamSpec& spec, config::Checker* checker) {
  constexpr uint32_t kMaxWindow = std::numeric_limits<int32_t>::max();
  const auto check = [&](bool has, uint32_t value, uint32_t lowest, std::string_view name) {
    if (!has || (value >= lowest && value <= kMaxWindow)) return;
    checker->Reject(Cat("spec.", name), "OutOfRange",
                    Cat(std::to_string(value), " is out of range, expected ",
                        std::to_string(lowest), " to ", std::to_string(kMaxWindow)));
  };
  check(spec.has_initialstreamwindowsize(), spec.initialstreamwindowsize(), 65535,
        "initialStreamWindowSize");
  check(spec.has_initialconnectionwindowsize(), spec.initialconnectionwindowsize(), 65535,
        "initialConnectionWindowSize");
  check(spec.has_maxconcurrentstreams(), spec.maxconcurrentstreams(), 1, "maxConcurrentStreams");
}

}  // namespace

std::string_view TypeOf(const config::Resource& object) { return object.variants.at("spec"); }

void ValidateUpstream(const config::Resource& object, const Plugins& plugins,
                      config::Checker* checker) {
  const UpstreamSpec& spec = object.As<Upstream>().spec();
  const std::string_view type = TypeOf(object);
  if (spec.usehttp2()) CheckHttp2(spec, checker);
  const Plugin* plugin = plugins.Find(type);
  if (plugin != nullptr) {
    plugin->Validate(object, checker);
  } else {
    checker->Warn(Cat("spec.", type), "NotActedOn",
                  Cat("kgw does not act on Upstreams of type ", type, " yet"));
  }
}

bool HasPlugin(const Context& context, const config::Resource& object) {
  return context.input->plugins->Find(TypeOf(object)) != nullptr;
}

std::optional<model::Upstream> TranslateUpstream(const Context& context,
                                                 const config::Resource& object) {
  const UpstreamSpec& spec = object.As<Upstream>().spec();
  const Plugin* plugin = context.input->plugins->Find(TypeOf(object));
  if (plugin == nullptr) return std::nullopt;
  model::Upstream out;
  out.cluster = Cat(object.key.name, "_", object.key.namespace_);
  out.display = Cat(object.key.namespace_, "/", object.key.name);
  if (spec.usehttp2()) out.protocol = model::Protocol::kHttp2;
  if (!plugin->Translate(context, object, &out)) return std::nullopt;
  return out;
}

}  // namespace kgw::translate::upstream
