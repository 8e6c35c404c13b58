/* backend.h - connections to endpoints, kept open for the next request. */
#ifndef PROXY_BACKEND_H
#define PROXY_BACKEND_H

#include <event2/bufferevent.h>
#include <kgw/c.h>
#include <stdbool.h>

struct worker;

struct backend {
  struct bufferevent* bev;
  struct worker* worker;
  struct backend* next; /* in worker->idle */
  bool connected;       /* else the event callback gets BEV_EVENT_CONNECTED, or what went wrong */
  bool reused;          /* has served before: it may have been closed meanwhile */
  char key[320];        /* host and port */
};

/* An idle connection to the endpoint, or with `fresh`, or if there is none, a new one that is being
   made. NULL if that is impossible at once. Set callbacks before you return to the event loop. */
struct backend* backend_get(struct worker* worker, const kgw_endpoint* endpoint, bool fresh);
/* To be called at BEV_EVENT_CONNECTED. */
void backend_connected(struct backend* backend);
/* After a complete exchange: keeps it for the next one. */
void backend_keep(struct backend* backend);
void backend_free(struct backend* backend);

#endif
