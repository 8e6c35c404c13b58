// kgw/json.h - decisions, findings, tables and requests as the program's JSON.
//
// Keys are a contract: new ones may appear, none is ever renamed. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "kgw/decision.h"
#include "kgw/diagnostic.h"
#include "kgw/inspect.h"

namespace kgw {

struct DistributionEntry {
  std::string backend;   // "namespace/name"; empty for a request that got no backend
  std::string endpoint;  // "address:port"
  uint64_t count = 0;
};

// One line, no line end. Keys that do not apply are absent. `distribution` is written if not empty.
std::string DecisionJson(const Decision& decision,
                         std::span<const DistributionEntry> distribution = {});

std::string DiagnosticJson(const Diagnostic& diagnostic);

// One array, an object a row: `kgw routes -o json`, `kgw endpoints -o json`.
std::string RoutesJson(std::span<const RouteRow> rows);
std::string EndpointsJson(std::span<const EndpointRow> rows);

// {"listener_steps":[],"candidates":[],"decision_steps":[],"decision":{}}
std::string ExplanationJson(const Explanation& explanation);

// {"error":"..."}: what stands in the place of a decision for a line that is no request.
std::string ErrorJson(std::string_view message);

// The words of the JSON for enumerations.
std::string_view VerdictWord(Verdict verdict);               // "no_route"
std::string_view TransportWord(TransportProtocol protocol);  // "h2"; empty for kUnset
std::string_view SeverityWord(Severity severity);            // "warning"
std::span<const std::string_view> ProtocolWords();           // in the order of Protocol

// A request read from one line of JSON; owns the texts that `request` points to.
class ParsedRequest {
 public:
  ParsedRequest();
  ~ParsedRequest();
  // Returns an empty string, or what is wrong in one sentence. A second call forgets the first.
  std::string Parse(std::string_view line);

  const Request& request() const;
  uint64_t times() const;  // how often to route it; at least 1

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

}  // namespace kgw
