#include "client.h"

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "exchange.h"
#include "http.h"

enum { kInputLimit = 128 * 1024 };
static const struct timeval kSilence = {60, 0};
static const struct timeval kLinger = {1, 0};

/* Ends a connection so that the client reads the answer to its end: closing while there is unread
   input would make the kernel throw the answer away. */
static void linger(struct client* client) {
  struct evbuffer* in = bufferevent_get_input(client->bev);
  evbuffer_drain(in, evbuffer_get_length(in));
  shutdown(bufferevent_getfd(client->bev), SHUT_WR);
  bufferevent_set_timeouts(client->bev, &kLinger, NULL);
  bufferevent_enable(client->bev, EV_READ);
}

static void close_when_written(struct client* client) {
  client->closing = true;
  if (evbuffer_get_length(bufferevent_get_output(client->bev)) == 0) linger(client);
}

static void read_request(struct client* client) {
  struct message request;
  struct body body;
  int head = message_read_request(&request, bufferevent_get_input(client->bev));
  if (head == HEAD_MORE) return;
  if (head == HEAD_DONE) {
    head = body_of_request(&body, &request);
    if (head == 0) {
      exchange_start(client, &request, &body);
      return;
    }
    message_free(&request);
  }
  evbuffer_add_printf(bufferevent_get_output(client->bev),
                      "HTTP/1.1 %d \r\ncontent-length: 0\r\nconnection: close\r\n\r\n", head);
  close_when_written(client);
}

static void on_read(struct bufferevent* bev, void* context) {
  struct client* client = context;
  if (client->closing) {
    struct evbuffer* in = bufferevent_get_input(bev);
    evbuffer_drain(in, evbuffer_get_length(in));
  } else if (client->exchange) {
    exchange_on_input(client->exchange);
  } else {
    read_request(client);
  }
}

static void on_written(struct bufferevent* bev, void* context) {
  struct client* client = context;
  if (client->closing) {
    /* This callback may be late, for what was written before. */
    if (evbuffer_get_length(bufferevent_get_output(bev)) == 0) linger(client);
  } else if (client->exchange) {
    exchange_on_output(client->exchange);
  }
}

static void on_event(struct bufferevent* bev, short what, void* client) {
  (void)bev, (void)what;
  client_free(client);
}

static size_t address_bytes(const struct sockaddr_storage* address, unsigned char* bytes) {
  if (address->ss_family == AF_INET) {
    memcpy(bytes, &((const struct sockaddr_in*)address)->sin_addr, 4);
    return 4;
  }
  memcpy(bytes, &((const struct sockaddr_in6*)address)->sin6_addr, 16);
  return 16;
}

void client_new(struct worker* worker, uint16_t gateway_port, evutil_socket_t fd) {
  struct client* client = calloc(1, sizeof *client);
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  const int on = 1;
  if (!client) abort();
  client->worker = worker;
  client->gateway_port = gateway_port;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  getsockname(fd, (struct sockaddr*)&address, &length);
  address_bytes(&address, client->local);
  length = sizeof address;
  getpeername(fd, (struct sockaddr*)&address, &length);
  client->address_length = address_bytes(&address, client->peer);
  inet_ntop(address.ss_family, client->peer, client->peer_text, sizeof client->peer_text);

  client->next = worker->clients;
  worker->clients = client;
  client->bev =
      bufferevent_socket_new(worker->base, fd, BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
  bufferevent_setcb(client->bev, on_read, on_written, on_event, client);
  bufferevent_setwatermark(client->bev, EV_READ, 0, kInputLimit);
  bufferevent_set_timeouts(client->bev, &kSilence, &kSilence);
  bufferevent_enable(client->bev, EV_READ | EV_WRITE);
}

void client_next(struct client* client, bool keep_alive) {
  client->exchange = NULL;
  if (!keep_alive || client->worker->stopping) {
    close_when_written(client);
    return;
  }
  bufferevent_set_timeouts(client->bev, &kSilence, &kSilence);
  bufferevent_enable(client->bev, EV_READ);
  /* The next request may have come already. */
  bufferevent_trigger(client->bev, EV_READ, BEV_TRIG_DEFER_CALLBACKS);
}

void client_free(struct client* client) {
  struct client** at = &client->worker->clients;
  while (*at != client) at = &(*at)->next;
  *at = client->next;
  if (client->exchange) exchange_abort(client->exchange);
  bufferevent_free(client->bev);
  free(client);
}
