#include "attempt.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "exchange.h"

/* What may wait to be written on one side before reading stops on the other. */
enum { kOutputLimit = 256 * 1024 };

void add_timer(struct event* timer, int64_t ms) {
  struct timeval time = {(time_t)(ms / 1000), (suseconds_t)(ms % 1000 * 1000)};
  evtimer_add(timer, &time);
}

/* ---------------------------------------------------------------- how a try ends */

static void end_try(struct exchange* exchange, int32_t result, bool keep_connection) {
  exchange->outcome.result = result;
  exchange->outcome.status = exchange->response.status;
  exchange->outcome.now_ns = clock_ns();
  evtimer_del(exchange->timer);
  if (!exchange->backend) return;
  if (keep_connection) {
    backend_keep(exchange->backend);
  } else {
    backend_free(exchange->backend);
  }
  exchange->backend = NULL;
}

static void finish_ticket(struct exchange* exchange) {
  kgw_ticket_done(exchange->worker->engine, &exchange->decision.ticket, &exchange->outcome);
}

void attempt_stop(struct exchange* exchange, int32_t result) {
  if (exchange->phase != WAITING) end_try(exchange, result, false); /* else it has ended already */
  finish_ticket(exchange);
}

/* What kgw says about retries, and what HTTP allows: a body can only be sent again if it was kept,
   and a request that may have been carried out only if a second time does no harm. */
static bool may_retry(const struct exchange* exchange, int32_t result) {
  bool uncertain = result == KGW_RESET || result == KGW_TIMEOUT;
  return exchange->retries < exchange->decision.retry.attempts && !exchange->body_given &&
         (!uncertain || exchange_is_idempotent(exchange));
}

static void wait_to_retry(struct exchange* exchange) {
  int64_t backoff_ms = exchange->decision.retry.backoff_ms;
  exchange->phase = WAITING;
  message_free(&exchange->response);
  add_timer(exchange->timer, backoff_ms > 0 ? backoff_ms : 0);
}

static void fail(struct exchange* exchange, int32_t result, const char* why) {
  const struct backend* backend = exchange->backend;
  bool stale = backend && backend->reused && exchange->outcome.latency_ns == 0;
  kgw_str host = exchange->decision.endpoint.address;
  if (host.len == 0) host = exchange->decision.endpoint.hostname;
  bool answering = exchange->phase == ANSWERING;
  end_try(exchange, result, false);
  if (stale && result == KGW_RESET && !exchange->body_given) {
    attempt_start(exchange, true); /* it was closed while it was idle: not the endpoint's fault */
    return;
  }
  say("%.*s port %d: %s", (int)host.len, host.data, (int)exchange->decision.endpoint.port, why);
  if (!answering && may_retry(exchange, result)) {
    wait_to_retry(exchange);
    return;
  }
  finish_ticket(exchange);
  if (answering) {
    client_free(exchange->client); /* so that nobody takes the half of it for the whole */
  } else if (result == KGW_TIMEOUT) {
    exchange_answer(exchange, 504, NULL, str("the backend took too long\n"));
  } else {
    exchange_answer(exchange, 503, NULL, str("the backend cannot be reached\n"));
  }
}

void attempt_on_timer(evutil_socket_t fd, short what, void* context) {
  struct exchange* exchange = context;
  (void)fd, (void)what;
  if (exchange->phase == WAITING) {
    exchange_retry(exchange);
  } else {
    fail(exchange, KGW_TIMEOUT, "no answer within timeouts.backendRequest");
  }
}

void attempt_on_deadline(evutil_socket_t fd, short what, void* context) {
  struct exchange* exchange = context;
  (void)fd, (void)what;
  bool answering = exchange->phase == ANSWERING;
  attempt_stop(exchange, exchange->backend ? KGW_TIMEOUT : KGW_ABORTED);
  if (answering) {
    client_free(exchange->client);
  } else {
    exchange_answer(exchange, 504, NULL, str("the request took too long\n"));
  }
}

/* ---------------------------------------------------------------- the answer */

static bool is_retried(const struct exchange* exchange) {
  for (size_t i = 0; i < exchange->decision.retry.code_count; ++i) {
    if (exchange->decision.retry.codes[i] == exchange->response.status) {
      return may_retry(exchange, KGW_COMPLETED);
    }
  }
  return false;
}

static void start_answer(struct exchange* exchange) {
  struct message* response = &exchange->response;
  struct evbuffer* out = bufferevent_get_output(exchange->client->bev);
  const struct body* body = &exchange->response_body;
  bool chunks_allowed = exchange->request.minor == 1;
  exchange->phase = ANSWERING;
  exchange->chunked = chunks_allowed && body->kind != BODY_LENGTH && !body->done;
  if (!body->done && body->kind != BODY_LENGTH && !chunks_allowed) exchange->keep_alive = false;
  if (exchange->worker->stopping) exchange->keep_alive = false;

  headers_remove_hop_by_hop(&response->headers);
  headers_edit(&response->headers, &exchange->decision.response.edits);
  uint64_t status = exchange->decision.response.status;
  evbuffer_add_printf(out, "HTTP/1.1 %u \r\n", status ? (unsigned)status : response->status);
  headers_write(&response->headers, out);
  body_write_framing(body, chunks_allowed, out);
  evbuffer_add_printf(out, "connection: %s\r\n\r\n", exchange->keep_alive ? "keep-alive" : "close");
}

static void pass_on(struct exchange* exchange, bool complete) {
  struct backend* backend = exchange->backend;
  struct evbuffer* out = bufferevent_get_output(exchange->client->bev);
  if (!body_read(&exchange->response_body, bufferevent_get_input(backend->bev), exchange->piece)) {
    fail(exchange, KGW_RESET, "the framing of the answer is broken");
    return;
  }
  body_write(exchange->piece, exchange->chunked, out);
  if (!complete && !exchange->response_body.done) {
    if (evbuffer_get_length(out) > kOutputLimit) bufferevent_disable(backend->bev, EV_READ);
    return;
  }
  body_write_end(exchange->chunked, out);
  bool sent = exchange->streaming ? exchange->body_sent : true;
  end_try(exchange, KGW_COMPLETED, exchange->keep_connection && sent);
  finish_ticket(exchange);
  exchange->phase = ANSWERED;
  exchange_over(exchange);
}

/* False if there is no head yet, or if it led to something else. */
static bool read_head(struct exchange* exchange) {
  struct message* response = &exchange->response;
  struct evbuffer* in = bufferevent_get_input(exchange->backend->bev);
  int head;
  while ((head = message_read_response(response, in)) == HEAD_DONE && response->status < 200 &&
         response->status != 101) {
    message_free(response); /* interim answers are not passed on */
  }
  if (head == HEAD_MORE) return false;
  if (head == HEAD_DONE && response->status != 101) {
    exchange->keep_connection = message_keeps_alive(response);
    head = body_of_response(&exchange->response_body, response, exchange->request.method);
  }
  if (head != 0) {
    fail(exchange, KGW_RESET, "not an HTTP/1.1 answer");
    return false;
  }
  if (is_retried(exchange)) {
    end_try(exchange, KGW_COMPLETED, false);
    wait_to_retry(exchange);
    return false;
  }
  return true;
}

static void on_read(struct bufferevent* bev, void* context) {
  struct exchange* exchange = context;
  (void)bev;
  if (exchange->outcome.latency_ns == 0) {
    exchange->outcome.latency_ns = clock_ns() - exchange->sent_ns;
  }
  if (exchange->phase == TRYING) {
    if (!read_head(exchange)) return;
    start_answer(exchange);
  }
  pass_on(exchange, false);
}

/* ---------------------------------------------------------------- the request */

void attempt_send_body(struct exchange* exchange) {
  struct backend* backend = exchange->backend;
  if (!backend || !backend->connected) return;
  struct evbuffer* out = bufferevent_get_output(backend->bev);
  if (evbuffer_get_length(out) > kOutputLimit || exchange->body_sent) return;
  bool chunked = exchange->request_body.kind == BODY_CHUNKED;
  exchange->body_given = true;
  body_write(exchange->body, chunked, out);
  exchange->body_sent = exchange->request_body.done;
  if (exchange->body_sent) body_write_end(chunked, out);
}

static void send_request(struct exchange* exchange) {
  exchange->sent_ns = clock_ns();
  exchange_write_request(exchange, NULL, bufferevent_get_output(exchange->backend->bev));
  if (exchange->streaming) exchange_on_input(exchange);
}

static void on_written(struct bufferevent* bev, void* context) {
  struct exchange* exchange = context;
  (void)bev;
  if (exchange->streaming && !exchange->body_sent) exchange_on_input(exchange);
}

static const char* why_not_connected(struct bufferevent* bev, short what) {
  int dns = bufferevent_socket_get_dns_error(bev);
  if (dns) return evutil_gai_strerror(dns);
  if (what & BEV_EVENT_TIMEOUT) return "cannot connect in time";
  return evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR());
}

static void on_event(struct bufferevent* bev, short what, void* context) {
  struct exchange* exchange = context;
  struct backend* backend = exchange->backend;
  if (what & BEV_EVENT_CONNECTED) {
    backend_connected(backend);
    send_request(exchange);
  } else if (!backend->connected) {
    fail(exchange, KGW_CONNECT_FAILURE, why_not_connected(bev, what));
  } else if (what & BEV_EVENT_EOF && exchange->phase == ANSWERING &&
             exchange->response_body.kind == BODY_UNTIL_CLOSE) {
    exchange->keep_connection = false;
    pass_on(exchange, true);
  } else if (what & BEV_EVENT_TIMEOUT) {
    fail(exchange, KGW_TIMEOUT, "silent for too long");
  } else {
    fail(exchange, KGW_RESET, "closed the connection before the answer was complete");
  }
}

void attempt_start(struct exchange* exchange, bool fresh) {
  const kgw_decision* decision = &exchange->decision;
  /* A connection that was idle may turn out to be closed when the request is on its way. */
  if (exchange->streaming || !exchange_is_idempotent(exchange)) fresh = true;
  exchange->phase = TRYING;
  exchange->outcome = (kgw_outcome)KGW_OUTCOME_INIT;
  exchange->backend = backend_get(exchange->worker, &decision->endpoint, fresh);
  if (!exchange->backend) {
    fail(exchange, KGW_CONNECT_FAILURE, "cannot connect");
    return;
  }
  bufferevent_setcb(exchange->backend->bev, on_read, on_written, on_event, exchange);
  bufferevent_enable(exchange->backend->bev, EV_READ | EV_WRITE);
  if (decision->timeouts.backend_request > 0) {
    add_timer(exchange->timer, decision->timeouts.backend_request);
  }
  if (exchange->backend->connected) send_request(exchange);
}
