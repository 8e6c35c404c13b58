// tests/balance/sample.h - endpoints by weight, and the statistics of many picks.
#pragma once

#include <cstdint>
#include <vector>

#include "balance/policy.h"

namespace kgw::balance {

inline std::vector<model::Endpoint> Weighted(const std::vector<uint32_t>& weights) {
  std::vector<model::Endpoint> endpoints(weights.size());
  for (size_t i = 0; i < weights.size(); ++i) endpoints[i].weight = weights[i];
  return endpoints;
}

inline std::vector<uint64_t> Count(const Policy& policy, uint64_t picks, const PickContext& context,
                                   size_t endpoints) {
  std::vector<uint64_t> counts(endpoints);
  for (uint64_t i = 0; i < picks; ++i) ++counts.at(policy.Pick(context));
  return counts;
}

// How far the counts are from the weights' shares.
inline double ChiSquare(const std::vector<uint64_t>& counts, const std::vector<uint32_t>& weights) {
  double picks = 0, sum = 0, chi = 0;
  for (const uint64_t count : counts) picks += static_cast<double>(count);
  for (const uint32_t weight : weights) sum += weight;
  for (size_t i = 0; i < counts.size(); ++i) {
    const double expected = picks * weights[i] / sum;
    const double off = static_cast<double>(counts[i]) - expected;
    chi += off * off / expected;
  }
  return chi;
}

}  // namespace kgw::balance
