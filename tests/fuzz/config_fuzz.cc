// Configurations: whatever the text, every question about it has an answer that can be written.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "kgw/engine.h"
#include "kgw/json.h"
#include "require.h"

namespace kgw::fuzz {
namespace {

constexpr size_t kMostRows = 8;

Options FixedOptions() {
  return Options{.seed = 1, .unix_seconds = [] { return 1'700'000'000; }};
}

// All objects of all kinds, as `kgw get -o yaml` prints them.
std::string Objects(const Engine& engine) {
  std::string out;
  for (const KindInfo& kind : engine.Kinds()) {
    for (const ObjectView& object : engine.Objects(kind.kind)) {
      RequireJson(object.json);
      out += "---\n" + object.yaml;
    }
  }
  return out;
}

void Ask(Engine* engine, Reader* reader, const Request& request) {
  Decision decision;
  reader->Route(request, &decision);
  RequireJson(DecisionJson(decision));
  RequireJson(ExplanationJson(engine->Explain(request)));
}

// A request for every row of the routing table, and two for nobody.
void AskAll(Engine* engine) {
  const auto reader = engine->NewReader();
  Ask(engine, reader.get(), {.path = ""});
  Ask(engine, reader.get(), {.method = "OPTIONS", .authority = "a.example", .path = "/a?b"});
  const std::vector<RouteRow> rows = engine->Routes();
  RequireJson(RoutesJson(rows));
  RequireJson(EndpointsJson(engine->Endpoints()));
  for (size_t i = 0; i < std::min(rows.size(), kMostRows); ++i) {
    std::string host = rows[i].hostname;
    if (host.starts_with('*')) host.replace(0, 1, "a");
    const std::string path = rows[i].path + "/x?y=1";
    for (const std::string_view scheme : {"http", "https"}) {
      Ask(engine, reader.get(),
          {.method = rows[i].method == "*" ? "GET" : rows[i].method,
           .scheme = scheme,
           .authority = host,
           .path = path,
           .sni = scheme == "https" ? host : "",
           .port = rows[i].port});
    }
  }
}

void RequireFindings(const Report& report) {
  for (const Diagnostic& diagnostic : report.diagnostics) {
    RequireJson(DiagnosticJson(diagnostic));
    Require(!diagnostic.code.empty() && !diagnostic.message.empty(), "a finding says nothing",
            DiagnosticJson(diagnostic));
  }
}

}  // namespace
}  // namespace kgw::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kgw::fuzz;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  kgw::Engine engine(FixedOptions());
  const kgw::Report report = engine.Apply("fuzz.yaml", text);
  RequireFindings(report);
  AskAll(&engine);
  // What is printed is what an API server would return: it loads again, whole, and stays as it is.
  const std::string printed = Objects(engine);
  kgw::Engine second(FixedOptions());
  const kgw::Report again = second.Apply("get.yaml", printed);
  Require(again.objects == report.objects, "not all of it loads again", printed);
  // The same once more changes nothing; nothing takes all of it away.
  const std::string routes = kgw::RoutesJson(engine.Routes());
  engine.Apply("fuzz.yaml", text);
  Require(kgw::RoutesJson(engine.Routes()) == routes, "a second load changes the routes", routes);
  Require(engine.Apply("fuzz.yaml", "").objects == 0, "an empty text leaves objects", printed);
  return 0;
}
