// benchmarks/timing.h - candidates measured in turn, on the same queries of the same run.
//
// CPU time of the calling thread: what else the machine does counts only by the caches it takes.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>
#include <vector>

namespace kgw::bench {

inline double ThreadNanoseconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

inline double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<long>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Nanoseconds a call: one value a round.
using Rounds = std::vector<double>;

// The median of `a` as a multiple of `b`, round by round.
inline double Ratio(const Rounds& a, const Rounds& b) {
  std::vector<double> ratios;
  for (size_t i = 0; i < a.size(); ++i) ratios.push_back(a[i] / b[i]);
  return Median(std::move(ratios));
}

template <typename Ask>
double TimeOf(size_t first, size_t queries, Ask& ask) {
  const double start = ThreadNanoseconds();
  for (size_t i = first; i < first + queries; ++i) benchmark::DoNotOptimize(ask(i));
  return (ThreadNanoseconds() - start) / static_cast<double>(queries);
}

// Each round gives every candidate its queries, a function of the query's number, one after the
// other.
template <size_t kRounds = 9, typename... Candidates>
std::array<Rounds, sizeof...(Candidates)> InTurn(size_t queries, Candidates... candidates) {
  std::array<Rounds, sizeof...(Candidates)> out;
  for (size_t round = 0; round < kRounds; ++round) {
    size_t n = 0;
    (out[n++].push_back(TimeOf(round * queries, queries, candidates)), ...);
  }
  return out;
}

}  // namespace kgw::bench
