// capi/layout.h - the structs of kgw/c.h are those of the C++ API, member for member.
//
// This is what lets a call hand over its structs as they are. After its `size` a kgw_request is a
// kgw::Request and a kgw_decision a kgw::Decision: compiled without strict aliasing.
#pragma once

#include <cstddef>

#include "kgw/c.h"
#include "kgw/decision.h"
#include "kgw/engine.h"
#include "kgw/request.h"
#include "kgw/ticket.h"

namespace kgw::capi {

#define KGW_SAME_SIZE(c, cpp) static_assert(sizeof(c) == sizeof(cpp) && alignof(c) == alignof(cpp))
#define KGW_SAME_PLACE(c, c_member, cpp, cpp_member)                 \
  static_assert(offsetof(c, c_member) == offsetof(cpp, cpp_member)); \
  static_assert(sizeof(c::c_member) == sizeof(cpp::cpp_member))
// A member of a struct that begins with `size`, against the struct without it.
#define KGW_SAME_PLACE_AFTER_SIZE(c, first, c_member, cpp, cpp_member)                    \
  static_assert(offsetof(c, c_member) - offsetof(c, first) == offsetof(cpp, cpp_member)); \
  static_assert(sizeof(decltype(c::c_member)) == sizeof(decltype(cpp::cpp_member)))

KGW_SAME_SIZE(kgw_str, Str);
KGW_SAME_PLACE(kgw_str, data, Str, bytes);
KGW_SAME_PLACE(kgw_str, len, Str, length);

KGW_SAME_SIZE(kgw_header, Header);
KGW_SAME_PLACE(kgw_header, name, Header, name);
KGW_SAME_PLACE(kgw_header, value, Header, value);

KGW_SAME_SIZE(kgw_source, SourceView);
KGW_SAME_PLACE(kgw_source, name, SourceView, name);
KGW_SAME_PLACE(kgw_source, bytes, SourceView, bytes);
KGW_SAME_PLACE(kgw_source, format, SourceView, format);

// A pointer and a count.
static_assert(sizeof(List<Header>) == sizeof(void*) + sizeof(size_t));
static_assert(offsetof(List<Header>, items) == 0);
static_assert(offsetof(List<Header>, count) == sizeof(void*));

KGW_SAME_SIZE(kgw_header_edits, HeaderEdits);
KGW_SAME_PLACE(kgw_header_edits, remove, HeaderEdits, remove.items);
KGW_SAME_PLACE(kgw_header_edits, remove_count, HeaderEdits, remove.count);
KGW_SAME_PLACE(kgw_header_edits, set, HeaderEdits, set.items);
KGW_SAME_PLACE(kgw_header_edits, add, HeaderEdits, add.items);
KGW_SAME_PLACE(kgw_header_edits, add_count, HeaderEdits, add.count);

KGW_SAME_SIZE(kgw_route_ref, RouteRef);
KGW_SAME_PLACE(kgw_route_ref, kind, RouteRef, kind);
KGW_SAME_PLACE(kgw_route_ref, namespace_, RouteRef, namespace_);
KGW_SAME_PLACE(kgw_route_ref, name, RouteRef, name);
KGW_SAME_PLACE(kgw_route_ref, rule_name, RouteRef, rule_name);
KGW_SAME_PLACE(kgw_route_ref, rule, RouteRef, rule);
KGW_SAME_PLACE(kgw_route_ref, match, RouteRef, match);

KGW_SAME_SIZE(kgw_backend_ref, BackendRef);
KGW_SAME_PLACE(kgw_backend_ref, group, BackendRef, group);
KGW_SAME_PLACE(kgw_backend_ref, kind, BackendRef, kind);
KGW_SAME_PLACE(kgw_backend_ref, namespace_, BackendRef, namespace_);
KGW_SAME_PLACE(kgw_backend_ref, name, BackendRef, name);
KGW_SAME_PLACE(kgw_backend_ref, function, BackendRef, function);
KGW_SAME_PLACE(kgw_backend_ref, index, BackendRef, index);
KGW_SAME_PLACE(kgw_backend_ref, port, BackendRef, port);

KGW_SAME_SIZE(kgw_endpoint, Endpoint);
KGW_SAME_PLACE(kgw_endpoint, address, Endpoint, address);
KGW_SAME_PLACE(kgw_endpoint, hostname, Endpoint, hostname);
KGW_SAME_PLACE(kgw_endpoint, port, Endpoint, port);

KGW_SAME_SIZE(kgw_ticket, Ticket);

KGW_SAME_SIZE(kgw_mirror, Mirror);
KGW_SAME_PLACE(kgw_mirror, backend, Mirror, backend);
KGW_SAME_PLACE(kgw_mirror, endpoint, Mirror, endpoint);
KGW_SAME_PLACE(kgw_mirror, authority, Mirror, authority);
KGW_SAME_PLACE(kgw_mirror, ticket, Mirror, ticket);

#define KGW_SAME_IN_REQUEST(c, cpp) KGW_SAME_PLACE_AFTER_SIZE(kgw_request, method, c, Request, cpp)
static_assert(sizeof(kgw_request) == offsetof(kgw_request, method) + sizeof(Request));
KGW_SAME_IN_REQUEST(method, method);
KGW_SAME_IN_REQUEST(scheme, scheme);
KGW_SAME_IN_REQUEST(authority, authority);
KGW_SAME_IN_REQUEST(path, path);
KGW_SAME_IN_REQUEST(headers, headers.items);
KGW_SAME_IN_REQUEST(header_count, headers.count);
KGW_SAME_IN_REQUEST(lookup, lookup);
KGW_SAME_IN_REQUEST(lookup_ctx, lookup_context);
KGW_SAME_IN_REQUEST(sni, sni);
KGW_SAME_IN_REQUEST(peer, peer);
KGW_SAME_IN_REQUEST(local, local);
KGW_SAME_IN_REQUEST(client_namespace, client_namespace);
KGW_SAME_IN_REQUEST(gateway, gateway);
KGW_SAME_IN_REQUEST(protocol, protocol);
KGW_SAME_IN_REQUEST(port, port);
KGW_SAME_IN_REQUEST(peek, peek);
KGW_SAME_IN_REQUEST(reserved, reserved);
KGW_SAME_IN_REQUEST(random, random);
KGW_SAME_IN_REQUEST(now_ns, now_ns);

#define KGW_SAME_IN_DECISION(c, cpp) \
  KGW_SAME_PLACE_AFTER_SIZE(kgw_decision, verdict, c, Decision, cpp)
static_assert(sizeof(kgw_decision) == offsetof(kgw_decision, verdict) + sizeof(Decision));
KGW_SAME_IN_DECISION(verdict, verdict);
KGW_SAME_IN_DECISION(changed, changed);
KGW_SAME_IN_DECISION(gateway, gateway);
KGW_SAME_IN_DECISION(listener, listener);
KGW_SAME_IN_DECISION(route, route);
KGW_SAME_IN_DECISION(backend, backend);
KGW_SAME_IN_DECISION(cluster, cluster);
KGW_SAME_IN_DECISION(endpoint, endpoint);
KGW_SAME_IN_DECISION(request, request);
KGW_SAME_IN_DECISION(response, response);
KGW_SAME_IN_DECISION(mirrors, mirrors.items);
KGW_SAME_IN_DECISION(mirror_count, mirrors.count);
KGW_SAME_IN_DECISION(timeouts, timeouts);
KGW_SAME_IN_DECISION(retry, retry);
KGW_SAME_IN_DECISION(transport, transport);
KGW_SAME_IN_DECISION(reason, reason);
KGW_SAME_IN_DECISION(generation, generation);
KGW_SAME_IN_DECISION(ticket, ticket);

using CForward = decltype(kgw_decision::request);
KGW_SAME_PLACE(CForward, method, Decision::Forward, method);
KGW_SAME_PLACE(CForward, scheme, Decision::Forward, scheme);
KGW_SAME_PLACE(CForward, authority, Decision::Forward, authority);
KGW_SAME_PLACE(CForward, path, Decision::Forward, path);
KGW_SAME_PLACE(CForward, edits, Decision::Forward, edits);

using CAnswer = decltype(kgw_decision::response);
KGW_SAME_PLACE(CAnswer, edits, Decision::Answer, edits);
KGW_SAME_PLACE(CAnswer, body, Decision::Answer, body);
KGW_SAME_PLACE(CAnswer, status, Decision::Answer, status);

using CTimeouts = decltype(kgw_decision::timeouts);
KGW_SAME_PLACE(CTimeouts, request, Decision::Timeouts, request);
KGW_SAME_PLACE(CTimeouts, backend_request, Decision::Timeouts, backend_request);

using CRetry = decltype(kgw_decision::retry);
KGW_SAME_PLACE(CRetry, codes, Decision::Retry, codes.items);
KGW_SAME_PLACE(CRetry, code_count, Decision::Retry, codes.count);
KGW_SAME_PLACE(CRetry, backoff_ms, Decision::Retry, backoff_ms);
KGW_SAME_PLACE(CRetry, attempts, Decision::Retry, attempts);

using CTransport = decltype(kgw_decision::transport);
KGW_SAME_PLACE(CTransport, sni, Decision::Transport, sni);
KGW_SAME_PLACE(CTransport, protocol, Decision::Transport, protocol);
KGW_SAME_PLACE(CTransport, tls, Decision::Transport, tls);
KGW_SAME_PLACE(CTransport, verify, Decision::Transport, verify);

static_assert(sizeof(kgw_outcome) == offsetof(kgw_outcome, result) + sizeof(Outcome));
KGW_SAME_PLACE_AFTER_SIZE(kgw_outcome, result, result, Outcome, result);
KGW_SAME_PLACE_AFTER_SIZE(kgw_outcome, result, status, Outcome, status);
KGW_SAME_PLACE_AFTER_SIZE(kgw_outcome, result, latency_ns, Outcome, latency_ns);
KGW_SAME_PLACE_AFTER_SIZE(kgw_outcome, result, now_ns, Outcome, now_ns);

// The words of both sides have the same numbers.
static_assert(KGW_FORWARD == static_cast<int>(Verdict::kForward));
static_assert(KGW_REDIRECT == static_cast<int>(Verdict::kRedirect));
static_assert(KGW_RESPOND == static_cast<int>(Verdict::kRespond));
static_assert(KGW_NO_ROUTE == static_cast<int>(Verdict::kNoRoute));
static_assert(KGW_VERDICT_ERROR == static_cast<int>(Verdict::kError));
static_assert(KGW_REJECT == static_cast<int>(Verdict::kReject));
static_assert(KGW_PROTOCOL_HTTP == static_cast<int>(Protocol::kHttp));
static_assert(KGW_PROTOCOL_UDP == static_cast<int>(Protocol::kUdp));
static_assert(KGW_COMPLETED == static_cast<int>(Result::kCompleted));
static_assert(KGW_CONNECT_FAILURE == static_cast<int>(Result::kConnectFailure));
static_assert(KGW_RESET == static_cast<int>(Result::kReset));
static_assert(KGW_TIMEOUT == static_cast<int>(Result::kTimeout));
static_assert(KGW_ABORTED == static_cast<int>(Result::kAborted));
static_assert(static_cast<int>(KGW_CHANGED_METHOD) == static_cast<int>(Decision::kMethod));
static_assert(static_cast<int>(KGW_CHANGED_SCHEME) == static_cast<int>(Decision::kScheme));
static_assert(static_cast<int>(KGW_CHANGED_AUTHORITY) == static_cast<int>(Decision::kAuthority));
static_assert(static_cast<int>(KGW_CHANGED_PATH) == static_cast<int>(Decision::kPath));
static_assert(KGW_TRANSPORT_HTTP1 == static_cast<int>(TransportProtocol::kHttp1));
static_assert(KGW_TRANSPORT_HTTP2 == static_cast<int>(TransportProtocol::kHttp2));
static_assert(KGW_UNSET == kUnset);
static_assert(KGW_FORMAT_AUTO == static_cast<int>(Format::kAuto));
static_assert(KGW_FORMAT_YAML == static_cast<int>(Format::kYaml));
static_assert(KGW_FORMAT_JSON == static_cast<int>(Format::kJson));
static_assert(KGW_WARNING == static_cast<int>(Severity::kWarning));
static_assert(KGW_ERROR == static_cast<int>(Severity::kError));
static_assert(KGW_LOG_INFO == static_cast<int>(LogLevel::kInfo));
static_assert(KGW_LOG_WARNING == static_cast<int>(LogLevel::kWarning));
static_assert(KGW_LOG_ERROR == static_cast<int>(LogLevel::kError));

#undef KGW_SAME_IN_DECISION
#undef KGW_SAME_IN_REQUEST
#undef KGW_SAME_PLACE_AFTER_SIZE
#undef KGW_SAME_PLACE
#undef KGW_SAME_SIZE

inline const Request& RequestOf(const kgw_request& request) {
  return *reinterpret_cast<const Request*>(&request.method);
}
inline const Decision& DecisionOf(const kgw_decision& decision) {
  return *reinterpret_cast<const Decision*>(&decision.verdict);
}
inline Decision* DecisionOf(kgw_decision* decision) {
  return reinterpret_cast<Decision*>(&decision->verdict);
}
inline const Outcome& OutcomeOf(const kgw_outcome& outcome) {
  return *reinterpret_cast<const Outcome*>(&outcome.result);
}
inline Ticket* TicketOf(kgw_ticket* ticket) { return reinterpret_cast<Ticket*>(ticket); }

}  // namespace kgw::capi
