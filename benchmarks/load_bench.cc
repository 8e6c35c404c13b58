// How long a configuration takes from its text to a snapshot, stage by stage, and how large it is.
//
// Workload: HTTPRoutes of one exact rule and one hostname each, over one Gateway and one Service.
// Before anything is timed, every route is asked for and must answer with its own name.

#include <benchmark/benchmark.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "config/load.h"
#include "config/parse.h"
#include "kgw/engine.h"
#include "snapshot/snapshot.h"
#include "translate/kinds.h"
#include "translate/translate.h"

namespace {

std::string Numbered(const char* format, int i) {
  char text[256];
  std::snprintf(text, sizeof text, format, i);
  return text;
}

std::string Hostname(int i) { return Numbered("svc-%06d.example.com", i); }
std::string Path(int i) { return Numbered("/api/v1/res%06d", i); }
std::string Name(int i) { return Numbered("route-%06d", i); }

std::string Configuration(int routes) {
  std::string out = R"(apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  gatewayClassName: kgw
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
{apiVersion: v1, kind: Service, metadata: {name: shop}, spec: {ports: [{port: 80}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: shop-1, labels: {kubernetes.io/service-name: shop}}
addressType: IPv4
ports: [{port: 8080}]
endpoints: [{addresses: [10.1.0.1]}]
)";
  for (int i = 0; i < routes; ++i) {
    out += "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: ";
    out += Name(i) + "\n  namespace: default\nspec:\n  parentRefs:\n  - name: edge\n  hostnames:\n";
    out += "  - " + Hostname(i) + "\n  rules:\n  - matches:\n    - path:\n        type: Exact\n";
    out += "        value: " + Path(i) + "\n    backendRefs:\n    - name: shop\n      port: 80\n";
  }
  return out;
}

void Verify(kgw::Reader* reader, int routes) {
  for (int i = 0; i < routes; ++i) {
    const std::string host = Hostname(i), path = Path(i), name = Name(i);
    kgw::Request request;
    request.authority = host;
    request.path = path;
    kgw::Decision decision;
    reader->Route(request, &decision);
    if (decision.verdict == kgw::Verdict::kForward && decision.route.name == name) continue;
    std::fprintf(stderr, "route %d gives a wrong answer\n", i);
    std::exit(1);
  }
}

// The stages of one load, with what each leaves for the next.
struct Stages {
  explicit Stages(int routes)
      : text(Configuration(routes)),
        plugins(kgw::translate::upstream::Plugins::Builtin()),
        registry(kgw::translate::MakeRegistry(plugins)) {}

  kgw::config::LoadedSource Load() const {
    return kgw::config::Load("bench.yaml", text, kgw::config::TextFormat::kYaml, registry);
  }
  void Decode() {
    std::vector<kgw::config::LoadedSource> sources;
    sources.push_back(Load());
    std::vector<kgw::Diagnostic> findings;
    resources.Apply(std::move(sources), &findings);
  }
  kgw::model::Model Translate() const {
    return kgw::translate::Translate({&resources, nullptr, &options, &plugins, 0}).model;
  }

  const std::string text;
  const kgw::Options options;
  const kgw::translate::upstream::Plugins plugins;
  const kgw::config::Registry registry;
  kgw::config::ResourceSet resources;
};

void CountRoutes(benchmark::State* state) {
  state->SetItemsProcessed(state->iterations() * state->range(0));
}

void BM_Parse(benchmark::State& state) {
  const std::string text = Configuration(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(kgw::config::ParseYaml(text));
  CountRoutes(&state);
}

void BM_ParseAndDecode(benchmark::State& state) {
  const Stages stages(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(stages.Load());
  CountRoutes(&state);
}

void BM_Translate(benchmark::State& state) {
  Stages stages(static_cast<int>(state.range(0)));
  stages.Decode();
  for (auto _ : state) benchmark::DoNotOptimize(stages.Translate());
  CountRoutes(&state);
}

void BM_Compile(benchmark::State& state) {
  Stages stages(static_cast<int>(state.range(0)));
  stages.Decode();
  const kgw::model::Model model = stages.Translate();
  for (auto _ : state) {
    state.PauseTiming();
    kgw::model::Model copy = model;
    state.ResumeTiming();
    kgw::snapshot::Snapshot snapshot(std::move(copy), stages.options, 1,
                                     std::make_shared<kgw::balance::HostTable>());
    benchmark::DoNotOptimize(&snapshot);
  }
  CountRoutes(&state);
}

// Text to first decision, and what the heap holds afterwards.
void BM_Load(benchmark::State& state) {
  const int routes = static_cast<int>(state.range(0));
  const std::string text = Configuration(routes);
  size_t held = 0;
  for (auto _ : state) {
    const size_t before = mallinfo2().uordblks;
    kgw::Engine engine;
    engine.Apply("bench.yaml", text);
    const auto reader = engine.NewReader();
    Verify(reader.get(), 1);
    held = mallinfo2().uordblks - before;
    state.PauseTiming();
    Verify(reader.get(), routes);
    state.ResumeTiming();
  }
  CountRoutes(&state);
  state.counters["bytes_per_route"] = static_cast<double>(held) / routes;
}

// The whole program on the example's documents, as a pipeline runs it.
void BM_ProgramRoute(benchmark::State& state) {
  for (auto _ : state) {
    const pid_t child = fork();
    if (child == 0) {
      (void)!freopen("/dev/null", "w", stdout);
      execl(KGW_PROGRAM, "kgw", "route", "-f", KGW_EXAMPLES "/gateway.yaml", "-f",
            KGW_EXAMPLES "/static-upstream.yaml", "-f", KGW_EXAMPLES "/kube-upstream.yaml", "-f",
            KGW_EXAMPLES "/reference-grant.yaml", "-f", KGW_EXAMPLES "/cross-namespace.yaml",
            "http://static.example:8080/", static_cast<char*>(nullptr));
      _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) state.SkipWithError("kgw route failed");
  }
}

BENCHMARK(BM_Parse)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ParseAndDecode)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Translate)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Compile)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Load)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ProgramRoute)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  kgw::Engine engine;
  engine.Apply("bench.yaml", Configuration(1000));
  Verify(engine.NewReader().get(), 1000);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
