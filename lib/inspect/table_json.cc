#include "inspect/json_writer.h"
#include "kgw/json.h"

namespace kgw {
namespace {

using inspect::JsonWriter;

void WriteTexts(JsonWriter* json, std::string_view key, std::span<const std::string> texts) {
  json->BeginArray(key);
  for (const std::string& text : texts) json->Text(text);
  json->EndArray();
}

void WriteRow(JsonWriter* json, const RouteRow& row) {
  json->BeginObject();
  json->Member("gateway", row.gateway);
  json->Member("listener", row.listener);
  json->Member("port", row.port);
  json->Member("hostname", row.hostname);
  json->MemberIfAny("path_type", row.path_type);
  json->MemberIfAny("path", row.path);
  json->Member("method", row.method);
  if (!row.headers.empty()) WriteTexts(json, "headers", row.headers);
  if (!row.query.empty()) WriteTexts(json, "query", row.query);
  json->BeginObject("route");
  json->Member("kind", row.route_kind);
  json->Member("namespace", row.route_namespace);
  json->Member("name", row.route_name);
  json->Member("rule", row.rule);
  json->Member("match", row.match);
  json->EndObject();
  json->Member("action", row.action);
  if (!row.via.empty()) WriteTexts(json, "via", row.via);
  json->EndObject();
}

// A count that never rose says nothing: the program never sends a request.
void WriteCount(JsonWriter* json, std::string_view key, uint64_t count) {
  if (count != 0) json->Member(key, static_cast<int64_t>(count));
}

void WriteRow(JsonWriter* json, const EndpointRow& row) {
  json->BeginObject();
  json->Member("cluster", row.cluster);
  json->Member("upstream", row.upstream);
  json->Member("endpoint", row.endpoint);
  json->Member("weight", row.weight);
  json->Member("priority", row.priority);
  json->MemberIfAny("locality", row.locality);
  json->Member("health", row.health);
  json->Member("tls", row.tls);
  WriteCount(json, "active_requests", row.active_requests);
  WriteCount(json, "finished_requests", row.finished_requests);
  WriteCount(json, "failed_requests", row.failed_requests);
  json->EndObject();
}

void WriteCandidate(JsonWriter* json, const ExplainedCandidate& candidate) {
  json->BeginObject();
  json->Member("route", candidate.route);
  json->Member("rule", candidate.rule);
  json->MemberIfAny("rule_name", candidate.rule_name);
  json->Member("match", candidate.match);
  json->Member("hostname", candidate.hostname);
  json->Member("predicates", candidate.predicates);
  json->Flag("matched", candidate.matched);
  json->MemberIfAny("failed", candidate.failed);
  if (!candidate.via.empty()) WriteTexts(json, "via", candidate.via);
  json->EndObject();
}

template <typename Row>
std::string RowsJson(std::span<const Row> rows) {
  JsonWriter json;
  json.BeginArray();
  for (const Row& row : rows) WriteRow(&json, row);
  json.EndArray();
  return json.Take();
}

}  // namespace

std::string RoutesJson(std::span<const RouteRow> rows) { return RowsJson(rows); }

std::string EndpointsJson(std::span<const EndpointRow> rows) { return RowsJson(rows); }

std::string ExplanationJson(const Explanation& explanation) {
  JsonWriter json;
  json.BeginObject();
  WriteTexts(&json, "listener_steps", explanation.listener_steps);
  json.BeginArray("candidates");
  for (const ExplainedCandidate& c : explanation.candidates) WriteCandidate(&json, c);
  json.EndArray();
  WriteTexts(&json, "decision_steps", explanation.decision_steps);
  if (!explanation.decision_json.empty()) json.Raw("decision", explanation.decision_json);
  json.EndObject();
  return json.Take();
}

}  // namespace kgw
