#include "worker.h"

#include <event2/dns.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "backend.h"
#include "client.h"

int64_t clock_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void say(const char* format, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  fprintf(stderr, "%s\n", line);
}

static void on_accept(struct evconnlistener* socket, evutil_socket_t fd, struct sockaddr* address,
                      int length, void* context) {
  const struct listener* listener = context;
  (void)socket, (void)address, (void)length;
  client_new(listener->worker, listener->gateway_port, fd);
}

static void listen_on(struct worker* worker, const struct listen_option* option) {
  const unsigned flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE | LEV_OPT_REUSEABLE_PORT;
  struct sockaddr_storage address = {0};
  int length = sizeof address;
  struct listener* listener = &worker->listeners[worker->listener_count++];
  listener->worker = worker;
  listener->gateway_port = option->gateway_port;
  if (evutil_parse_sockaddr_port(option->address, (struct sockaddr*)&address, &length) == 0) {
    listener->socket = evconnlistener_new_bind(worker->base, on_accept, listener, flags, -1,
                                               (struct sockaddr*)&address, length);
  }
  if (!listener->socket) {
    say("cannot listen on %s", option->address);
    exit(1);
  }
}

static void on_stop(evutil_socket_t fd, short what, void* context) {
  struct worker* worker = context;
  (void)fd, (void)what;
  worker->stopping = true;
  event_del(worker->stop);
  for (size_t i = 0; i < worker->listener_count; ++i) {
    evconnlistener_free(worker->listeners[i].socket);
  }
  while (worker->idle) backend_free(worker->idle);
  struct client* next;
  for (struct client* client = worker->clients; client; client = next) {
    next = client->next;
    if (!client->exchange && !client->closing) client_free(client);
  }
}

void worker_init(struct worker* worker, kgw_engine* engine, const struct listen_option* listens,
                 size_t count, int stop_fd) {
  memset(worker, 0, sizeof *worker);
  worker->engine = engine;
  worker->base = event_base_new();
  worker->dns = evdns_base_new(
      worker->base, EVDNS_BASE_INITIALIZE_NAMESERVERS | EVDNS_BASE_DISABLE_WHEN_INACTIVE);
  worker->listeners = calloc(count, sizeof *worker->listeners);
  worker->stop = event_new(worker->base, stop_fd, EV_READ | EV_PERSIST, on_stop, worker);
  kgw_error* error = kgw_reader_new(engine, &worker->reader);
  if (!worker->base || !worker->listeners || !worker->stop || error) {
    say("cannot start a worker");
    exit(1);
  }
  event_add(worker->stop, NULL);
  for (size_t i = 0; i < count; ++i) listen_on(worker, &listens[i]);
}

void worker_run(struct worker* worker) {
  while (!worker->stopping || worker->clients || worker->mirrors) {
    /* Whatever is under way has pinned its decision: nothing is lost by letting go here, and no old
       snapshot is held while there is nothing to do. */
    kgw_reader_rest(worker->reader);
    event_base_loop(worker->base, EVLOOP_ONCE);
  }
}

void worker_free(struct worker* worker) {
  kgw_reader_free(worker->reader);
  if (worker->dns) evdns_base_free(worker->dns, 0);
  event_free(worker->stop);
  event_base_free(worker->base);
  free(worker->listeners);
}
