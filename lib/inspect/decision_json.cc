#include "inspect/json_writer.h"
#include "kgw/json.h"

namespace kgw {
namespace {

using inspect::JsonWriter;

void WriteHeaders(JsonWriter* json, std::string_view key, List<Header> headers) {
  if (headers.empty()) return;
  json->BeginArray(key);
  for (const Header& header : headers) {
    json->BeginArray();
    json->Text(header.name);
    json->Text(header.value);
    json->EndArray();
  }
  json->EndArray();
}

void WriteEdits(JsonWriter* json, const HeaderEdits& edits) {
  if (!edits.remove.empty()) {
    json->BeginArray("remove");
    for (const Str name : edits.remove) json->Text(name);
    json->EndArray();
  }
  WriteHeaders(json, "set", edits.set);
  WriteHeaders(json, "add", edits.add);
}

void WriteRoute(JsonWriter* json, const RouteRef& route) {
  if (route.kind.empty()) return;
  json->BeginObject("route");
  json->Member("kind", route.kind);
  json->Member("namespace", route.namespace_);
  json->Member("name", route.name);
  json->Member("rule", route.rule);
  json->MemberIfAny("rule_name", route.rule_name);
  json->Member("match", route.match);
  json->EndObject();
}

void WriteBackend(JsonWriter* json, const BackendRef& backend) {
  if (backend.kind.empty()) return;
  json->BeginObject("backend");
  json->Member("group", backend.group);
  json->Member("kind", backend.kind);
  json->Member("namespace", backend.namespace_);
  json->Member("name", backend.name);
  json->Member("index", backend.index);
  if (backend.port != 0) json->Member("port", backend.port);
  json->MemberIfAny("function", backend.function);
  json->EndObject();
}

void WriteEndpoint(JsonWriter* json, const Endpoint& endpoint) {
  if (endpoint.port == 0) return;
  json->BeginObject("endpoint");
  json->MemberIfAny("address", endpoint.address);
  json->MemberIfAny("hostname", endpoint.hostname);
  json->Member("port", endpoint.port);
  json->EndObject();
}

void WriteRequest(JsonWriter* json, const Decision& decision) {
  if (decision.verdict != Verdict::kForward) return;
  const Decision::Forward& request = decision.request;
  json->BeginObject("request");
  json->Member("method", request.method);
  json->Member("scheme", request.scheme);
  json->Member("authority", request.authority);
  json->Member("path", request.path);
  WriteEdits(json, request.edits);
  json->EndObject();
}

void WriteResponse(JsonWriter* json, const Decision::Answer& response) {
  if (response.status == 0 && response.edits.empty()) return;
  json->BeginObject("response");
  if (response.status != 0) json->Member("status", response.status);
  WriteEdits(json, response.edits);
  json->MemberIfAny("body", response.body);
  json->EndObject();
}

void WriteMirrors(JsonWriter* json, List<Mirror> mirrors) {
  if (mirrors.empty()) return;
  json->BeginArray("mirrors");
  for (const Mirror& mirror : mirrors) {
    json->BeginObject();
    WriteBackend(json, mirror.backend);
    WriteEndpoint(json, mirror.endpoint);
    json->MemberIfAny("authority", mirror.authority);
    json->EndObject();
  }
  json->EndArray();
}

void WriteTimeouts(JsonWriter* json, const Decision::Timeouts& timeouts) {
  if (timeouts.request == kUnset && timeouts.backend_request == kUnset) return;
  json->BeginObject("timeouts_ms");
  if (timeouts.request != kUnset) json->Member("request", timeouts.request);
  if (timeouts.backend_request != kUnset) {
    json->Member("backend_request", timeouts.backend_request);
  }
  json->EndObject();
}

void WriteRetry(JsonWriter* json, const Decision::Retry& retry) {
  if (retry.attempts == 0) return;
  json->BeginObject("retry");
  json->Member("attempts", retry.attempts);
  if (!retry.codes.empty()) {
    json->BeginArray("codes");
    for (const uint16_t code : retry.codes) json->Number(code);
    json->EndArray();
  }
  if (retry.backoff_ms != kUnset) json->Member("backoff_ms", retry.backoff_ms);
  json->EndObject();
}

void WriteTransport(JsonWriter* json, const Decision::Transport& transport) {
  if (transport.protocol == TransportProtocol::kUnset && transport.tls == 0) return;
  json->BeginObject("transport");
  if (transport.protocol != TransportProtocol::kUnset) {
    json->Member("protocol", TransportWord(transport.protocol));
  }
  if (transport.tls != 0) {
    json->BeginObject("tls");
    json->MemberIfAny("sni", transport.sni);
    json->Flag("verify", transport.verify != 0);
    json->EndObject();
  }
  json->EndObject();
}

void WriteDistribution(JsonWriter* json, std::span<const DistributionEntry> distribution) {
  if (distribution.empty()) return;
  json->BeginArray("distribution");
  for (const DistributionEntry& entry : distribution) {
    json->BeginObject();
    json->Member("backend", entry.backend);
    json->Member("endpoint", entry.endpoint);
    json->Member("count", static_cast<int64_t>(entry.count));
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace

std::string_view VerdictWord(Verdict verdict) {
  switch (verdict) {
    case Verdict::kForward:
      return "forward";
    case Verdict::kRedirect:
      return "redirect";
    case Verdict::kRespond:
      return "respond";
    case Verdict::kNoRoute:
      return "no_route";
    case Verdict::kError:
      return "error";
    case Verdict::kReject:
      break;
  }
  return "reject";
}

std::string_view TransportWord(TransportProtocol protocol) {
  if (protocol == TransportProtocol::kUnset) return {};
  return protocol == TransportProtocol::kHttp2 ? "h2" : "http1";
}

std::string_view SeverityWord(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

std::string DecisionJson(const Decision& decision,
                         std::span<const DistributionEntry> distribution) {
  JsonWriter json;
  json.BeginObject();
  json.Member("verdict", VerdictWord(decision.verdict));
  json.MemberIfAny("gateway", decision.gateway);
  json.MemberIfAny("listener", decision.listener);
  WriteRoute(&json, decision.route);
  WriteBackend(&json, decision.backend);
  json.MemberIfAny("cluster", decision.cluster);
  WriteEndpoint(&json, decision.endpoint);
  WriteRequest(&json, decision);
  WriteResponse(&json, decision.response);
  WriteMirrors(&json, decision.mirrors);
  WriteTimeouts(&json, decision.timeouts);
  WriteRetry(&json, decision.retry);
  WriteTransport(&json, decision.transport);
  WriteDistribution(&json, distribution);
  json.MemberIfAny("reason", decision.reason);
  json.EndObject();
  return json.Take();
}

std::string DiagnosticJson(const Diagnostic& diagnostic) {
  JsonWriter json;
  json.BeginObject();
  json.Member("severity", SeverityWord(diagnostic.severity));
  json.MemberIfAny("file", diagnostic.file);
  if (diagnostic.line != 0) json.Member("line", diagnostic.line);
  if (diagnostic.column != 0) json.Member("column", diagnostic.column);
  json.MemberIfAny("kind", diagnostic.kind);
  json.MemberIfAny("namespace", diagnostic.namespace_);
  json.MemberIfAny("name", diagnostic.name);
  json.MemberIfAny("field", diagnostic.field);
  json.Member("code", diagnostic.code);
  json.Member("message", diagnostic.message);
  json.MemberIfAny("suggestion", diagnostic.suggestion);
  json.EndObject();
  return json.Take();
}

std::string ErrorJson(std::string_view message) {
  JsonWriter json;
  json.BeginObject();
  json.Member("error", message);
  json.EndObject();
  return json.Take();
}

}  // namespace kgw
