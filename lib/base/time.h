// base/time.h - times and durations as Kubernetes objects spell them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kgw::base {

// RFC 3339 ("2024-05-01T10:00:00Z", with fraction or offset) -> seconds since 1970.
std::optional<int64_t> ParseRfc3339(std::string_view text);
std::string FormatRfc3339(int64_t unix_seconds);

// A Gateway API duration (GEP-2257): "1h30m", "10s", "500ms"; no sign, no fraction. Milliseconds.
std::optional<int64_t> ParseGatewayDuration(std::string_view text);

// A duration of Gloo's objects: protobuf JSON ("1.5s") or Go ("1m30s", "250ms", "1.5h").
// Milliseconds, rounded towards zero, but a duration shorter than one millisecond is 1, never 0: to
// many settings 0 means "switched off".
std::optional<int64_t> ParseGoDuration(std::string_view text);

}  // namespace kgw::base
