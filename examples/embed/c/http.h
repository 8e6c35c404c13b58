/* http.h - HTTP/1.1 messages (RFC 9112): heads, header lists and bodies. Knows no network.
 *
 * Strict where leniency lets two readers see two different messages: such input is refused. */
#ifndef PROXY_HTTP_H
#define PROXY_HTTP_H

#include <kgw/c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct evbuffer;

kgw_str str(const char* text);
bool str_is(kgw_str a, const char* b); /* letter case does not count */

/* Field lines in their order, as kgw takes them. The bytes belong to somebody else. */
struct headers {
  kgw_header* lines;
  size_t count, capacity;
};
void headers_add(struct headers* headers, kgw_str name, kgw_str value);
void headers_remove(struct headers* headers, kgw_str name);
const kgw_header* headers_find(const struct headers* headers, const char* name);
/* True if a comma-separated list of that name has `token`. */
bool headers_have(const struct headers* headers, const char* name, const char* token);
/* Removes what concerns one connection only (RFC 9110, 7.6.1), and the framing of the body. */
void headers_remove_hop_by_hop(struct headers* headers);
void headers_edit(struct headers* headers, const kgw_header_edits* edits);

/* The head of a request or a response. */
struct message {
  char* text; /* what everything else points into */
  kgw_str method, authority, target;
  unsigned status;
  int minor; /* of the HTTP version: 0 or 1 */
  struct headers headers;
};
enum { HEAD_MORE = 0, HEAD_DONE = 1 };
/* HEAD_MORE, HEAD_DONE, or the status that a bad request is to be answered with. */
int message_read_request(struct message* message, struct evbuffer* in);
/* HEAD_MORE, HEAD_DONE, or 502. */
int message_read_response(struct message* message, struct evbuffer* in);
bool message_keeps_alive(const struct message* message);
void message_free(struct message* message);
void headers_write(const struct headers* headers, struct evbuffer* out);

/* A body as it comes in. */
struct body {
  enum { BODY_NONE, BODY_LENGTH, BODY_CHUNKED, BODY_UNTIL_CLOSE } kind;
  enum { CHUNK_SIZE, CHUNK_DATA, CHUNK_END, CHUNK_TRAILER } chunk;
  uint64_t length; /* as announced, for BODY_LENGTH */
  uint64_t left;   /* of the body, or of the chunk */
  bool done;
};
/* 0, or the status that a bad request is to be answered with. */
int body_of_request(struct body* body, const struct message* request);
int body_of_response(struct body* body, const struct message* response, kgw_str request_method);
/* Moves what there is of the body; trailers are dropped. False: it is broken. */
bool body_read(struct body* body, struct evbuffer* in, struct evbuffer* out);

/* How a body goes out: Content-Length, chunks, or as it is until the connection closes. */
void body_write_framing(const struct body* body, bool chunks_allowed, struct evbuffer* out);
void body_write(struct evbuffer* data, bool chunked, struct evbuffer* out);
void body_write_end(bool chunked, struct evbuffer* out);

#endif
