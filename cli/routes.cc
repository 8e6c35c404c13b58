#include "cli/configuration.h"
#include "cli/table.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "kgw/json.h"

namespace kgw::cli {
namespace {

// True if a request for `host` can meet a row of that hostname: any, the same, or a wildcard that
// stands for one label or more.
bool CanMatch(const std::string& hostname, const std::string& host) {
  if (hostname == "*" || hostname.empty()) return true;
  const std::string pattern = Lower(hostname);
  if (pattern.rfind("*.", 0) != 0) return pattern == host;
  const std::string suffix = pattern.substr(1);
  return host.size() > suffix.size() &&
         host.compare(host.size() - suffix.size(), suffix.size(), suffix) == 0;
}

bool Wanted(const Args& args, const RouteRow& row) {
  return (args.host.empty() || CanMatch(row.hostname, Lower(args.host))) &&
         (args.port == 0 || args.port == row.port) &&
         (args.namespace_.empty() || args.namespace_ == row.route_namespace);
}

// "PathPrefix /api GET x-a=1 ?q=1"
std::string MatchText(const RouteRow& row) {
  std::vector<std::string> parts;
  if (!row.path.empty()) parts.push_back(row.path_type + " " + row.path);
  if (!row.method.empty() && row.method != "*") parts.push_back(row.method);
  parts.insert(parts.end(), row.headers.begin(), row.headers.end());
  for (const std::string& parameter : row.query) parts.push_back("?" + parameter);
  return Join(parts, " ");
}

std::string RouteText(const RouteRow& row) {
  const std::string route = row.route_namespace + "/" + row.route_name;
  return row.via.empty() ? route : route + " via " + row.via.back();
}

std::string TableText(const Args& args, const std::vector<RouteRow>& rows) {
  Table table(
      {"PORT", "GATEWAY", "LISTENER", "HOSTNAME", "MATCH", "KIND", "ROUTE", "RULE", "ACTION"});
  for (const RouteRow& row : rows) {
    table.Add({{std::to_string(row.port)},
               {row.gateway},
               {row.listener},
               {row.hostname},
               {MatchText(row), Color::kBold},
               {args.output == Output::kWide ? row.route_kind : ""},
               {RouteText(row)},
               {std::to_string(row.rule) + "." + std::to_string(row.match)},
               {row.action}});
  }
  return table.Text(StdoutPainter(args.color), !args.no_headers);
}

}  // namespace

int RunRoutes(const Args& args) {
  if (!args.words.empty()) return Misused(args, "kgw routes takes no " + args.words[0]);
  Configuration configuration(args);
  if (!SayFindings(args, configuration)) return kWrongUsage;
  std::vector<RouteRow> rows = configuration.engine.Routes();
  std::erase_if(rows, [&](const RouteRow& row) { return !Wanted(args, row); });
  if (args.output == Output::kJson) {
    Print(RoutesJson(rows) + "\n");
  } else if (rows.empty()) {
    Note("no routes found");
  } else {
    Print(TableText(args, rows));
  }
  return kFine;
}

}  // namespace kgw::cli
