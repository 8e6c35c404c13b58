/* worker.h - one event loop, and what the requests on it share. One thread each. */
#ifndef PROXY_WORKER_H
#define PROXY_WORKER_H

#include <kgw/c.h>
#include <stdbool.h>
#include <stdint.h>

struct backend;
struct client;
struct mirror;
struct evconnlistener;
struct event;
struct event_base;
struct evdns_base;

/* Connections to `address` are for the Gateway listener with port `gateway_port`. */
struct listen_option {
  const char* address;
  uint16_t gateway_port;
};

struct worker {
  struct event_base* base;
  struct evdns_base* dns;
  kgw_engine* engine; /* shared by all workers */
  kgw_reader* reader; /* this worker's own */
  struct listener {
    struct worker* worker;
    struct evconnlistener* socket;
    uint16_t gateway_port;
  }* listeners;
  size_t listener_count;
  struct event* stop;
  struct client* clients;
  struct backend* idle;
  size_t mirrors; /* copies under way */
  bool stopping;  /* no new connections; what is under way is finished */
};

/* `stop_fd` becomes readable when the worker is to stop. Ends the program if it cannot listen. */
void worker_init(struct worker* worker, kgw_engine* engine, const struct listen_option* listens,
                 size_t count, int stop_fd);
/* Serves until it is told to stop and everything under way is finished. */
void worker_run(struct worker* worker);
void worker_free(struct worker* worker);

int64_t clock_ns(void); /* monotonic */
/* One line to stderr. */
void say(const char* format, ...) __attribute__((format(printf, 1, 2)));

#endif
