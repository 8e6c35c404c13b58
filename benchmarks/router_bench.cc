// How long a whole decision takes: a request with 12 field lines and a query string, from its texts
// to an endpoint.
//
// Counters, medians of interleaved rounds of CPU time: `whole_ns` the decision, `match_ns` the
// matcher alone, `map_ns` a plain hash map from host and path, `load_ns` one atomic load;
// `x_match`, `x_map` and `x_load` are the decision as a multiple of each.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "served.h"
#include "timing.h"

namespace kgw::bench {
namespace {

constexpr size_t kBatch = 16;

struct Shape {
  Kind kind = Kind::kExact;
  uint32_t routes = 0;
  bool picks = false;  // among 100 weighted endpoints, not from a single one
  bool operator==(const Shape&) const = default;
};

// Kept from one benchmark to the next of the same shape, one at a time.
Served& ServedOf(const Shape& shape) {
  static Shape made;
  static std::optional<Served> served;
  if (!served || !(made == shape)) {
    served.reset();
    served.emplace(shape.kind, shape.routes, Endpoints(shape.picks ? 100 : 1, shape.picks));
    made = shape;
  }
  return *served;
}

void Compare(Served* served, benchmark::State* state) {
  const auto [whole, match, map, load] = InTurn(
      1u << 13, [&](size_t i) { return served->Decide(i).verdict; },
      [&](size_t i) { return served->Match(i); }, [&](size_t i) { return served->Map(i); },
      [&](size_t) { return served->Load(); });
  state->counters["whole_ns"] = Median(whole);
  state->counters["match_ns"] = Median(match);
  state->counters["map_ns"] = Median(map);
  state->counters["load_ns"] = Median(load);
  state->counters["x_match"] = Ratio(whole, match);
  state->counters["x_map"] = Ratio(whole, map);
  state->counters["x_load"] = Ratio(whole, load);
}

void BM_Route(benchmark::State& state, Kind kind, bool picks) {
  Served& served = ServedOf({kind, static_cast<uint32_t>(state.range(0)), picks});
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(served.Decide(i++).verdict);
  Compare(&served, &state);
}

// `time` and `batch_ns` are those of one decision of the 16; `x_single` is that as a multiple of a
// decision that was asked for alone.
void BM_RouteMany(benchmark::State& state) {
  Served& served = ServedOf({Kind::kMixed, static_cast<uint32_t>(state.range(0)), true});
  std::array<kgw::Request, kBatch> requests;
  std::array<kgw::Decision, kBatch> decisions;
  // The n-th call of each 16 decides about all of them.
  const auto ask = [&](size_t i) {
    requests[i % kBatch] = RequestFor(served.query(i));
    if (i % kBatch == kBatch - 1) served.router().RouteMany(requests, decisions);
    return decisions[i % kBatch].verdict;
  };
  for (size_t i = 0; i < 1u << 12; ++i) {
    ask(i);
    if (i % kBatch != kBatch - 1) continue;
    for (size_t n = 0; n < kBatch; ++n) {
      const uint32_t route = served.query(i + 1 - kBatch + n).route;
      if (decisions[n].route.name == served.snapshot().model().routes[route].name) continue;
      state.SkipWithError("wrong answer");
      return;
    }
  }
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(ask(i++));
  const auto [batch, single] =
      InTurn(1u << 13, ask, [&](size_t n) { return served.Decide(n).verdict; });
  state.counters["batch_ns"] = Median(batch);
  state.counters["x_single"] = Ratio(batch, single);
}

void Register() {
  const auto add = [](const char* name, Kind kind, bool picks) {
    for (const int64_t routes : {100, 10000, 1000000}) {
      benchmark::RegisterBenchmark(name, BM_Route, kind, picks)->ArgName("routes")->Arg(routes);
    }
  };
  add("BM_Route/exact", Kind::kExact, false);
  add("BM_Route/prefix", Kind::kPrefix, false);
  add("BM_Route/mixed", Kind::kMixed, false);
  for (const int64_t routes : {100, 10000, 1000000}) {
    benchmark::RegisterBenchmark("BM_RoutePick/mixed", BM_Route, Kind::kMixed, true)
        ->ArgName("routes")
        ->Arg(routes);
    benchmark::RegisterBenchmark("BM_RouteMany/mixed", BM_RouteMany)
        ->ArgName("routes")
        ->Arg(routes);
  }
}

}  // namespace
}  // namespace kgw::bench

int main(int argc, char** argv) {
#ifndef NDEBUG
  std::fprintf(stderr, "router_bench: build it with -Dbuildtype=release -Db_ndebug=true\n");
  return 1;
#endif
  kgw::bench::Register();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
