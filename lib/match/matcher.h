// match/matcher.h - finds listener, rule and match of a request in a compiled table.
//
// The order is the Gateway API's (HTTPRouteRule.matches, HTTPRoute.hostnames): hostname, path type
// and length, method, number of headers, number of query parameters, older route, namespace/name,
// rule, match. It is computed once, when the matcher is built; inspect/naive_matcher.h says the
// same without any table and the two are tested against each other.
//
// Immutable once built: any number of threads may call Find(), each with its own RequestView. Find
// allocates nothing (but see base/regex.h). Points into the Model, which must outlive it.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "http/request_view.h"
#include "model/model.h"

namespace kgw::match {

struct Options {
  bool host_fallthrough = true;
  bool path_type_prefix_first = false;
};

enum class Outcome : uint8_t {
  kMatched,
  kNoRoute,      // a listener answers, nothing in it matches: 404
  kMisdirected,  // the SNI selects one listener, the Host another: 421
  kNoListener,   // close the connection
};

struct Result {
  Outcome outcome = Outcome::kNoListener;
  const model::Gateway* gateway = nullptr;    // set unless kNoListener
  const model::Listener* listener = nullptr;  // null for kNoListener, and for kNoRoute if no
                                              // listener has the host
  const model::Route* route = nullptr;        // this and the rest: set for kMatched
  const model::Rule* rule = nullptr;
  const model::Match* match = nullptr;

  // Set by the Matcher alone, for what is compiled: to look into the model costs cache lines.
  uint32_t plan = 0;         // the rule's position among all rules of all routes
  uint32_t match_index = 0;  // Match::index
};

// Where a request arrives: what a connection knows before any header is read.
struct Arrival {
  uint16_t port = 80;
  bool tls = false;
  std::string_view sni;      // lower case; empty: none was sent
  std::string_view gateway;  // "namespace/name"; empty: the first Gateway that takes the request
};

class Matcher {
 public:
  Matcher(const model::Model& model, const Options& options);
  ~Matcher();
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;

  // Several Gateways may listen on one port: the first in name order whose listener selection (by
  // SNI, or for plain HTTP by Host) succeeds decides, and its answer is final, 404 included; if
  // none has a listener for the Host, the first that listens on the port answers 404.
  // `method` stands in for the request's own (a CORS preflight asks for another method's rule).
  Result Find(const Arrival& arrival, const http::RequestView& request,
              std::string_view method) const;

 private:
  struct Tables;
  std::unique_ptr<Tables> tables_;
};

}  // namespace kgw::match
