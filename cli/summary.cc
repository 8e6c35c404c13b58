#include "cli/summary.h"

#include <algorithm>
#include <cstdio>

#include "cli/table.h"
#include "cli/text.h"

namespace kgw::cli {
namespace {

struct VerdictStyle {
  const char* word;  // as in the JSON
  const char* title;
  Color color;
};

VerdictStyle StyleOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kForward:
      return {"forward", "forward", Color::kGreen};
    case Verdict::kRedirect:
      return {"redirect", "redirect", Color::kCyan};
    case Verdict::kRespond:
      return {"respond", "respond at once", Color::kCyan};
    case Verdict::kNoRoute:
      return {"no_route", "no route", Color::kYellow};
    case Verdict::kError:
      return {"error", "error", Color::kRed};
    case Verdict::kReject:
      return {"reject", "reject the connection", Color::kRed};
  }
  return {"reject", "reject the connection", Color::kRed};
}

struct ReasonText {
  std::string_view reason;
  const char* text;
};

constexpr ReasonText kReasons[] = {
    {"NoListener", "no listener takes this connection: look at port, TLS and server name"},
    {"NoRoute", "no rule matches this request; 'kgw explain' shows what each one wanted"},
    {"NoBackends", "the rule has no backend"},
    {"BackendNotFound", "the rule's backend does not exist or is not valid; see 'kgw check'"},
    {"RefNotPermitted",
     "no ReferenceGrant allows the reference, or routes delegate in a circle; see 'kgw check'"},
    {"InvalidKind", "the rule names a kind of object that cannot be used there"},
    {"UnsupportedValue", "a setting of the backend cannot be carried out; see 'kgw check'"},
    {"FilterNotFound", "a filter of the rule does not exist; see 'kgw check'"},
    {"DroppedRule", "the rule that matches is not valid; see 'kgw check'"},
    {"ZeroWeight", "every backend of the rule has weight 0"},
    {"NoEndpoints", "the backend has no ready endpoint"},
    {"Misdirected", "the host belongs to another listener than the TLS server name"},
    {"CircuitOpen", "the backend is at its limits"},
    {"BadRequest", "the request is malformed or too large"},
};

std::string Explained(std::string_view reason) {
  for (const ReasonText& known : kReasons) {
    if (reason == known.reason) return std::string(reason) + ": " + known.text;
  }
  return std::string(reason);
}

std::string Text(std::string_view text) { return std::string(text); }

std::string NameOf(std::string_view kind, std::string_view namespace_, std::string_view name) {
  return Text(kind) + " " + Text(namespace_) + "/" + Text(name);
}

std::string BackendText(const BackendRef& backend) {
  std::string text = NameOf(backend.kind, backend.namespace_, backend.name);
  if (backend.port != 0) text += " port " + std::to_string(backend.port);
  if (!backend.function.empty()) text += " function " + Text(backend.function);
  return text;
}

std::string RouteText(const RouteRef& route) {
  std::string text =
      NameOf(route.kind, route.namespace_, route.name) + ", rule " + std::to_string(route.rule);
  if (!route.rule_name.empty()) text += " (" + Text(route.rule_name) + ")";
  return text + ", match " + std::to_string(route.match);
}

std::string Milliseconds(int64_t ms) {
  if (ms == 0) return "off";
  if (ms % 1000 == 0) return std::to_string(ms / 1000) + " s";
  return std::to_string(ms) + " ms";
}

std::string TimeoutText(const Decision::Timeouts& timeouts) {
  std::vector<std::string> parts;
  if (timeouts.request != kUnset) {
    parts.push_back("request " + Milliseconds(timeouts.request));
  }
  if (timeouts.backend_request != kUnset) {
    parts.push_back("backend request " + Milliseconds(timeouts.backend_request));
  }
  return Join(parts, ", ");
}

std::string TransportText(const Decision::Transport& transport) {
  std::vector<std::string> parts;
  if (transport.protocol == TransportProtocol::kHttp1) parts.emplace_back("HTTP/1.1");
  if (transport.protocol == TransportProtocol::kHttp2) parts.emplace_back("HTTP/2");
  if (transport.tls != 0) {
    parts.emplace_back(transport.sni.empty() ? "TLS" : "TLS for " + Text(transport.sni));
    parts.emplace_back(transport.verify != 0 ? "certificate verified" : "certificate not verified");
  }
  return Join(parts, ", ");
}

std::string LocationOf(const Decision& decision) {
  for (const Header& header : decision.response.edits.set) {
    if (Lower(header.name) == "location") return Text(header.value);
  }
  return {};
}

// The lines under the verdict: a dim label, then a text.
class Lines {
 public:
  void Add(const char* label, const std::string& text) {
    if (!text.empty()) table_.Add({{label, Color::kDim}, {text}});
  }

  // The label stands at the first line only.
  void AddEdits(const char* label, const HeaderEdits& edits) {
    for (const std::string_view name : edits.remove) AddNext(&label, "remove " + Text(name));
    for (const Header& h : edits.set) AddNext(&label, "set " + Text(h.name) + ": " + Text(h.value));
    for (const Header& h : edits.add) AddNext(&label, "add " + Text(h.name) + ": " + Text(h.value));
  }

  std::string Render(const Painter& paint) const { return table_.Text(paint, false, "  "); }

 private:
  void AddNext(const char** label, const std::string& text) {
    Add(*label, text);
    *label = "";
  }

  Table table_{{"", ""}};
};

void AddForward(const Decision& decision, Lines* lines) {
  const Decision::Forward& request = decision.request;
  lines->Add("send", Text(request.method) + " " + Text(request.scheme) + "://" +
                         Text(request.authority) + Text(request.path));
  lines->AddEdits("headers", request.edits);
}

void AddAnswer(const Decision& decision, Lines* lines) {
  const Decision::Answer& response = decision.response;
  // A redirect is its location, which stands beside the verdict.
  if (decision.verdict != Verdict::kRedirect) lines->AddEdits("response", response.edits);
  lines->Add("body", Text(response.body));
}

void AddOrigin(const Decision& decision, Lines* lines) {
  if (!decision.backend.kind.empty()) {
    lines->Add("backend",
               BackendText(decision.backend) +
                   (decision.cluster.empty() ? "" : ", cluster " + Text(decision.cluster)));
  }
  if (!decision.route.kind.empty()) lines->Add("by", RouteText(decision.route));
  if (!decision.gateway.empty()) {
    lines->Add("through",
               "Gateway " + Text(decision.gateway) + ", listener " + Text(decision.listener));
  }
}

// What a verdict is followed by: the endpoint, the location, the status.
std::string Outcome(const Decision& decision) {
  if (decision.verdict == Verdict::kForward) return "to " + EndpointText(decision.endpoint);
  const std::string status =
      decision.response.status == 0 ? "" : std::to_string(decision.response.status);
  const std::string location = LocationOf(decision);
  return location.empty() ? status : status + " " + location;
}

std::string Percent(uint64_t count, uint64_t total) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f%%",
                100.0 * static_cast<double>(count) / static_cast<double>(total));
  return text;
}

}  // namespace

bool IsBadNews(const Decision& decision) {
  return decision.verdict == Verdict::kNoRoute || decision.verdict == Verdict::kError ||
         decision.verdict == Verdict::kReject;
}

std::string EndpointText(const Endpoint& endpoint) {
  if (endpoint.port == 0) return {};
  std::string host(endpoint.address.empty() ? endpoint.hostname : endpoint.address);
  if (host.rfind("unix:", 0) == 0) return host;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return host + ":" + std::to_string(endpoint.port);
}

std::string BackendName(const BackendRef& backend) {
  if (backend.kind.empty()) return {};
  return Text(backend.namespace_) + "/" + Text(backend.name);
}

std::string SummaryText(const Decision& decision, const Painter& paint) {
  const VerdictStyle style = StyleOf(decision.verdict);
  Lines lines;
  if (!decision.reason.empty()) lines.Add("why", Explained(decision.reason));
  if (decision.verdict == Verdict::kForward) AddForward(decision, &lines);
  AddAnswer(decision, &lines);
  AddOrigin(decision, &lines);
  for (const Mirror& mirror : decision.mirrors) {
    lines.Add("mirror", BackendText(mirror.backend) + ", " + EndpointText(mirror.endpoint));
  }
  lines.Add("timeouts", TimeoutText(decision.timeouts));
  lines.Add("transport", TransportText(decision.transport));
  const std::string outcome = Printable(Outcome(decision));
  return paint(style.color, style.title) + (outcome.empty() ? "" : "  ") + outcome + "\n" +
         lines.Render(paint);
}

std::string SummaryLine(const Decision& decision, const Painter& paint) {
  const VerdictStyle style = StyleOf(decision.verdict);
  std::string verdict = style.word;
  const std::string padding(verdict.size() < 10 ? 10 - verdict.size() : 1, ' ');
  std::vector<std::string> parts;
  for (const std::string& part :
       {BackendName(decision.backend), Outcome(decision), Text(decision.reason)}) {
    if (!part.empty()) parts.push_back(Printable(part));
  }
  return paint(style.color, verdict) + padding + Join(parts, " ");
}

std::string DistributionText(std::span<const DistributionEntry> entries, const Painter& paint) {
  uint64_t total = 0;
  for (const DistributionEntry& entry : entries) total += entry.count;
  Table table({"BACKEND", "ENDPOINT", "COUNT", "SHARE"});
  for (const DistributionEntry& entry : entries) {
    table.Add({{entry.backend.empty() ? "(none)" : entry.backend},
               {entry.endpoint.empty() ? "(none)" : entry.endpoint},
               {std::to_string(entry.count)},
               {Percent(entry.count, total)}});
  }
  return table.Text(paint, true, "  ");
}

}  // namespace kgw::cli
