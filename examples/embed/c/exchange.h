/* exchange.h - one request, kgw's decision about it, the tries to fulfil it, and the answer.
 *
 *   READING -> TRYING -> ANSWERING -> ANSWERED
 *                ^  \
 *                 \-- WAITING before another try */
#ifndef PROXY_EXCHANGE_H
#define PROXY_EXCHANGE_H

#include "client.h"
#include "http.h"

struct backend;
struct event;
struct evbuffer;

struct exchange {
  enum { READING, TRYING, WAITING, ANSWERING, ANSWERED } phase;
  struct client* client;
  struct worker* worker;

  struct message request;
  struct body request_body;
  struct evbuffer* body; /* what was read of the request's body and not sent */
  bool streaming;        /* the body is too long to be kept: it is sent as it comes, and once */
  bool body_given;       /* some of it went to a backend and is gone */
  bool keep_alive;

  kgw_decision decision;
  kgw_pin* pin; /* keeps the decision's texts while the reader decides about other requests */
  bool mirrors_due;
  uint64_t retries; /* so far */

  struct backend* backend; /* of the try under way */
  kgw_outcome outcome;     /* of that try */
  int64_t sent_ns;
  bool body_sent;       /* to the end */
  bool keep_connection; /* the backend leaves it open after its answer */
  struct message response;
  struct body response_body;
  struct evbuffer* piece; /* of the response's body, on its way to the client */
  bool chunked;           /* how that goes out */

  struct event* deadline; /* of the request with all its tries */
  struct event* timer;    /* of the try, or of the wait before the next */
};

/* Takes over what `request` holds. */
void exchange_start(struct client* client, const struct message* request, const struct body* body);
void exchange_on_input(struct exchange* exchange);  /* the client sent more */
void exchange_on_output(struct exchange* exchange); /* the client has taken all we wrote */
void exchange_abort(struct exchange* exchange);     /* the client is gone */

/* For attempt.c and mirror.c: */

/* Asks kgw for another endpoint after the outcome of the last try, and does what it says. */
void exchange_retry(struct exchange* exchange);
/* Answers without a backend, or instead of it. `edits` may be NULL. */
void exchange_answer(struct exchange* exchange, unsigned status, const kgw_header_edits* edits,
                     kgw_str body);
/* The answer is written. */
void exchange_over(struct exchange* exchange);
bool exchange_is_idempotent(const struct exchange* exchange);
/* Writes what the decision says is to be sent, but for a streaming body; `mirror`, if not NULL, is
   who gets it instead. */
void exchange_write_request(const struct exchange* exchange, const kgw_mirror* mirror,
                            struct evbuffer* out);

#endif
