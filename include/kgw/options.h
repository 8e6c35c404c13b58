// kgw/options.h - engine options: how the Gateway API's open questions are answered.
//
// Most users leave all of them alone. Set() takes the names and words that the program's
// `--set KEY=VALUE` takes. Plain values; any thread may read a const Options.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kgw/upstream_type.h"

namespace kgw {

enum class PathNormalization : uint8_t {
  kOff,           // the path as received
  kRfc3986,       // decode unreserved escapes, then remove dot segments (RFC 3986, 6.2.2)
  kMergeSlashes,  // the same, and adjacent slashes become one
};

// What a request may be at most; a larger one is answered with 414 or 431.
struct RequestLimits {
  size_t target_bytes = 64 * 1024;
  size_t header_count = 1000;
  size_t header_bytes = 256 * 1024;  // of all names and values together
};

enum class LogLevel : int32_t { kInfo, kWarning, kError };

struct Report;

struct Options {
  // The GatewayClasses with this spec.controllerName are ours; empty: every class is, a missing
  // one too, and statuses then name "kgw.dev/gateway-controller".
  std::string controller_name;
  PathNormalization path_normalization = PathNormalization::kRfc3986;
  // Which hostname ranks a route (HTTPRoute.spec.hostnames): its own, or the one that is left
  // after intersecting with the listener's.
  bool hostname_precedence_intersected = false;
  // Rules of a less specific hostname of the same listener are tried when the more specific
  // hostname's rules do not match.
  bool host_fallthrough = true;
  bool dropped_rule_skip = false;       // a rule dropped by validation: skip it, or answer 500
  bool path_type_prefix_first = false;  // Exact > PathPrefix > RegularExpression
  bool legacy_extension_ref = false;    // a missing RouteOption: serve the rule without it
  RequestLimits limits;
  uint64_t seed = 0;                      // of all random choices; 0: taken from the system
  std::function<int64_t()> unix_seconds;  // the time that goes into statuses; empty: system clock
  std::vector<std::shared_ptr<UpstreamType>> upstream_types;  // beside the built-in ones
  // What happens inside, in sentences: reloads and their findings, readers that never rest. Called
  // by Poll(), on its thread, which holds no lock then.
  std::function<void(LogLevel, std::string_view)> log;
  // After a change of watched files was applied; called like log.
  std::function<void(const Report&)> on_reload;

  // Sets one option by name. Returns an empty string, or what is wrong in one sentence.
  std::string Set(std::string_view key, std::string_view value);
};

}  // namespace kgw
