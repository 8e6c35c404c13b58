#include "backend.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "worker.h"

static const struct timeval kConnectTimeout = {5, 0};
static const struct timeval kSilence = {60, 0}; /* the longest without a byte */
static const struct timeval kIdle = {30, 0};

static struct backend* take_idle(struct worker* worker, const char* key) {
  for (struct backend** at = &worker->idle; *at; at = &(*at)->next) {
    if (strcmp((*at)->key, key) != 0) continue;
    struct backend* backend = *at;
    *at = backend->next;
    bufferevent_set_timeouts(backend->bev, &kSilence, &kSilence);
    return backend;
  }
  return NULL;
}

struct backend* backend_get(struct worker* worker, const kgw_endpoint* endpoint, bool fresh) {
  kgw_str host = endpoint->address.len ? endpoint->address : endpoint->hostname;
  char name[256], key[320];
  snprintf(name, sizeof name, "%.*s", (int)host.len, host.data);
  snprintf(key, sizeof key, "%s %d", name, (int)endpoint->port);
  struct backend* backend = fresh ? NULL : take_idle(worker, key);
  if (backend) return backend;

  backend = calloc(1, sizeof *backend);
  if (!backend) abort();
  strcpy(backend->key, key);
  backend->worker = worker;
  /* Deferred: whoever asked can set its callbacks before one is due. */
  backend->bev =
      bufferevent_socket_new(worker->base, -1, BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
  bufferevent_set_timeouts(backend->bev, &kConnectTimeout, &kConnectTimeout);
  if (bufferevent_socket_connect_hostname(backend->bev, worker->dns, AF_UNSPEC, name,
                                          (int)endpoint->port) != 0) {
    backend_free(backend);
    return NULL;
  }
  return backend;
}

void backend_connected(struct backend* backend) {
  const int on = 1;
  setsockopt(bufferevent_getfd(backend->bev), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  bufferevent_set_timeouts(backend->bev, &kSilence, &kSilence);
  backend->connected = true;
}

/* Nothing is expected of an idle connection: whatever happens, it is not usable any more. */
static void idle_read(struct bufferevent* bev, void* backend) {
  (void)bev;
  backend_free(backend);
}

static void idle_event(struct bufferevent* bev, short what, void* backend) {
  (void)bev, (void)what;
  backend_free(backend);
}

void backend_keep(struct backend* backend) {
  struct worker* worker = backend->worker;
  if (worker->stopping || evbuffer_get_length(bufferevent_get_input(backend->bev)) > 0 ||
      evbuffer_get_length(bufferevent_get_output(backend->bev)) > 0) {
    backend_free(backend);
    return;
  }
  backend->reused = true;
  backend->next = worker->idle;
  worker->idle = backend;
  bufferevent_setcb(backend->bev, idle_read, NULL, idle_event, backend);
  bufferevent_enable(backend->bev, EV_READ);
  bufferevent_set_timeouts(backend->bev, &kIdle, NULL);
}

void backend_free(struct backend* backend) {
  for (struct backend** at = &backend->worker->idle; *at; at = &(*at)->next) {
    if (*at != backend) continue;
    *at = backend->next;
    break;
  }
  bufferevent_free(backend->bev);
  free(backend);
}
