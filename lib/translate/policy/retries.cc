#include "translate/policy/retries.h"

#include <algorithm>

namespace kgw::translate::policy {
namespace {

constexpr RetryCondition kConditions[] = {
    {"5xx", 500, 599},
    {"gateway-error", 502, 504},
    {"retriable-4xx", 409, 409},
    {"retriable-status-codes"},  // they are an option of their own
    {"connect-failure"},
    {"refused-stream"},
    {"reset"},
    {"reset-before-request"},
    {.word = "http3-post-connect-failure", .acted_on = false},
    {.word = "envoy-ratelimited", .acted_on = false},
    {.word = "retriable-headers", .acted_on = false},
    {.word = "cancelled", .acted_on = false},
    {.word = "deadline-exceeded", .acted_on = false},
    {.word = "internal", .acted_on = false},
    {.word = "resource-exhausted", .acted_on = false},
    {.word = "unavailable", .acted_on = false},
};

}  // namespace

const RetryCondition* FindRetryCondition(std::string_view word) {
  for (const RetryCondition& condition : kConditions) {
    if (condition.word == word) return &condition;
  }
  return nullptr;
}

std::vector<std::string> RetryWords(std::string_view retry_on) {
  std::vector<std::string> out;
  while (!retry_on.empty()) {
    const size_t comma = std::min(retry_on.find(','), retry_on.size());
    std::string word(retry_on.substr(0, comma));
    std::erase(word, ' ');
    if (!word.empty()) out.push_back(std::move(word));
    retry_on.remove_prefix(std::min(comma + 1, retry_on.size()));
  }
  return out;
}

std::optional<model::Retry> MakeRetry(const schema::gloo::RetryPolicy& retries) {
  model::Retry out;
  bool any = false;
  for (const std::string& word : RetryWords(retries.retryon())) {
    const RetryCondition* condition = FindRetryCondition(word);
    if (condition == nullptr || !condition->acted_on) continue;
    any = true;
    for (uint16_t code = condition->lowest; code != 0 && code <= condition->highest; ++code) {
      out.codes.push_back(code);
    }
    if (word != "retriable-status-codes") continue;
    for (const uint32_t code : retries.retriablestatuscodes()) {
      out.codes.push_back(static_cast<uint16_t>(code));
    }
  }
  if (!any) return std::nullopt;
  std::sort(out.codes.begin(), out.codes.end());
  out.codes.erase(std::unique(out.codes.begin(), out.codes.end()), out.codes.end());
  out.attempts = std::max(1u, retries.has_numretries() ? retries.numretries() : 1);
  if (retries.retrybackoff().has_baseinterval()) {
    out.backoff_ms = retries.retrybackoff().baseinterval().milliseconds();
  }
  return out;
}

}  // namespace kgw::translate::policy
