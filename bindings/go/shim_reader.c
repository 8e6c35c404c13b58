/* The path of a request: one call, and the reader rests again. */
#include <poll.h>
#include <stdlib.h>

#include "shim.h"

struct kgw_go_reader {
  kgw_reader* reader;
  kgw_header* headers; /* of all requests of a call */
  size_t header_room;
  kgw_request* requests; /* of a batch */
  kgw_decision* decisions;
  size_t room;
  kgw_decision decision; /* of the last call that was for one request */
};

kgw_error* kgw_go_reader_new(kgw_engine* engine, kgw_go_reader** out) {
  const kgw_decision init = KGW_DECISION_INIT;
  kgw_go_reader* reader = calloc(1, sizeof *reader);
  kgw_error* error;
  *out = NULL;
  if (reader == NULL) return NULL;
  error = kgw_reader_new(engine, &reader->reader);
  if (error != NULL) {
    free(reader);
    return error;
  }
  reader->decision = init;
  *out = reader;
  return NULL;
}

void kgw_go_reader_free(kgw_go_reader* reader) {
  if (reader == NULL) return;
  kgw_reader_free(reader->reader);
  free(reader->headers);
  free(reader->requests);
  free(reader->decisions);
  free(reader);
}

static int room_for_headers(kgw_go_reader* reader, size_t count) {
  if (count <= reader->header_room) return 1;
  free(reader->headers);
  reader->header_room = 0;
  reader->headers = malloc(count * sizeof *reader->headers);
  if (reader->headers == NULL) return 0;
  reader->header_room = count;
  return 1;
}

static int room_for_batch(kgw_go_reader* reader, size_t count) {
  const kgw_decision init = KGW_DECISION_INIT;
  size_t i;
  if (count <= reader->room) return 1;
  free(reader->requests);
  free(reader->decisions);
  reader->room = 0;
  reader->requests = malloc(count * sizeof *reader->requests);
  reader->decisions = malloc(count * sizeof *reader->decisions);
  if (reader->requests == NULL || reader->decisions == NULL) return 0;
  for (i = 0; i < count; ++i) reader->decisions[i] = init;
  reader->room = count;
  return 1;
}

int32_t kgw_go_fetch(kgw_go_reader* reader, kgw_go_decision* out, char* buffer, size_t capacity) {
  int32_t code;
  kgw_go_ask_for_names(&reader->decision);
  code = kgw_go_flatten(&reader->decision, out, buffer, capacity);
  if (out->size <= capacity) kgw_reader_rest(reader->reader);
  return code;
}

int32_t kgw_go_route(kgw_go_reader* reader, const kgw_go_request* request, const char* texts,
                     const uint32_t* lines, kgw_go_decision* out, char* buffer, size_t capacity) {
  kgw_request question;
  int32_t code;
  if (!room_for_headers(reader, request->line_count)) return KGW_E_MEMORY;
  kgw_go_read_request(request, texts, lines, reader->headers, &question);
  code = kgw_reader_route(reader->reader, &question, &reader->decision);
  return code == KGW_OK ? kgw_go_fetch(reader, out, buffer, capacity) : code;
}

int32_t kgw_go_retry(kgw_go_reader* reader, const kgw_go_request* request, const char* texts,
                     const uint32_t* lines, const kgw_outcome* outcome, kgw_go_decision* out,
                     char* buffer, size_t capacity) {
  kgw_request question;
  int32_t code;
  if (request != NULL) {
    if (!room_for_headers(reader, request->line_count)) return KGW_E_MEMORY;
    kgw_go_read_request(request, texts, lines, reader->headers, &question);
  }
  code = kgw_reader_retry(reader->reader, request != NULL ? &question : NULL, &out->ticket, outcome,
                          &reader->decision);
  return code == KGW_OK ? kgw_go_fetch(reader, out, buffer, capacity) : code;
}

int32_t kgw_go_fetch_many(kgw_go_reader* reader, size_t count, kgw_go_decision* out, char* buffer,
                          size_t capacity, uint64_t* needed) {
  size_t at = 0, i;
  *needed = 0;
  for (i = 0; i < count; ++i) kgw_go_ask_for_names(&reader->decisions[i]);
  for (i = 0; i < count; ++i) {
    /* Once one did not fit, the others only say how much they need. */
    const size_t left = *needed <= capacity ? capacity - at : 0;
    const int32_t code = kgw_go_flatten(&reader->decisions[i], &out[i], buffer + at, left);
    if (code != KGW_OK) return code;
    *needed += out[i].size;
    if (*needed <= capacity) at = *needed;
  }
  if (*needed <= capacity) kgw_reader_rest(reader->reader);
  return KGW_OK;
}

int32_t kgw_go_route_many(kgw_go_reader* reader, const kgw_go_request* requests, const char* texts,
                          const uint32_t* lines, size_t count, kgw_go_decision* out, char* buffer,
                          size_t capacity, uint64_t* needed) {
  size_t headers = 0, i;
  int32_t code;
  *needed = 0;
  for (i = 0; i < count; ++i) headers += requests[i].line_count;
  if (!room_for_batch(reader, count) || !room_for_headers(reader, headers)) return KGW_E_MEMORY;
  headers = 0;
  for (i = 0; i < count; ++i) {
    kgw_header* lent = reader->headers != NULL ? reader->headers + headers : NULL;
    kgw_go_read_request(&requests[i], texts, lines, lent, &reader->requests[i]);
    headers += requests[i].line_count;
  }
  code = kgw_reader_route_many(reader->reader, reader->requests, sizeof *reader->requests,
                               reader->decisions, sizeof *reader->decisions, count);
  return code == KGW_OK ? kgw_go_fetch_many(reader, count, out, buffer, capacity, needed) : code;
}

int32_t kgw_go_done_many(kgw_engine* engine, kgw_ticket* tickets, const kgw_outcome* outcomes,
                         size_t count) {
  int32_t first = KGW_OK;
  size_t i;
  for (i = 0; i < count; ++i) {
    const int32_t code = kgw_ticket_done(engine, &tickets[i], &outcomes[i]);
    if (first == KGW_OK) first = code;
  }
  return first;
}

kgw_error* kgw_go_explain(kgw_engine* engine, const kgw_go_request* request, const char* texts,
                          const uint32_t* lines, int32_t json, kgw_text** out) {
  kgw_header* headers = malloc((request->line_count + 1) * sizeof *headers);
  kgw_request question;
  kgw_error* error;
  *out = NULL;
  if (headers == NULL) return NULL;
  kgw_go_read_request(request, texts, lines, headers, &question);
  error = kgw_engine_explain(engine, &question, json, out);
  free(headers);
  return error;
}

int kgw_go_readable(int fd) {
  struct pollfd one = {fd, POLLIN, 0};
  return poll(&one, 1, 0) > 0;
}
