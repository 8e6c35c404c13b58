// Reports, tables and statistics: plain values that are copied.

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>

#include <optional>

#include "bind.h"
#include "kgw/diagnostic.h"
#include "kgw/engine.h"
#include "kgw/inspect.h"
#include "kgw/json.h"

namespace kgw::python {
namespace {

std::optional<std::string> Maybe(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<uint32_t> MaybePlace(uint32_t number) {
  return number == 0 ? std::nullopt : std::optional(number);
}

// "a.yaml:3:5: error: HTTPRoute default/r spec.rules[0]: ... [UnknownValue]", as `kgw check`.
std::string Line(const Diagnostic& d) {
  std::string text = d.file;
  if (d.line != 0) text += ":" + std::to_string(d.line);
  if (d.line != 0 && d.column != 0) text += ":" + std::to_string(d.column);
  if (!text.empty()) text += ": ";
  text += std::string(SeverityWord(d.severity)) + ": ";
  std::string subject = d.kind;
  if (!d.name.empty()) subject += " " + (d.namespace_.empty() ? "" : d.namespace_ + "/") + d.name;
  if (!d.field.empty()) subject += (subject.empty() ? "" : " ") + d.field;
  text += subject + (subject.empty() ? "" : ": ") + d.message;
  const bool hint = !d.suggestion.empty() && d.message.find("did you mean") == std::string::npos;
  return text + (hint ? " (did you mean \"" + d.suggestion + "\"?)" : "") + " [" + d.code + "]";
}

std::vector<Diagnostic> Errors(const Report& report) {
  std::vector<Diagnostic> errors;
  for (const Diagnostic& d : report.diagnostics) {
    if (d.severity == Severity::kError) errors.push_back(d);
  }
  return errors;
}

void BindDiagnostic(nb::module_& m) {
  nb::class_<Diagnostic> type(m, "Diagnostic",
                              "A finding: the keys of `kgw check -o json`. str() is one line for "
                              "people.");
  type.def_prop_ro(
          "severity", [](const Diagnostic& d) { return Str(SeverityWord(d.severity)); },
          nb::sig("def severity(self) -> typing.Literal['error', 'warning']"))
      .def_prop_ro("file", [](const Diagnostic& d) { return Maybe(d.file); })
      .def_prop_ro(
          "line", [](const Diagnostic& d) { return MaybePlace(d.line); }, "From 1.")
      .def_prop_ro(
          "column", [](const Diagnostic& d) { return MaybePlace(d.column); }, "From 1, in bytes.")
      .def_prop_ro("kind", [](const Diagnostic& d) { return Maybe(d.kind); })
      .def_prop_ro("namespace", [](const Diagnostic& d) { return Maybe(d.namespace_); })
      .def_prop_ro("name", [](const Diagnostic& d) { return Maybe(d.name); })
      .def_prop_ro("field", [](const Diagnostic& d) { return Maybe(d.field); })
      .def_ro("code", &Diagnostic::code, "A stable word.")
      .def_ro("message", &Diagnostic::message)
      .def_prop_ro(
          "suggestion", [](const Diagnostic& d) { return Maybe(d.suggestion); },
          "The nearest valid word.")
      .def("json", [](const Diagnostic& d) { return DiagnosticJson(d); })
      .def("__str__", &Line);
  BindFields(type, {"severity", "file", "line", "column", "kind", "namespace", "name", "field",
                    "code", "message", "suggestion"});
}

void BindReport(nb::module_& m) {
  nb::class_<Report> type(m, "Report", "What a change of the configuration did.");
  type.def_ro("diagnostics", &Report::diagnostics, nb::rv_policy::copy)
      .def_prop_ro("errors", &Errors, "The diagnostics that are errors.")
      .def_ro("objects", &Report::objects, "How many are in effect.")
      .def_prop_ro(
          "ignored",
          [](const Report& report) {
            nb::dict ignored;
            for (const auto& [kind, count] : report.ignored) ignored[Decode(kind)] = count;
            return ignored;
          },
          nb::sig("def ignored(self) -> dict[str, int]"), "What is none of kgw's business.")
      .def_ro("generation", &Report::generation, "Of the snapshot published; 0: none was.");
  BindFields(type, {"diagnostics", "objects", "ignored", "generation"});
}

void BindRows(nb::module_& m) {
  nb::class_<RouteRow> route(m, "RouteRow", "One match of the compiled table.");
  route.def_ro("gateway", &RouteRow::gateway)
      .def_ro("listener", &RouteRow::listener)
      .def_ro("port", &RouteRow::port)
      .def_ro("hostname", &RouteRow::hostname)
      .def_ro("path_type", &RouteRow::path_type)
      .def_ro("path", &RouteRow::path)
      .def_ro("method", &RouteRow::method)
      .def_ro("headers", &RouteRow::headers, nb::rv_policy::copy)
      .def_ro("query", &RouteRow::query, nb::rv_policy::copy)
      .def_ro("route_kind", &RouteRow::route_kind)
      .def_ro("route_namespace", &RouteRow::route_namespace)
      .def_ro("route_name", &RouteRow::route_name)
      .def_ro("rule", &RouteRow::rule)
      .def_ro("match", &RouteRow::match)
      .def_ro("action", &RouteRow::action);
  BindFields(route,
             {"gateway", "listener", "port", "hostname", "path_type", "path", "method", "headers",
              "query", "route_kind", "route_namespace", "route_name", "rule", "match", "action"});
  nb::class_<EndpointRow> endpoint(m, "EndpointRow", "One endpoint of a Service or Upstream.");
  endpoint.def_ro("cluster", &EndpointRow::cluster)
      .def_ro("upstream", &EndpointRow::upstream)
      .def_ro("endpoint", &EndpointRow::endpoint)
      .def_ro("weight", &EndpointRow::weight)
      .def_ro("priority", &EndpointRow::priority)
      .def_ro("locality", &EndpointRow::locality)
      .def_ro("health", &EndpointRow::health)
      .def_ro("tls", &EndpointRow::tls)
      .def_ro("active_requests", &EndpointRow::active_requests)
      .def_ro("finished_requests", &EndpointRow::finished_requests)
      .def_ro("failed_requests", &EndpointRow::failed_requests);
  BindFields(endpoint,
             {"cluster", "upstream", "endpoint", "weight", "priority", "locality", "health", "tls",
              "active_requests", "finished_requests", "failed_requests"});
}

void BindExplanation(nb::module_& m) {
  using Candidate = ExplainedCandidate;
  nb::class_<Candidate> candidate(m, "Candidate", "A match that was considered.");
  candidate.def_ro("route", &Candidate::route)
      .def_ro("rule", &Candidate::rule)
      .def_ro("match", &Candidate::match)
      .def_prop_ro("rule_name", [](const Candidate& c) { return Maybe(c.rule_name); })
      .def_ro("hostname", &Candidate::hostname)
      .def_ro("predicates", &Candidate::predicates)
      .def_ro("matched", &Candidate::matched)
      .def_prop_ro(
          "failed", [](const Candidate& c) { return Maybe(c.failed); },
          "The first predicate that does not hold, with what the request has.");
  BindFields(candidate, {"route", "rule", "match", "rule_name", "hostname", "predicates", "matched",
                         "failed"});
  nb::class_<Explanation> explanation(m, "Explanation", "Why a request goes where it goes.");
  explanation.def_ro("listener_steps", &Explanation::listener_steps, nb::rv_policy::copy)
      .def_ro("candidates", &Explanation::candidates, nb::rv_policy::copy,
              "In order of precedence: the first that matched decided.")
      .def_ro("decision_steps", &Explanation::decision_steps, nb::rv_policy::copy)
      .def_ro("decision_json", &Explanation::decision_json)
      .def("json", [](const Explanation& e) { return ExplanationJson(e); });
  BindFields(explanation, {"listener_steps", "candidates", "decision_steps", "decision_json"});
}

void BindObjects(nb::module_& m) {
  nb::class_<ObjectView> object(m, "Object",
                                "An object with its defaults and the status that kgw computed.");
  object.def_ro("kind", &ObjectView::kind)
      .def_prop_ro("namespace", [](const ObjectView& o) { return Maybe(o.namespace_); })
      .def_ro("name", &ObjectView::name)
      .def_ro("api_version", &ObjectView::api_version)
      .def_ro("file", &ObjectView::file)
      .def_ro("line", &ObjectView::line)
      .def_ro("json", &ObjectView::json, "In one line; Secrets redacted.")
      .def_ro("yaml", &ObjectView::yaml);
  BindFields(object, {"kind", "namespace", "name", "api_version", "file", "line"});
  nb::class_<KindInfo> kind(m, "Kind", "A kind of object that the engine reads.");
  kind.def_ro("group", &KindInfo::group)
      .def_ro("kind", &KindInfo::kind)
      .def_ro("plural", &KindInfo::plural)
      .def_ro("singular", &KindInfo::singular)
      .def_ro("short_names", &KindInfo::short_names, nb::rv_policy::copy)
      .def_ro("namespaced", &KindInfo::namespaced);
  BindFields(kind, {"group", "kind", "plural", "singular", "short_names", "namespaced"});
}

void BindStats(nb::module_& m) {
  nb::class_<Stats> stats(m, "Stats", "What an engine holds.");
  stats.def_ro("generation", &Stats::generation, "Of the newest snapshot; 0: there is none yet.")
      .def_ro("snapshots", &Stats::snapshots, "In memory: the newest, and older ones still held.")
      .def_ro("retired_bytes", &Stats::retired_bytes, "Of the older ones, about.");
  BindFields(stats, {"generation", "snapshots", "retired_bytes"});
}

}  // namespace

void BindControl(nb::module_& m) {
  BindDiagnostic(m);
  BindReport(m);
  BindRows(m);
  BindExplanation(m);
  BindObjects(m);
  BindStats(m);
}

}  // namespace kgw::python
