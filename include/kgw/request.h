// kgw/request.h - what kgw reads of a request.
//
// A Request only points: every text belongs to the caller and must stay valid during the call it is
// passed to. router/ gives it meaning; http/ says how its parts are normalised. In C it is a
// kgw_request: the members of both follow each other in the same order.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kgw/str.h"

namespace kgw {

struct Header {
  Str name;  // any case
  Str value;
};

enum class Protocol : int32_t { kHttp, kGrpc, kTls, kTcp, kUdp };

// Looks up a field line where the caller keeps it: the `index`-th value, from 0, of the header
// `name` (lower case). Returns 0 if there is none. Values must be valid until the routing call
// returns. Called on the reader's thread, within the call; must not call the same Reader.
using HeaderLookup = int32_t (*)(void* context, const char* name, size_t name_length, size_t index,
                                 const char** value, size_t* value_length);

struct Request {
  Str method = "GET";
  Str scheme = "http";            // "https" (or an SNI) means that TLS was terminated here
  Str authority;                  // Host or :authority, with or without a port
  Str path = "/";                 // may carry ?query
  List<Header> headers;           // field lines in their order; repeats allowed
  HeaderLookup lookup = nullptr;  // of further ones; its values follow those of `headers`
  void* lookup_context = nullptr;
  Str sni;    // TLS server name; empty if the client sent none
  Str peer;   // client address: its 4 or 16 bytes, or empty
  Str local;  // local address, in the same form
  Str client_namespace;
  Str gateway;  // "namespace/name" limits the answer to that Gateway
  Protocol protocol = Protocol::kHttp;
  uint16_t port = 0;  // of the listener; 0: 443 for https, else 80
  // The answer that the next request would get, and nothing else: no ticket, no active request, and
  // no balancing position or random number is used up.
  uint8_t peek = 0;
  uint8_t reserved = 0;
  uint64_t random = 0;  // seeds the choices for this request; 0: the reader's own generator
  int64_t now_ns = 0;   // the caller's monotonic clock
};

}  // namespace kgw
