// kgw/upstream_type.h - Upstream types of the embedder: where the endpoints come from.
//
// A type stands in an engine's options, never in a global table, and acts on the Upstreams
// (gloo.solo.io/v1) that have its field under `spec`. Called on the control path only, and by one
// engine once at a time. Control calls of that engine from inside such a call throw
// std::logic_error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kgw/diagnostic.h"

namespace kgw {

struct UpstreamEndpoint {  // has an address or a hostname
  std::string address;     // an IP literal, without brackets
  std::string hostname;    // a DNS name, which the proxy resolves
  uint16_t port = 0;
  uint32_t weight = 1;
  // TLS to this endpoint. An `sslConfig` in the Upstream turns it on for those that do not ask.
  bool tls = false;
  std::string sni;
  bool verify = false;
};

struct UpstreamObject {  // an Upstream; its texts live as long as the call
  std::string_view namespace_;
  std::string_view name;
  std::string_view json;  // what stands under the type's field, in one line
};

class UpstreamReporter {
 public:
  // A finding about the object. `json_pointer` (RFC 6901) says where, seen from the type's field:
  // "/hosts/0/port"; "" is all of it. Of use within the call alone, on its thread.
  virtual void Report(std::string_view json_pointer, Severity severity, std::string_view text) = 0;

 protected:
  ~UpstreamReporter() = default;
};

class UpstreamType {
 public:
  virtual ~UpstreamType() = default;

  // The field under `spec` that this type reads: in lowerCamelCase and none of kgw's own. Asked
  // once, by the engine's constructor, which throws std::invalid_argument if the field is no good.
  virtual std::string_view field() const = 0;

  // Fills the endpoints of an Upstream, whose order counts for a fixed seed. False if what the
  // Upstream stands for does not exist: routes to it answer 500. (No endpoints is something else,
  // and answers 503.)
  //
  // Called once when the object is new or changed, then with every later change of the
  // configuration, so that endpoints may differ each time. If it reports an error, returns an
  // endpoint that is none, or throws, the object is rejected and its last good form stays; later,
  // what it said last stays.
  virtual bool Resolve(const UpstreamObject& object, UpstreamReporter* reporter,
                       std::vector<UpstreamEndpoint>* endpoints) = 0;
};

}  // namespace kgw
