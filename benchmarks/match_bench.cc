// How long a request takes from its raw texts to its rule: the compiled matcher, the naive one and
// a plain hash map from host and path, side by side.
//
// Counters: `map_ns` and `x_map` are the hash map's CPU time and the matcher's as a multiple of it,
// as medians of interleaved rounds; `build_ms` is the CPU time to compile all routes.
#include <absl/container/flat_hash_map.h>
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/strings.h"
#include "http/request_view.h"
#include "inspect/naive_matcher.h"
#include "match/matcher.h"
#include "timing.h"
#include "workload.h"

namespace kgw::bench {
namespace {

// A workload with everything that answers it.
class Subject {
 public:
  Subject(Kind kind, uint32_t routes) : workload_(MakeWorkload(kind, routes, 1u << 17)) {
    const double start = ThreadNanoseconds();
    matcher_ = std::make_unique<match::Matcher>(workload_.model, match::Options{});
    build_ms_ = (ThreadNanoseconds() - start) / 1e6;
    for (const Query& query : workload_.queries) map_.try_emplace(query.key, query.route);
    Verify();
  }

  double build_ms() const { return build_ms_; }

  uint32_t Compiled(const Query& query) {
    Look(query);
    return RouteOf(matcher_->Find({}, view_, "GET"));
  }
  uint32_t Naive(const Query& query) {
    Look(query);
    return RouteOf(inspect::MatchNaively(workload_.model, {}, {}, view_, "GET").result);
  }
  uint32_t Map(const Query& query) const { return map_.find(base::Abs(query.key))->second; }

  const Query& Next() {
    const Query& query = workload_.queries[next_];
    next_ = (next_ + 1) % workload_.queries.size();
    return query;
  }

  // Matcher and map in turn on the same queries. Nanoseconds of the map, and the median ratio.
  std::pair<double, double> AgainstMap() {
    constexpr size_t kRounds = 9, kQueries = 1u << 13;
    std::vector<double> map_ns, ratios;
    for (size_t round = 0; round < kRounds; ++round) {
      const Query* queries = &workload_.queries[round * kQueries];
      const double ours = Time(queries, kQueries, [this](const Query& q) { return Compiled(q); });
      const double map = Time(queries, kQueries, [this](const Query& q) { return Map(q); });
      map_ns.push_back(map);
      ratios.push_back(ours / map);
    }
    return {Median(map_ns), Median(ratios)};
  }

 private:
  template <typename Answer>
  static double Time(const Query* queries, size_t count, const Answer& answer) {
    const double start = ThreadNanoseconds();
    for (size_t i = 0; i < count; ++i) benchmark::DoNotOptimize(answer(queries[i]));
    return (ThreadNanoseconds() - start) / static_cast<double>(count);
  }

  void Look(const Query& query) {
    request_.authority = query.host;
    request_.path = query.path;
    request_.headers = TwelveHeaders();
    view_.Reset(request_, http::Normalization::kRfc3986);
  }

  uint32_t RouteOf(const match::Result& result) const {
    if (result.route == nullptr) return UINT32_MAX;
    return static_cast<uint32_t>(result.route - workload_.model.routes.data());
  }

  // A matcher that answers wrong has no speed. The naive one is asked a sample: it is slow.
  void Verify() {
    const size_t routes = workload_.model.routes.size();
    const size_t naive = routes > 20000 ? 0 : routes > 1000 ? 20 : 1000;
    for (size_t i = 0; i < workload_.queries.size(); ++i) {
      const Query& query = workload_.queries[i];
      const bool right = Compiled(query) == query.route && Map(query) == query.route &&
                         (i >= naive || Naive(query) == query.route);
      if (right) continue;
      std::fprintf(stderr, "wrong answer for %s%s\n", query.host.c_str(), query.path.c_str());
      std::exit(1);
    }
  }

  Workload workload_;
  std::unique_ptr<match::Matcher> matcher_;
  absl::flat_hash_map<std::string, uint32_t> map_;
  kgw::Request request_;
  http::RequestView view_;
  double build_ms_ = 0;
  size_t next_ = 0;
};

// Kept from one benchmark to the next of the same workload, one at a time.
Subject& SubjectOf(Kind kind, uint32_t routes) {
  static std::pair<Kind, uint32_t> key;
  static std::unique_ptr<Subject> subject;
  if (subject == nullptr || key != std::pair(kind, routes)) {
    subject.reset();
    subject = std::make_unique<Subject>(kind, routes);
    key = {kind, routes};
  }
  return *subject;
}

void BM_Match(benchmark::State& state, Kind kind) {
  Subject& subject = SubjectOf(kind, static_cast<uint32_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(subject.Compiled(subject.Next()));
  const auto [map_ns, ratio] = subject.AgainstMap();
  state.counters["map_ns"] = map_ns;
  state.counters["x_map"] = ratio;
  state.counters["build_ms"] = subject.build_ms();
}

void BM_NaiveMatch(benchmark::State& state, Kind kind) {
  Subject& subject = SubjectOf(kind, static_cast<uint32_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(subject.Naive(subject.Next()));
}

void Register(const std::string& name, Kind kind, std::vector<int64_t> sizes) {
  for (const int64_t routes : sizes) {
    benchmark::RegisterBenchmark(("BM_Match/" + name).c_str(), BM_Match, kind)
        ->ArgName("routes")
        ->Arg(routes);
    if (routes > 10000) continue;
    benchmark::RegisterBenchmark(("BM_NaiveMatch/" + name).c_str(), BM_NaiveMatch, kind)
        ->ArgName("routes")
        ->Arg(routes)
        ->Unit(benchmark::kMicrosecond);
  }
}

}  // namespace
}  // namespace kgw::bench

int main(int argc, char** argv) {
#ifndef NDEBUG
  std::fprintf(stderr, "match_bench: build it with -Dbuildtype=release -Db_ndebug=true\n");
  return 1;
#endif
  using kgw::bench::Kind;
  kgw::bench::Register("exact", Kind::kExact, {100, 10000, 100000});
  kgw::bench::Register("prefix", Kind::kPrefix, {100, 10000, 100000});
  kgw::bench::Register("mixed", Kind::kMixed, {100, 10000, 100000});
  kgw::bench::Register("regex", Kind::kRegex, {100, 10000, 100000});
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
