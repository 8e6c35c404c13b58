// translate/policy/retries.h - Gloo's RetryPolicy -> model: Envoy's conditions become statuses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kgw/schema/route_option.pb.h"
#include "model/action.h"

namespace kgw::translate::policy {

// One of Envoy's conditions, and the statuses it stands for: none if it is about connections, which
// are always tried again.
struct RetryCondition {
  std::string_view word;
  uint16_t lowest = 0, highest = 0;
  bool acted_on = true;
};

// Null if Envoy has no such condition.
const RetryCondition* FindRetryCondition(std::string_view word);

// The words of `retryOn`.
std::vector<std::string> RetryWords(std::string_view retry_on);

// Nothing if no condition is left that kgw acts on: then nothing is tried again.
std::optional<model::Retry> MakeRetry(const schema::gloo::RetryPolicy& retries);

}  // namespace kgw::translate::policy
