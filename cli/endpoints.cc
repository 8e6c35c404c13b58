#include "cli/configuration.h"
#include "cli/table.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "kgw/json.h"

namespace kgw::cli {
namespace {

bool InNamespace(const EndpointRow& row, const std::string& namespace_) {
  return namespace_.empty() || row.upstream.rfind(namespace_ + "/", 0) == 0;
}

// "namespace/name", the name alone, or the cluster.
bool IsNamed(const EndpointRow& row, const std::string& name) {
  return row.upstream == name || row.cluster == name ||
         row.upstream.substr(row.upstream.find('/') + 1) == name;
}

// Keeps the rows of that Upstream. Returns what to say if there is none.
std::string KeepNamed(const std::string& name, std::vector<EndpointRow>* rows) {
  std::vector<std::string> names;
  for (const EndpointRow& row : *rows) {
    names.insert(names.end(), {row.upstream, row.upstream.substr(row.upstream.find('/') + 1)});
  }
  std::erase_if(*rows, [&](const EndpointRow& row) { return !IsNamed(row, name); });
  return rows->empty() ? "no endpoints of \"" + name + "\" found" + DidYouMean(name, names) : "";
}

Color HealthColor(const EndpointRow& row) {
  return row.health == "healthy" ? Color::kGreen : Color::kRed;
}

std::string TableText(const Args& args, const std::vector<EndpointRow>& rows) {
  Table table(
      {"UPSTREAM", "ENDPOINT", "WEIGHT", "PRIORITY", "LOCALITY", "HEALTH", "TLS", "CLUSTER"});
  for (const EndpointRow& row : rows) {
    table.Add({{row.upstream},
               {row.endpoint, Color::kBold},
               {std::to_string(row.weight)},
               {std::to_string(row.priority)},
               {row.locality},
               {row.health, HealthColor(row)},
               {row.tls},
               {row.cluster}});
  }
  return table.Text(StdoutPainter(args.color), !args.no_headers);
}

}  // namespace

int RunEndpoints(const Args& args) {
  if (args.words.size() > 1) return Misused(args, "too many words: expected one UPSTREAM");
  Configuration configuration(args);
  if (!SayFindings(args, configuration)) return kWrongUsage;
  std::vector<EndpointRow> rows = configuration.engine.Endpoints();
  std::erase_if(rows, [&](const EndpointRow& row) { return !InNamespace(row, args.namespace_); });
  if (!args.words.empty()) {
    const std::string problem = KeepNamed(args.words[0], &rows);
    if (!problem.empty()) {
      Complain(problem);
      return kBadNews;
    }
  }
  if (args.output == Output::kJson) {
    Print(EndpointsJson(rows) + "\n");
  } else if (rows.empty()) {
    Note("no endpoints found");
  } else {
    Print(TableText(args, rows));
  }
  return kFine;
}

}  // namespace kgw::cli
