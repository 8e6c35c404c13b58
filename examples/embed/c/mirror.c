#include "mirror.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdlib.h>

#include "backend.h"
#include "exchange.h"

static const struct timeval kSilence = {10, 0};

struct mirror {
  struct worker* worker;
  struct backend* backend;
  kgw_ticket ticket;
  kgw_outcome outcome;
  int64_t sent_ns;
};

static void done(struct mirror* mirror, int32_t result) {
  mirror->outcome.result = mirror->outcome.status ? KGW_COMPLETED : result;
  mirror->outcome.now_ns = clock_ns();
  kgw_ticket_done(mirror->worker->engine, &mirror->ticket, &mirror->outcome);
  if (mirror->backend) backend_free(mirror->backend);
  --mirror->worker->mirrors;
  free(mirror);
}

/* Of the answer only the status matters; the rest is read so that the backend can finish. */
static void on_read(struct bufferevent* bev, void* context) {
  struct mirror* mirror = context;
  struct evbuffer* in = bufferevent_get_input(bev);
  if (mirror->outcome.status == 0) {
    struct message response;
    int head = message_read_response(&response, in);
    if (head == HEAD_MORE) return;
    if (head != HEAD_DONE) {
      done(mirror, KGW_RESET);
      return;
    }
    mirror->outcome.status = response.status;
    mirror->outcome.latency_ns = clock_ns() - mirror->sent_ns;
    message_free(&response);
  }
  evbuffer_drain(in, evbuffer_get_length(in));
}

static void on_event(struct bufferevent* bev, short what, void* context) {
  struct mirror* mirror = context;
  if (what & BEV_EVENT_CONNECTED) {
    backend_connected(mirror->backend);
    bufferevent_set_timeouts(bev, &kSilence, &kSilence);
  } else if (!mirror->backend->connected) {
    done(mirror, KGW_CONNECT_FAILURE);
  } else {
    done(mirror, what & BEV_EVENT_TIMEOUT ? KGW_TIMEOUT : KGW_RESET);
  }
}

static void send_to(const struct exchange* exchange, const kgw_mirror* to) {
  struct mirror* mirror = calloc(1, sizeof *mirror);
  if (!mirror) abort();
  mirror->worker = exchange->worker;
  mirror->ticket = to->ticket;
  mirror->outcome = (kgw_outcome)KGW_OUTCOME_INIT;
  mirror->sent_ns = clock_ns();
  mirror->backend = backend_get(exchange->worker, &to->endpoint, true);
  ++exchange->worker->mirrors;
  if (!mirror->backend) {
    done(mirror, KGW_CONNECT_FAILURE);
    return;
  }
  /* Goes out as soon as there is a connection. */
  struct evbuffer* out = bufferevent_get_output(mirror->backend->bev);
  exchange_write_request(exchange, to, out);
  bufferevent_setcb(mirror->backend->bev, on_read, NULL, on_event, mirror);
  bufferevent_enable(mirror->backend->bev, EV_READ | EV_WRITE);
}

void mirror_all(const struct exchange* exchange) {
  for (size_t i = 0; i < exchange->decision.mirror_count; ++i) {
    send_to(exchange, &exchange->decision.mirrors[i]);
  }
}
