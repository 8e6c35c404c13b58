/* Decisions, out of the reader's memory into one buffer. */
#include <string.h>

#include "shim.h"

static uint64_t text_bytes(const kgw_decision* d) {
  return (uint64_t)d->gateway.len + d->listener.len + d->route.kind.len + d->route.namespace_.len +
         d->route.name.len + d->route.rule_name.len + d->backend.group.len + d->backend.kind.len +
         d->backend.namespace_.len + d->backend.name.len + d->backend.function.len +
         d->cluster.len + d->endpoint.address.len + d->endpoint.hostname.len +
         d->request.method.len + d->request.scheme.len + d->request.authority.len +
         d->request.path.len + d->response.body.len + d->transport.sni.len + d->reason.len;
}

static uint64_t edits_bytes(const kgw_header_edits* e) {
  uint64_t bytes = 0;
  size_t i;
  for (i = 0; i < e->remove_count; ++i) bytes += e->remove[i].len;
  for (i = 0; i < e->set_count; ++i) bytes += e->set[i].name.len + e->set[i].value.len;
  for (i = 0; i < e->add_count; ++i) bytes += e->add[i].name.len + e->add[i].value.len;
  return bytes;
}

static uint64_t mirrors_bytes(const kgw_decision* d) {
  uint64_t bytes = 0;
  size_t i;
  for (i = 0; i < d->mirror_count; ++i) {
    const kgw_mirror* m = &d->mirrors[i];
    bytes += m->backend.group.len + m->backend.kind.len + m->backend.namespace_.len +
             m->backend.name.len + m->backend.function.len + m->endpoint.address.len +
             m->endpoint.hostname.len + m->authority.len;
  }
  return bytes;
}

static uint64_t aligned(uint64_t size) { return (size + 7) & ~(uint64_t)7; }

/* A buffer that is being filled: lists from its beginning, each aligned, texts after them. */
typedef struct {
  char* data;
  uint32_t lists;
  uint32_t texts;
} writer;

/* Most texts are short, and a call of memcpy costs more than they do. */
static void copy(char* to, const char* from, size_t length) {
  if (length > 32) {
    memcpy(to, from, length);
  } else if (length >= 16) {
    memcpy(to, from, 16);
    memcpy(to + length - 16, from + length - 16, 16);
  } else if (length >= 8) {
    memcpy(to, from, 8);
    memcpy(to + length - 8, from + length - 8, 8);
  } else if (length >= 4) {
    memcpy(to, from, 4);
    memcpy(to + length - 4, from + length - 4, 4);
  } else {
    for (; length != 0; --length) *to++ = *from++;
  }
}

static kgw_go_text put(writer* w, kgw_str text) {
  kgw_go_text out;
  out.at = w->texts;
  out.length = (uint32_t)text.len;
  copy(w->data + w->texts, text.data, text.len);
  w->texts += out.length;
  return out;
}

static uint32_t reserve(writer* w, size_t bytes) {
  const uint32_t at = w->lists;
  w->lists += (uint32_t)aligned(bytes);
  return at;
}

static uint32_t put_headers(writer* w, const kgw_header* headers, size_t count) {
  const uint32_t at = reserve(w, 2 * count * sizeof(kgw_go_text));
  kgw_go_text* to = (kgw_go_text*)(w->data + at);
  size_t i;
  for (i = 0; i < count; ++i) {
    to[2 * i] = put(w, headers[i].name);
    to[2 * i + 1] = put(w, headers[i].value);
  }
  return at;
}

static void put_edits(writer* w, const kgw_header_edits* from, kgw_go_edits* to) {
  size_t i;
  memset(to, 0, sizeof *to);
  if (from->remove_count + from->set_count + from->add_count == 0) return;
  to->remove_count = (uint32_t)from->remove_count;
  to->remove_at = reserve(w, from->remove_count * sizeof(kgw_go_text));
  for (i = 0; i < from->remove_count; ++i) {
    ((kgw_go_text*)(w->data + to->remove_at))[i] = put(w, from->remove[i]);
  }
  to->set_count = (uint32_t)from->set_count;
  to->set_at = put_headers(w, from->set, from->set_count);
  to->add_count = (uint32_t)from->add_count;
  to->add_at = put_headers(w, from->add, from->add_count);
}

static void put_backend(writer* w, const kgw_backend_ref* from, kgw_go_backend* to) {
  to->group = put(w, from->group);
  to->kind = put(w, from->kind);
  to->namespace_ = put(w, from->namespace_);
  to->name = put(w, from->name);
  to->function = put(w, from->function);
  to->index = from->index;
  to->port = from->port;
}

static void put_endpoint(writer* w, const kgw_endpoint* from, kgw_go_endpoint* to) {
  to->address = put(w, from->address);
  to->hostname = put(w, from->hostname);
  to->port = from->port;
}

static void put_mirrors(writer* w, const kgw_decision* from, kgw_go_decision* to) {
  size_t i;
  to->mirror_count = (uint32_t)from->mirror_count;
  to->mirrors_at = reserve(w, from->mirror_count * sizeof(kgw_go_mirror));
  for (i = 0; i < from->mirror_count; ++i) {
    kgw_go_mirror* mirror = (kgw_go_mirror*)(w->data + to->mirrors_at) + i;
    put_backend(w, &from->mirrors[i].backend, &mirror->backend);
    put_endpoint(w, &from->mirrors[i].endpoint, &mirror->endpoint);
    mirror->authority = put(w, from->mirrors[i].authority);
    mirror->ticket = from->mirrors[i].ticket;
  }
}

static void put_who(writer* w, const kgw_decision* from, kgw_go_decision* to) {
  to->gateway = put(w, from->gateway);
  to->listener = put(w, from->listener);
  put_backend(w, &from->backend, &to->backend);
  to->cluster = put(w, from->cluster);
  put_endpoint(w, &from->endpoint, &to->endpoint);
}

static void put_route(writer* w, const kgw_decision* from, kgw_go_decision* to) {
  to->route_kind = put(w, from->route.kind);
  to->route_namespace = put(w, from->route.namespace_);
  to->route_name = put(w, from->route.name);
  to->rule_name = put(w, from->route.rule_name);
  to->rule = from->route.rule;
  to->match = from->route.match;
}

static void put_what(writer* w, const kgw_decision* from, kgw_go_decision* to) {
  to->method = put(w, from->request.method);
  to->scheme = put(w, from->request.scheme);
  to->authority = put(w, from->request.authority);
  to->path = put(w, from->request.path);
  put_edits(w, &from->request.edits, &to->request_edits);
  put_edits(w, &from->response.edits, &to->response_edits);
  to->body = put(w, from->response.body);
  to->sni = put(w, from->transport.sni);
  to->reason = put(w, from->reason);
  to->code_count = (uint32_t)from->retry.code_count;
  to->codes_at = reserve(w, from->retry.code_count * sizeof(uint16_t));
  if (from->retry.code_count != 0) {
    memcpy(w->data + to->codes_at, from->retry.codes, from->retry.code_count * sizeof(uint16_t));
  }
}

static void copy_numbers(const kgw_decision* from, kgw_go_decision* to) {
  to->verdict = from->verdict;
  to->changed = from->changed;
  to->status = from->response.status;
  to->request_timeout_ms = from->timeouts.request;
  to->backend_timeout_ms = from->timeouts.backend_request;
  to->backoff_ms = from->retry.backoff_ms;
  to->attempts = from->retry.attempts;
  to->transport = from->transport.protocol;
  to->tls = from->transport.tls;
  to->verify = from->transport.verify;
  to->generation = from->generation;
  to->ticket = from->ticket;
}

static uint64_t list_bytes(const kgw_header_edits* e) {
  return (e->remove_count + 2 * (e->set_count + e->add_count)) * sizeof(kgw_go_text);
}

static uint64_t lists_bytes(const kgw_decision* d) {
  return list_bytes(&d->request.edits) + list_bytes(&d->response.edits) +
         d->mirror_count * sizeof(kgw_go_mirror) + aligned(d->retry.code_count * sizeof(uint16_t));
}

/* The router never looks at the names of a route and its backends, so they are far away: asked for
   here, they arrive while the rest is copied. */
void kgw_go_ask_for_names(const kgw_decision* from) {
  __builtin_prefetch(from->route.name.data);
  __builtin_prefetch(from->route.namespace_.data);
  __builtin_prefetch(from->backend.group.data);
  __builtin_prefetch(from->backend.kind.data);
  __builtin_prefetch(from->backend.namespace_.data);
  __builtin_prefetch(from->backend.name.data);
}

int32_t kgw_go_flatten(const kgw_decision* from, kgw_go_decision* to, char* buffer,
                       size_t capacity) {
  const uint64_t lists = lists_bytes(from);
  const uint64_t size = lists + text_bytes(from) + edits_bytes(&from->request.edits) +
                        edits_bytes(&from->response.edits) + mirrors_bytes(from);
  writer w;
  copy_numbers(from, to);
  to->size = aligned(size);
  if (size > UINT32_MAX - 8) return KGW_E_MEMORY;
  if (to->size > capacity) return KGW_OK;
  w.data = buffer;
  w.lists = 0;
  w.texts = (uint32_t)lists;
  put_who(&w, from, to);
  put_what(&w, from, to);
  put_mirrors(&w, from, to);
  put_route(&w, from, to);
  return KGW_OK;
}
