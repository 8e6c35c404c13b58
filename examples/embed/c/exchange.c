#include "exchange.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "backend.h"
#include "mirror.h"

/* Longer request bodies are not kept for another try or a mirror. */
enum { kReplayLimit = 64 * 1024 };
static const struct timeval kClientSilence = {60, 0};

static kgw_str authority_of(const struct exchange* exchange) {
  const kgw_decision* decision = &exchange->decision;
  return decision->changed & KGW_CHANGED_AUTHORITY ? decision->request.authority
                                                   : exchange->request.authority;
}

void exchange_write_request(const struct exchange* exchange, const kgw_mirror* mirror,
                            struct evbuffer* out) {
  const struct message* request = &exchange->request;
  const kgw_decision* decision = &exchange->decision;
  kgw_str method =
      decision->changed & KGW_CHANGED_METHOD ? decision->request.method : request->method;
  kgw_str path = decision->changed & KGW_CHANGED_PATH ? decision->request.path : request->target;
  if (path.len == 0) path = str("/");

  struct headers headers = {0};
  headers_add(&headers, str("host"), mirror ? mirror->authority : authority_of(exchange));
  for (size_t i = 0; i < request->headers.count; ++i) {
    const kgw_header* line = &request->headers.lines[i];
    if (!str_is(line->name, "host")) headers_add(&headers, line->name, line->value);
  }
  headers_remove_hop_by_hop(&headers);
  headers_add(&headers, str("x-forwarded-for"), str(exchange->client->peer_text));
  headers_remove(&headers, str("x-forwarded-proto"));
  headers_add(&headers, str("x-forwarded-proto"), str("http"));
  headers_edit(&headers, &decision->request.edits);

  evbuffer_add_printf(out, "%.*s %.*s HTTP/1.1\r\n", (int)method.len, method.data, (int)path.len,
                      path.data);
  headers_write(&headers, out);
  body_write_framing(&exchange->request_body, true, out);
  evbuffer_add_printf(out, mirror ? "connection: close\r\n\r\n" : "\r\n");
  free(headers.lines);
  if (exchange->streaming) return;

  bool chunked = exchange->request_body.kind == BODY_CHUNKED;
  struct evbuffer* copy = evbuffer_new();
  evbuffer_add_buffer_reference(copy, exchange->body); /* it stays for another try */
  body_write(copy, chunked, out);
  body_write_end(chunked, out);
  evbuffer_free(copy);
}

bool exchange_is_idempotent(const struct exchange* exchange) {
  static const char* const methods[] = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"};
  for (size_t i = 0; i < sizeof methods / sizeof *methods; ++i) {
    if (str_is(exchange->request.method, methods[i])) return true;
  }
  return false;
}

static void free_exchange(struct exchange* exchange) {
  if (exchange->mirrors_due) {
    kgw_outcome aborted = KGW_OUTCOME_INIT;
    aborted.result = KGW_ABORTED;
    aborted.now_ns = clock_ns();
    for (size_t i = 0; i < exchange->decision.mirror_count; ++i) {
      kgw_ticket ticket = exchange->decision.mirrors[i].ticket;
      kgw_ticket_done(exchange->worker->engine, &ticket, &aborted);
    }
  }
  kgw_pin_free(exchange->pin);
  message_free(&exchange->request);
  message_free(&exchange->response);
  evbuffer_free(exchange->body);
  evbuffer_free(exchange->piece);
  event_free(exchange->deadline);
  event_free(exchange->timer);
  free(exchange);
}

void exchange_over(struct exchange* exchange) {
  struct client* client = exchange->client;
  /* What was not read of the request would be taken for the next one. */
  bool keep_alive = exchange->keep_alive && exchange->request_body.done;
  free_exchange(exchange);
  client_next(client, keep_alive);
}

void exchange_abort(struct exchange* exchange) {
  attempt_stop(exchange, KGW_ABORTED);
  free_exchange(exchange);
}

void exchange_answer(struct exchange* exchange, unsigned status, const kgw_header_edits* edits,
                     kgw_str body) {
  struct evbuffer* out = bufferevent_get_output(exchange->client->bev);
  struct headers headers = {0};
  if (edits) headers_edit(&headers, edits);
  if (!exchange->request_body.done || exchange->worker->stopping) exchange->keep_alive = false;
  evbuffer_add_printf(out, "HTTP/1.1 %u \r\n", status);
  headers_write(&headers, out);
  if (status != 204) evbuffer_add_printf(out, "content-length: %zu\r\n", body.len);
  evbuffer_add_printf(out, "connection: %s\r\n\r\n", exchange->keep_alive ? "keep-alive" : "close");
  if (!str_is(exchange->request.method, "HEAD")) evbuffer_add(out, body.data, body.len);
  free(headers.lines);
  exchange->phase = ANSWERED;
  exchange_over(exchange);
}

/* ---------------------------------------------------------------- the request's body */

static void refuse_body(struct exchange* exchange) {
  bool answering = exchange->phase == ANSWERING;
  attempt_stop(exchange, KGW_ABORTED);
  exchange->keep_alive = false;
  if (answering) {
    client_free(exchange->client);
  } else {
    exchange_answer(exchange, 400, NULL, str("the framing of the body is broken\n"));
  }
}

/* Reads what there is, and begins the first try once all of it is here or it is too much. */
static void read_body(struct exchange* exchange) {
  struct bufferevent* client = exchange->client->bev;
  struct body* body = &exchange->request_body;
  bool room = evbuffer_get_length(exchange->body) < kReplayLimit;
  if (room && !body_read(body, bufferevent_get_input(client), exchange->body)) {
    refuse_body(exchange);
    return;
  }
  if (!body->done && evbuffer_get_length(exchange->body) >= kReplayLimit)
    exchange->streaming = true;
  if (exchange->streaming) attempt_send_body(exchange);
  if (body->done) {
    bufferevent_set_timeouts(client, NULL, &kClientSilence); /* the backend's turn */
    bufferevent_enable(client, EV_READ); /* to notice when the client goes away */
  } else if (evbuffer_get_length(exchange->body) < kReplayLimit) {
    bufferevent_enable(client, EV_READ);
  } else {
    bufferevent_disable(client, EV_READ);
  }
  if (exchange->phase != READING || !(body->done || exchange->streaming)) return;
  if (body->done) {
    mirror_all(exchange);
    exchange->mirrors_due = false;
  } else if (exchange->decision.mirror_count > 0) {
    say("a request is too long to be mirrored");
  }
  attempt_start(exchange, false);
}

void exchange_on_input(struct exchange* exchange) {
  if (exchange->streaming || !exchange->request_body.done) read_body(exchange);
}

void exchange_on_output(struct exchange* exchange) {
  if (exchange->phase == ANSWERING) bufferevent_enable(exchange->backend->bev, EV_READ);
}

/* ---------------------------------------------------------------- kgw's decision */

static kgw_request request_for_kgw(const struct exchange* exchange) {
  const struct client* client = exchange->client;
  kgw_request request = KGW_REQUEST_INIT;
  request.method = exchange->request.method;
  request.authority = exchange->request.authority;
  request.path = exchange->request.target;
  request.headers = exchange->request.headers.lines;
  request.header_count = exchange->request.headers.count;
  request.peer = (kgw_str){(const char*)client->peer, client->address_length};
  request.local = (kgw_str){(const char*)client->local, client->address_length};
  request.port = client->gateway_port;
  request.now_ns = clock_ns();
  return request;
}

static void begin_forwarding(struct exchange* exchange) {
  const kgw_decision* decision = &exchange->decision;
  if (decision->transport.tls || decision->transport.protocol == KGW_TRANSPORT_HTTP2) {
    say("%.*s wants %s, which this proxy does not speak", (int)decision->cluster.len,
        decision->cluster.data, decision->transport.tls ? "TLS" : "HTTP/2");
    attempt_stop(exchange, KGW_ABORTED);
    exchange_answer(exchange, 502, NULL, str("cannot speak to the backend\n"));
  } else if (exchange->retries > 0) {
    attempt_start(exchange, false);
  } else {
    exchange->mirrors_due = decision->mirror_count > 0;
    if (decision->timeouts.request > 0) {
      add_timer(exchange->deadline, decision->timeouts.request);
    }
    if (headers_have(&exchange->request.headers, "expect", "100-continue") &&
        exchange->request.minor == 1 && !exchange->request_body.done) {
      evbuffer_add_printf(bufferevent_get_output(exchange->client->bev),
                          "HTTP/1.1 100 Continue\r\n\r\n");
    }
    read_body(exchange);
  }
}

static void follow(struct exchange* exchange) {
  const kgw_decision* decision = &exchange->decision;
  kgw_str reason = decision->reason;
  switch (decision->verdict) {
    case KGW_FORWARD:
      /* The reader will decide about other requests before this one is answered. */
      if (kgw_decision_pin(exchange->worker->reader, &exchange->pin) != KGW_OK) abort();
      begin_forwarding(exchange);
      break;
    case KGW_REDIRECT:
    case KGW_RESPOND:
      exchange_answer(exchange, (unsigned)decision->response.status, &decision->response.edits,
                      decision->response.body);
      break;
    case KGW_REJECT:
      client_free(exchange->client);
      break;
    case KGW_NO_ROUTE:
      exchange_answer(exchange, 404, NULL, reason);
      break;
    default:
      exchange_answer(exchange,
                      decision->response.status ? (unsigned)decision->response.status : 500,
                      &decision->response.edits,
                      decision->response.body.len ? decision->response.body : reason);
  }
}

void exchange_start(struct client* client, const struct message* request, const struct body* body) {
  struct exchange* exchange = calloc(1, sizeof *exchange);
  if (!exchange) abort();
  client->exchange = exchange;
  exchange->client = client;
  exchange->worker = client->worker;
  exchange->request = *request;
  exchange->request_body = *body;
  exchange->keep_alive = message_keeps_alive(request);
  exchange->body = evbuffer_new();
  exchange->piece = evbuffer_new();
  exchange->deadline = evtimer_new(client->worker->base, attempt_on_deadline, exchange);
  exchange->timer = evtimer_new(client->worker->base, attempt_on_timer, exchange);

  kgw_request question = request_for_kgw(exchange);
  exchange->decision = (kgw_decision)KGW_DECISION_INIT;
  int32_t code = kgw_reader_route(client->worker->reader, &question, &exchange->decision);
  if (code != KGW_OK) {
    say("kgw_reader_route: %s", kgw_code_name(code));
    exchange_answer(exchange, 500, NULL, str("no decision\n"));
    return;
  }
  follow(exchange);
}

void exchange_retry(struct exchange* exchange) {
  kgw_request question = request_for_kgw(exchange);
  kgw_decision next = KGW_DECISION_INIT;
  ++exchange->retries;
  int32_t code = kgw_reader_retry(exchange->worker->reader, &question, &exchange->decision.ticket,
                                  &exchange->outcome, &next);
  if (code != KGW_OK) {
    say("kgw_reader_retry: %s", kgw_code_name(code));
    exchange_answer(exchange, 500, NULL, str("no decision\n"));
    return;
  }
  kgw_pin_free(exchange->pin);
  exchange->pin = NULL;
  exchange->decision = next;
  follow(exchange);
}
