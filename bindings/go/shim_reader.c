/* The path of a request: one call, and the reader rests again. */
#include <poll.h>
#include <stdlib.h>

#include "shim.h"

/* A batch is routed in parts that stay in the cache. */
enum { PART = 16 };

struct kgw_go_reader {
  kgw_reader* reader;
  kgw_header* headers; /* of all requests of a call */
  size_t header_room;
  kgw_decision decision; /* of the last call that was for one request */
  kgw_request requests[PART];
  kgw_decision decisions[PART];
  kgw_go_decision* flats; /* of a batch */
  size_t room;
  char* buffer; /* and their texts and lists */
  size_t buffer_room;
};

kgw_error* kgw_go_reader_new(kgw_engine* engine, kgw_go_reader** out) {
  const kgw_decision init = KGW_DECISION_INIT;
  kgw_go_reader* reader = calloc(1, sizeof *reader);
  kgw_error* error;
  size_t i;
  *out = NULL;
  if (reader == NULL) return NULL;
  error = kgw_reader_new(engine, &reader->reader);
  if (error != NULL) {
    free(reader);
    return error;
  }
  reader->decision = init;
  for (i = 0; i < PART; ++i) reader->decisions[i] = init;
  *out = reader;
  return NULL;
}

void kgw_go_reader_free(kgw_go_reader* reader) {
  if (reader == NULL) return;
  kgw_reader_free(reader->reader);
  free(reader->headers);
  free(reader->flats);
  free(reader->buffer);
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
  if (count <= reader->room) return 1;
  free(reader->flats);
  reader->room = 0;
  reader->flats = malloc(count * sizeof *reader->flats);
  if (reader->flats == NULL) return 0;
  reader->room = count;
  return 1;
}

static int room_for_texts(kgw_go_reader* reader, size_t size) {
  char* larger = realloc(reader->buffer, size);
  if (larger == NULL) return 0;
  reader->buffer = larger;
  reader->buffer_room = size;
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

/* Copies the answers of one part out: their memory ends with the next part. */
static int32_t flatten_part(kgw_go_reader* reader, size_t count, size_t* used,
                            kgw_go_answers* out) {
  size_t i;
  for (i = 0; i < count; ++i) kgw_go_ask_for_names(&reader->decisions[i]);
  for (i = 0; i < count; ++i) {
    const kgw_decision* from = &reader->decisions[i];
    kgw_go_decision* to = &reader->flats[out->count];
    const size_t left = reader->buffer_room - *used;
    int32_t code = kgw_go_flatten(from, to, reader->buffer + *used, left);
    if (code == KGW_OK && to->size > left) {
      if (!room_for_texts(reader, 2 * (*used + to->size))) return KGW_E_MEMORY;
      code = kgw_go_flatten(from, to, reader->buffer + *used, reader->buffer_room - *used);
    }
    if (code != KGW_OK) return code;
    *used += to->size;
    ++out->count;
  }
  return KGW_OK;
}

static int32_t route_part(kgw_go_reader* reader, const kgw_go_request* requests, const char* texts,
                          const uint32_t* lines, size_t count) {
  size_t headers = 0, i;
  for (i = 0; i < count; ++i) headers += requests[i].line_count;
  if (!room_for_headers(reader, headers)) return KGW_E_MEMORY;
  headers = 0;
  for (i = 0; i < count; ++i) {
    kgw_header* lent = reader->headers != NULL ? reader->headers + headers : NULL;
    kgw_go_read_request(&requests[i], texts, lines, lent, &reader->requests[i]);
    headers += requests[i].line_count;
  }
  return kgw_reader_route_many(reader->reader, reader->requests, sizeof *reader->requests,
                               reader->decisions, sizeof *reader->decisions, count);
}

int32_t kgw_go_route_many(kgw_go_reader* reader, const kgw_go_request* requests, const char* texts,
                          const uint32_t* lines, size_t count, kgw_go_answers* out) {
  int32_t code = KGW_OK;
  size_t used = 0, i;
  out->count = 0;
  if (!room_for_batch(reader, count)) return KGW_E_MEMORY;
  for (i = 0; i < count && code == KGW_OK; i += PART) {
    const size_t part = count - i < PART ? count - i : PART;
    code = route_part(reader, requests + i, texts, lines, part);
    if (code == KGW_OK) code = flatten_part(reader, part, &used, out);
  }
  kgw_reader_rest(reader->reader);
  out->decisions = reader->flats;
  out->texts = reader->buffer;
  return code;
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
