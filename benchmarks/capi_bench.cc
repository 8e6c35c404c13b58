// What a call costs on its way to the router: through the C++ API, through the C ABI linked in, and
// through libkgw.so, beside the router called directly.
//
// Half exact routes, half prefixes, read from text; one pick among 100 weighted endpoints. Each way
// has an engine of its own with the same configuration. `hot:1` asks the same 64 requests again and
// again, so that the caches hide where each engine's memory happens to lie; what remains of that
// shows as `noise_ns`, the difference between two routers that are called in the same way.
#include <benchmark/benchmark.h>
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "engine/core.h"
#include "kgw/c.h"
#include "kgw/engine.h"
#include "router/router.h"
#include "served.h"
#include "timing.h"

namespace kgw::bench {
namespace {

constexpr uint32_t kRoutes = 10000;
constexpr size_t kQueries = 1u << 13;  // a power of two

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "capi_bench: %s\n", what.c_str());
  std::exit(1);
}

const Workload& Mixed() {
  static const Workload workload = MakeWorkload(Kind::kMixed, kRoutes, kQueries);
  return workload;
}

std::string UpstreamText() {
  std::string out = "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: shop}\n";
  out += "spec:\n  static:\n    hosts:\n";
  for (const model::Endpoint& endpoint : Endpoints(100, true)) {
    out += base::Cat("    - {addr: ", endpoint.address,
                     ", port: 8080, loadBalancingWeight: ", std::to_string(endpoint.weight), "}\n");
  }
  return out;
}

std::string RouteText(const model::Route& route, const std::string& hostname) {
  const model::PathMatch& path = route.rules[0].matches[0].path;
  const char* type = path.type == model::PathType::kExact ? "Exact" : "PathPrefix";
  return base::Cat(
      "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: ",
      route.name, "}\nspec:\n  parentRefs: [{name: web}]\n  hostnames: [", hostname,
      "]\n  rules:\n  - matches: [{path: {type: ", type, ", value: ", path.value,
      "}}]\n    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: shop}]\n");
}

// The workload as documents.
const std::string& Configuration() {
  static const std::string text = [] {
    std::string out = UpstreamText();
    out += "---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: web}\n";
    out += "spec:\n  gatewayClassName: kgw\n";
    out += "  listeners: [{name: http, port: 80, protocol: HTTP}]\n";
    for (const model::AttachedRoute& attached : Mixed().model.gateways[0].listeners[0].routes) {
      out += RouteText(Mixed().model.routes[attached.route], attached.hostnames[0].effective);
    }
    return out;
  }();
  return text;
}

// The requests of the workload, in the form of both languages: to make them is the caller's work.
struct Requests {
  Requests() {
    for (Query query : Mixed().queries) {
      query.path += "?page=2&size=20";
      queries.push_back(std::move(query));
    }
    for (const Query& query : queries) {
      cxx.push_back(RequestFor(query));
      kgw_request& request = c.emplace_back(kgw_request KGW_REQUEST_INIT);
      request.authority = {query.host.data(), query.host.size()};
      request.path = {query.path.data(), query.path.size()};
      request.headers = reinterpret_cast<const kgw_header*>(TwelveHeaders().data());
      request.header_count = TwelveHeaders().size();
    }
  }
  std::vector<Query> queries;
  std::vector<kgw::Request> cxx;
  std::vector<kgw_request> c;
};

const Requests& AllRequests() {
  static const Requests requests;
  return requests;
}

// The router, called as the C++ API calls it.
class Direct {
 public:
  Direct() : core_(Options()) {
    const SourceView source{"bench.yaml", Configuration()};
    core_.Apply(std::span(&source, 1));
    router_ = std::make_unique<router::Router>(core_.store, 1);
  }
  const kgw::Decision& Route(size_t i) {
    router_->Route(AllRequests().cxx[i], &decision_);
    return decision_;
  }
  std::string_view RouteName(size_t i) { return Route(i).route.name; }

 private:
  Core core_;
  std::unique_ptr<router::Router> router_;
  kgw::Decision decision_;
};

class Cxx {
 public:
  Cxx() {
    engine_.Apply("bench.yaml", Configuration());
    reader_ = engine_.NewReader();
  }
  const kgw::Decision& Route(size_t i) {
    reader_->Route(AllRequests().cxx[i], &decision_);
    return decision_;
  }
  std::string_view RouteName(size_t i) { return Route(i).route.name; }

 private:
  kgw::Engine engine_;
  std::unique_ptr<kgw::Reader> reader_;
  kgw::Decision decision_;
};

struct CFunctions {
  decltype(&kgw_engine_new) engine_new;
  decltype(&kgw_engine_apply) engine_apply;
  decltype(&kgw_reader_new) reader_new;
  decltype(&kgw_reader_route) route;
  decltype(&kgw_reader_rest) rest;
  decltype(&kgw_ticket_done) done;
};

CFunctions LinkedIn() {
  return {kgw_engine_new,   kgw_engine_apply, kgw_reader_new,
          kgw_reader_route, kgw_reader_rest,  kgw_ticket_done};
}

CFunctions Shared() {
  void* library = dlopen(KGW_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) Die(dlerror());
  CFunctions out;
  const auto get = [&](const char* name, auto* function) {
    *function = reinterpret_cast<std::remove_pointer_t<decltype(function)>>(dlsym(library, name));
    if (*function == nullptr) Die(dlerror());
  };
  get("kgw_engine_new", &out.engine_new);
  get("kgw_engine_apply", &out.engine_apply);
  get("kgw_reader_new", &out.reader_new);
  get("kgw_reader_route", &out.route);
  get("kgw_reader_rest", &out.rest);
  get("kgw_ticket_done", &out.done);
  return out;
}

class C {
 public:
  explicit C(const CFunctions& functions) : f_(functions) {
    const std::string& text = Configuration();
    const kgw_source source{{"bench.yaml", 10}, {text.data(), text.size()}, KGW_FORMAT_YAML, 0};
    if (f_.engine_new(nullptr, &engine_) != nullptr ||
        f_.engine_apply(engine_, &source, 1, nullptr) != nullptr ||
        f_.reader_new(engine_, &reader_) != nullptr) {
      Die("the configuration was refused");
    }
  }
  const kgw_decision& Route(size_t i) {
    f_.route(reader_, &AllRequests().c[i], &decision_);
    return decision_;
  }
  std::string_view RouteName(size_t i) {
    const kgw_str name = Route(i).route.name;
    return {name.data, name.len};
  }
  void Rest() { f_.rest(reader_); }
  void Done() { f_.done(engine_, &decision_.ticket, &outcome_); }

 private:
  const CFunctions f_;
  kgw_engine* engine_ = nullptr;  // lives as long as the process
  kgw_reader* reader_ = nullptr;
  kgw_decision decision_ = KGW_DECISION_INIT;
  const kgw_outcome outcome_ = {sizeof(kgw_outcome), KGW_COMPLETED, 200, 1000, 0};
};

template <typename Way>
void Verify(Way* way) {
  for (size_t i = 0; i < kQueries; ++i) {
    const Query& query = AllRequests().queries[i];
    const bool right = way->RouteName(i) == Mixed().model.routes[query.route].name &&
                       way->Route(i).verdict == decltype(way->Route(i).verdict)(0) &&
                       way->Route(i).endpoint.port == 8080;
    if (!right) Die("wrong answer for " + query.host + query.path);
  }
}

struct Ways {
  Ways() {
    Verify(&direct);
    Verify(&again);
    Verify(&cxx);
    Verify(&c);
    Verify(&shared);
  }
  Direct direct, again;
  Cxx cxx;
  C c{LinkedIn()}, shared{Shared()};
};

Ways& AllWays() {
  static Ways ways;
  return ways;
}

// The median of what `a` takes more than `b`, round by round.
double Difference(const Rounds& a, const Rounds& b) {
  std::vector<double> differences;
  for (size_t i = 0; i < a.size(); ++i) differences.push_back(a[i] - b[i]);
  return Median(std::move(differences));
}

void BM_CallOverhead(benchmark::State& state) {
  Ways& ways = AllWays();
  const size_t mask = state.range(0) != 0 ? 63 : kQueries - 1;
  const auto by = [&](auto* way) {
    return [way, mask](size_t i) { return way->Route(i & mask).verdict; };
  };
  for (auto _ : state) {
    const auto [direct, again, cxx, c, shared] = InTurn<31>(
        kQueries, by(&ways.direct), by(&ways.again), by(&ways.cxx), by(&ways.c), by(&ways.shared));
    state.counters["direct_ns"] = Median(direct);
    state.counters["noise_ns"] = Difference(again, direct);
    state.counters["cxx_ns"] = Difference(cxx, direct);
    state.counters["c_ns"] = Difference(c, direct);
    state.counters["shared_ns"] = Difference(shared, direct);
  }
}

// What the other calls on the path of a request add to kgw_reader_route.
void BM_OtherCalls(benchmark::State& state) {
  C& c = AllWays().c;
  const size_t mask = state.range(0) != 0 ? 63 : kQueries - 1;
  const auto route = [&](size_t i) { return c.Route(i & mask).verdict; };
  const auto done = [&](size_t i) {
    const int32_t verdict = c.Route(i & mask).verdict;
    c.Done();
    return verdict;
  };
  const auto rest = [&](size_t i) {
    c.Rest();
    return c.Route(i & mask).verdict;
  };
  for (auto _ : state) {
    const auto [routed, finished, rested] = InTurn<31>(kQueries, route, done, rest);
    state.counters["route_ns"] = Median(routed);
    state.counters["done_ns"] = Difference(finished, routed);
    state.counters["rest_ns"] = Difference(rested, routed);
  }
}

BENCHMARK(BM_CallOverhead)->ArgName("hot")->Arg(1)->Arg(0)->Iterations(1);
BENCHMARK(BM_OtherCalls)->ArgName("hot")->Arg(1)->Arg(0)->Iterations(1);

}  // namespace
}  // namespace kgw::bench

int main(int argc, char** argv) {
#ifndef NDEBUG
  std::fprintf(stderr, "capi_bench: build it with -Dbuildtype=release -Db_ndebug=true\n");
  return 1;
#endif
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
