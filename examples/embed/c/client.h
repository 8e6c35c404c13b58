/* client.h - a connection from a client: its requests come one after the other. */
#ifndef PROXY_CLIENT_H
#define PROXY_CLIENT_H

#include <event2/util.h>
#include <kgw/c.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "worker.h"

struct bufferevent;
struct exchange;

struct client {
  struct worker* worker;
  struct client* next; /* in worker->clients */
  struct bufferevent* bev;
  struct exchange* exchange; /* NULL between requests */
  bool closing;              /* nothing more is read, only the output is finished */
  uint16_t gateway_port;
  unsigned char peer[16], local[16];
  size_t address_length; /* of both: 4 or 16 */
  char peer_text[INET6_ADDRSTRLEN];
};

void client_new(struct worker* worker, uint16_t gateway_port, evutil_socket_t fd);
/* The exchange is over, and its answer written: on to the next request, or to the end. */
void client_next(struct client* client, bool keep_alive);
/* Closes the connection now, in the middle of whatever it does. */
void client_free(struct client* client);

#endif
