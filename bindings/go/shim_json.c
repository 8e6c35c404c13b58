/* Decisions that were copied out, back into the form that kgw_decision_json takes. */
#include <stdlib.h>

#include "shim.h"

static kgw_str get(const char* buffer, kgw_go_text text) {
  kgw_str out;
  out.data = buffer + text.at;
  out.len = text.length;
  return out;
}

static const kgw_header* get_headers(const char* buffer, uint32_t at, uint32_t count,
                                     kgw_header** free_ones) {
  const kgw_go_text* from = (const kgw_go_text*)(buffer + at);
  kgw_header* out = *free_ones;
  uint32_t i;
  for (i = 0; i < count; ++i) {
    out[i].name = get(buffer, from[2 * i]);
    out[i].value = get(buffer, from[2 * i + 1]);
  }
  *free_ones += count;
  return out;
}

static void get_edits(const char* buffer, const kgw_go_edits* from, kgw_header_edits* to,
                      kgw_header** free_ones) {
  kgw_str* names = (kgw_str*)*free_ones;
  uint32_t i;
  for (i = 0; i < from->remove_count; ++i) {
    names[i] = get(buffer, ((const kgw_go_text*)(buffer + from->remove_at))[i]);
  }
  *free_ones += from->remove_count;
  to->remove = names;
  to->remove_count = from->remove_count;
  to->set = get_headers(buffer, from->set_at, from->set_count, free_ones);
  to->set_count = from->set_count;
  to->add = get_headers(buffer, from->add_at, from->add_count, free_ones);
  to->add_count = from->add_count;
}

static void get_backend(const char* buffer, const kgw_go_backend* from, kgw_backend_ref* to) {
  to->group = get(buffer, from->group);
  to->kind = get(buffer, from->kind);
  to->namespace_ = get(buffer, from->namespace_);
  to->name = get(buffer, from->name);
  to->function = get(buffer, from->function);
  to->index = from->index;
  to->port = from->port;
}

static void get_endpoint(const char* buffer, const kgw_go_endpoint* from, kgw_endpoint* to) {
  to->address = get(buffer, from->address);
  to->hostname = get(buffer, from->hostname);
  to->port = from->port;
}

static void get_mirrors(const char* buffer, const kgw_go_decision* from, kgw_mirror* to) {
  const kgw_go_mirror* mirrors = (const kgw_go_mirror*)(buffer + from->mirrors_at);
  uint32_t i;
  for (i = 0; i < from->mirror_count; ++i) {
    get_backend(buffer, &mirrors[i].backend, &to[i].backend);
    get_endpoint(buffer, &mirrors[i].endpoint, &to[i].endpoint);
    to[i].authority = get(buffer, mirrors[i].authority);
    to[i].ticket = mirrors[i].ticket;
  }
}

static void get_texts(const char* buffer, const kgw_go_decision* from, kgw_decision* to) {
  to->gateway = get(buffer, from->gateway);
  to->listener = get(buffer, from->listener);
  to->route.kind = get(buffer, from->route_kind);
  to->route.namespace_ = get(buffer, from->route_namespace);
  to->route.name = get(buffer, from->route_name);
  to->route.rule_name = get(buffer, from->rule_name);
  to->cluster = get(buffer, from->cluster);
  to->request.method = get(buffer, from->method);
  to->request.scheme = get(buffer, from->scheme);
  to->request.authority = get(buffer, from->authority);
  to->request.path = get(buffer, from->path);
  to->response.body = get(buffer, from->body);
  to->transport.sni = get(buffer, from->sni);
  to->reason = get(buffer, from->reason);
}

static void get_numbers(const kgw_go_decision* from, kgw_decision* to) {
  to->verdict = from->verdict;
  to->changed = from->changed;
  to->route.rule = from->rule;
  to->route.match = from->match;
  to->response.status = from->status;
  to->timeouts.request = from->request_timeout_ms;
  to->timeouts.backend_request = from->backend_timeout_ms;
  to->retry.backoff_ms = from->backoff_ms;
  to->retry.attempts = from->attempts;
  to->transport.protocol = from->transport;
  to->transport.tls = from->tls;
  to->transport.verify = from->verify;
  to->generation = from->generation;
  to->ticket = from->ticket;
}

/* `headers` and `mirrors` have room for all of them. */
static void unflatten(const kgw_go_decision* from, const char* buffer, kgw_header* headers,
                      kgw_mirror* mirrors, kgw_decision* to) {
  const kgw_decision init = KGW_DECISION_INIT;
  *to = init;
  get_numbers(from, to);
  get_texts(buffer, from, to);
  get_backend(buffer, &from->backend, &to->backend);
  get_endpoint(buffer, &from->endpoint, &to->endpoint);
  get_edits(buffer, &from->request_edits, &to->request.edits, &headers);
  get_edits(buffer, &from->response_edits, &to->response.edits, &headers);
  get_mirrors(buffer, from, mirrors);
  to->mirrors = mirrors;
  to->mirror_count = from->mirror_count;
  to->retry.codes = (const uint16_t*)(buffer + from->codes_at);
  to->retry.code_count = from->code_count;
}

static size_t lines_of(const kgw_go_edits* e) {
  return (size_t)e->remove_count + e->set_count + e->add_count;
}

kgw_error* kgw_go_decision_json(const kgw_go_decision* decision, const char* buffer,
                                const kgw_go_request* request, const char* texts,
                                const uint32_t* lines, kgw_text** out) {
  const size_t edits = lines_of(&decision->request_edits) + lines_of(&decision->response_edits);
  const size_t asked = request != NULL ? request->line_count : 0;
  kgw_header* headers = malloc((edits + asked + 1) * sizeof *headers);
  kgw_mirror* mirrors = malloc((decision->mirror_count + 1) * sizeof *mirrors);
  kgw_decision whole;
  kgw_request question;
  kgw_error* error;
  if (headers == NULL || mirrors == NULL) {
    free(headers);
    free(mirrors);
    *out = NULL;
    return NULL;
  }
  unflatten(decision, buffer, headers, mirrors, &whole);
  if (request != NULL) kgw_go_read_request(request, texts, lines, headers + edits, &question);
  error = kgw_decision_json(&whole, request != NULL ? &question : NULL, out);
  free(headers);
  free(mirrors);
  return error;
}
