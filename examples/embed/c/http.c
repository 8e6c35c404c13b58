#include "http.h"

#include <ctype.h>
#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { kMaxHead = 64 * 1024, kMaxChunkLine = 256 };

kgw_str str(const char* text) { return (kgw_str){text, strlen(text)}; }

static bool same(kgw_str a, kgw_str b) {
  return a.len == b.len && strncasecmp(a.data, b.data, a.len) == 0;
}

bool str_is(kgw_str a, const char* b) { return same(a, str(b)); }

static kgw_str trim(const char* begin, const char* end) {
  while (begin < end && (*begin == ' ' || *begin == '\t')) ++begin;
  while (begin < end && (end[-1] == ' ' || end[-1] == '\t')) --end;
  return (kgw_str){begin, (size_t)(end - begin)};
}

/* Cuts the next element off a comma-separated list; false at its end. */
static bool next_token(kgw_str* list, kgw_str* token) {
  if (list->len == 0) return false;
  const char* comma = memchr(list->data, ',', list->len);
  const char* end = list->data + list->len;
  *token = trim(list->data, comma ? comma : end);
  list->data = comma ? comma + 1 : end;
  list->len = (size_t)(end - list->data);
  return true;
}

/* ---------------------------------------------------------------- header lists */

void headers_add(struct headers* headers, kgw_str name, kgw_str value) {
  if (headers->count == headers->capacity) {
    headers->capacity = headers->capacity ? 2 * headers->capacity : 32;
    headers->lines = realloc(headers->lines, headers->capacity * sizeof *headers->lines);
    if (!headers->lines) abort();
  }
  headers->lines[headers->count++] = (kgw_header){name, value};
}

void headers_remove(struct headers* headers, kgw_str name) {
  size_t kept = 0;
  for (size_t i = 0; i < headers->count; ++i) {
    if (!same(headers->lines[i].name, name)) headers->lines[kept++] = headers->lines[i];
  }
  headers->count = kept;
}

const kgw_header* headers_find(const struct headers* headers, const char* name) {
  for (size_t i = 0; i < headers->count; ++i) {
    if (str_is(headers->lines[i].name, name)) return &headers->lines[i];
  }
  return NULL;
}

bool headers_have(const struct headers* headers, const char* name, const char* token) {
  for (size_t i = 0; i < headers->count; ++i) {
    if (!str_is(headers->lines[i].name, name)) continue;
    kgw_str list = headers->lines[i].value, element;
    while (next_token(&list, &element)) {
      if (str_is(element, token)) return true;
    }
  }
  return false;
}

void headers_remove_hop_by_hop(struct headers* headers) {
  static const char* const names[] = {"connection", "keep-alive",        "proxy-connection",
                                      "te",         "transfer-encoding", "upgrade",
                                      "trailer",    "content-length",    "expect"};
  const kgw_header* connection;
  while ((connection = headers_find(headers, "connection"))) {
    kgw_str list = connection->value, name;
    headers_remove(headers, connection->name);
    while (next_token(&list, &name)) headers_remove(headers, name);
  }
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) headers_remove(headers, str(names[i]));
}

void headers_edit(struct headers* headers, const kgw_header_edits* edits) {
  for (size_t i = 0; i < edits->remove_count; ++i) headers_remove(headers, edits->remove[i]);
  for (size_t i = 0; i < edits->set_count; ++i) {
    headers_remove(headers, edits->set[i].name);
    headers_add(headers, edits->set[i].name, edits->set[i].value);
  }
  for (size_t i = 0; i < edits->add_count; ++i) {
    headers_add(headers, edits->add[i].name, edits->add[i].value);
  }
}

void headers_write(const struct headers* headers, struct evbuffer* out) {
  for (size_t i = 0; i < headers->count; ++i) {
    const kgw_header* line = &headers->lines[i];
    evbuffer_add(out, line->name.data, line->name.len);
    evbuffer_add(out, ": ", 2);
    evbuffer_add(out, line->value.data, line->value.len);
    evbuffer_add(out, "\r\n", 2);
  }
}

/* ---------------------------------------------------------------- heads */

static bool is_token(kgw_str text) {
  for (size_t i = 0; i < text.len; ++i) {
    unsigned char c = (unsigned char)text.data[i];
    if (!isalnum(c) && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c))) return false;
  }
  return text.len > 0;
}

static bool has_control(kgw_str text) {
  for (size_t i = 0; i < text.len; ++i) {
    unsigned char c = (unsigned char)text.data[i];
    if ((c < ' ' && c != '\t') || c == 0x7f) return true;
  }
  return false;
}

/* Takes the head out of `in`, its last empty line included: HEAD_MORE, HEAD_DONE or 431. */
static int take_head(struct message* message, struct evbuffer* in) {
  memset(message, 0, sizeof *message);
  while (evbuffer_get_length(in) >= 2 && memcmp(evbuffer_pullup(in, 2), "\r\n", 2) == 0) {
    evbuffer_drain(in, 2); /* empty lines before a request are ignored (RFC 9112, 2.2) */
  }
  struct evbuffer_ptr end = evbuffer_search(in, "\r\n\r\n", 4, NULL);
  if (end.pos < 0) return evbuffer_get_length(in) > kMaxHead ? 431 : HEAD_MORE;
  if (end.pos > kMaxHead) return 431;
  size_t length = (size_t)end.pos + 4;
  message->text = malloc(length + 1);
  if (!message->text) abort();
  evbuffer_remove(in, message->text, length);
  message->text[length] = '\0';
  return strlen(message->text) == length ? HEAD_DONE : 400;
}

/* The next line, without its end; false at the empty one. */
static bool take_line(const char** at, kgw_str* line) {
  const char* end = strstr(*at, "\r\n");
  *line = (kgw_str){*at, (size_t)(end - *at)};
  *at = end + 2;
  return line->len > 0;
}

static bool parse_headers(struct message* message, const char* at) {
  kgw_str line;
  while (take_line(&at, &line)) {
    const char* colon = memchr(line.data, ':', line.len);
    if (!colon) return false;
    kgw_str name = {line.data, (size_t)(colon - line.data)};
    kgw_str value = trim(colon + 1, line.data + line.len);
    if (!is_token(name) || has_control(value)) return false;
    headers_add(&message->headers, name, value);
  }
  return true;
}

static bool parse_version(kgw_str text, int* minor) {
  if (text.len != 8 || memcmp(text.data, "HTTP/1.", 7) != 0 ||
      !isdigit((unsigned char)text.data[7])) {
    return false;
  }
  *minor = text.data[7] == '0' ? 0 : 1;
  return true;
}

/* A target with scheme and authority is for proxies (RFC 9112, 3.2.2), and replaces Host. */
static void split_target(struct message* message) {
  kgw_str* target = &message->target;
  const kgw_header* host = headers_find(&message->headers, "host");
  if (host) message->authority = host->value;
  if (target->len < 7 || strncasecmp(target->data, "http://", 7) != 0) return;
  const char* end = target->data + target->len;
  const char* path = target->data + 7;
  while (path < end && *path != '/' && *path != '?') ++path;
  message->authority = (kgw_str){target->data + 7, (size_t)(path - target->data - 7)};
  *target = (kgw_str){path, (size_t)(end - path)};
}

static int parse_request(struct message* message) {
  const char* at = message->text;
  kgw_str line;
  take_line(&at, &line);
  const char* first = memchr(line.data, ' ', line.len);
  const char* last = first;
  for (const char* p = line.data; p < line.data + line.len; ++p) last = *p == ' ' ? p : last;
  if (!first || first == last) return 400;
  message->method = (kgw_str){line.data, (size_t)(first - line.data)};
  message->target = (kgw_str){first + 1, (size_t)(last - first - 1)};
  kgw_str version = {last + 1, (size_t)(line.data + line.len - last - 1)};
  if (!is_token(message->method) || has_control(message->target) ||
      memchr(message->target.data, ' ', message->target.len)) {
    return 400;
  }
  if (!parse_version(version, &message->minor)) return 505;
  if (str_is(message->method, "CONNECT")) return 501; /* no tunnels */
  if (!parse_headers(message, at)) return 400;
  size_t hosts = 0;
  for (size_t i = 0; i < message->headers.count; ++i) {
    hosts += str_is(message->headers.lines[i].name, "host");
  }
  if (hosts > 1 || (hosts == 0 && message->minor == 1)) return 400;
  split_target(message);
  return HEAD_DONE;
}

static int parse_response(struct message* message) {
  const char* at = message->text;
  kgw_str line;
  take_line(&at, &line);
  if (line.len < 12 || line.data[8] != ' ') return 502;
  if (!parse_version((kgw_str){line.data, 8}, &message->minor)) return 502;
  for (int i = 9; i < 12; ++i) {
    if (!isdigit((unsigned char)line.data[i])) return 502;
    message->status = 10 * message->status + (unsigned)(line.data[i] - '0');
  }
  if (message->status < 100) return 502;
  return parse_headers(message, at) ? HEAD_DONE : 502;
}

int message_read_request(struct message* message, struct evbuffer* in) {
  int head = take_head(message, in);
  if (head == HEAD_DONE) head = parse_request(message);
  if (head > HEAD_DONE) message_free(message);
  return head;
}

int message_read_response(struct message* message, struct evbuffer* in) {
  int head = take_head(message, in);
  if (head == HEAD_DONE) head = parse_response(message);
  if (head <= HEAD_DONE) return head;
  message_free(message);
  return 502;
}

bool message_keeps_alive(const struct message* message) {
  if (headers_have(&message->headers, "connection", "close")) return false;
  return message->minor == 1 || headers_have(&message->headers, "connection", "keep-alive");
}

void message_free(struct message* message) {
  free(message->text);
  free(message->headers.lines);
  memset(message, 0, sizeof *message);
}

/* ---------------------------------------------------------------- bodies */

static bool parse_number(kgw_str text, int base, uint64_t* number) {
  *number = 0;
  for (size_t i = 0; i < text.len; ++i) {
    unsigned char c = (unsigned char)text.data[i];
    if (!(base == 16 ? isxdigit(c) : isdigit(c)) || *number >> 58) return false;
    *number = *number * (uint64_t)base + (uint64_t)(isdigit(c) ? c - '0' : tolower(c) - 'a' + 10);
  }
  return text.len > 0;
}

/* The framing that the headers announce: false if they contradict themselves or each other. */
static bool parse_framing(struct body* body, const struct headers* headers) {
  memset(body, 0, sizeof *body);
  for (size_t i = 0; i < headers->count; ++i) {
    kgw_str value = headers->lines[i].value;
    if (str_is(headers->lines[i].name, "transfer-encoding")) {
      if (body->kind != BODY_NONE || !str_is(value, "chunked")) return false;
      body->kind = BODY_CHUNKED;
    } else if (str_is(headers->lines[i].name, "content-length")) {
      uint64_t length;
      if (body->kind == BODY_CHUNKED || !parse_number(value, 10, &length)) return false;
      if (body->kind == BODY_LENGTH && body->length != length) return false;
      body->kind = BODY_LENGTH;
      body->length = body->left = length;
    }
  }
  return true;
}

int body_of_request(struct body* body, const struct message* request) {
  if (!parse_framing(body, &request->headers)) return 400;
  body->done = body->kind == BODY_NONE || (body->kind == BODY_LENGTH && body->left == 0);
  return 0;
}

int body_of_response(struct body* body, const struct message* response, kgw_str request_method) {
  if (!parse_framing(body, &response->headers)) return 502;
  if (str_is(request_method, "HEAD") || response->status == 204 || response->status == 304) {
    body->done = true;
    if (response->status == 204) body->kind = BODY_NONE; /* has no length (RFC 9110, 8.6) */
  } else if (body->kind == BODY_NONE) {
    body->kind = BODY_UNTIL_CLOSE;
  } else if (body->kind == BODY_LENGTH) {
    body->done = body->left == 0;
  }
  return 0;
}

static bool read_chunk_line(struct body* body, struct evbuffer* in, bool* more) {
  size_t length;
  char* line = evbuffer_readln(in, &length, EVBUFFER_EOL_CRLF_STRICT);
  if (!line) {
    *more = false;
    return body->chunk == CHUNK_TRAILER ? evbuffer_get_length(in) <= kMaxHead
                                        : evbuffer_get_length(in) <= kMaxChunkLine;
  }
  bool good = true;
  if (body->chunk == CHUNK_SIZE) {
    kgw_str size = trim(line, line + strcspn(line, ";"));
    good = strlen(line) == length && parse_number(size, 16, &body->left);
    body->chunk = body->left > 0 ? CHUNK_DATA : CHUNK_TRAILER;
  } else if (body->chunk == CHUNK_END) {
    good = length == 0;
    body->chunk = CHUNK_SIZE;
  } else {
    body->done = length == 0;
  }
  free(line);
  return good;
}

bool body_read(struct body* body, struct evbuffer* in, struct evbuffer* out) {
  bool more = true;
  while (!body->done && more && evbuffer_get_length(in) > 0) {
    if (body->kind == BODY_UNTIL_CLOSE) {
      evbuffer_add_buffer(out, in);
    } else if (body->kind == BODY_LENGTH || body->chunk == CHUNK_DATA) {
      size_t there = evbuffer_get_length(in);
      body->left -=
          (uint64_t)evbuffer_remove_buffer(in, out, body->left < there ? body->left : there);
      body->done = body->kind == BODY_LENGTH && body->left == 0;
      if (body->left == 0) body->chunk = CHUNK_END;
    } else if (!read_chunk_line(body, in, &more)) {
      return false;
    }
  }
  return true;
}

void body_write_framing(const struct body* body, bool chunks_allowed, struct evbuffer* out) {
  if (body->kind == BODY_LENGTH) {
    evbuffer_add_printf(out, "content-length: %llu\r\n", (unsigned long long)body->length);
  } else if (body->kind != BODY_NONE && chunks_allowed) {
    evbuffer_add_printf(out, "transfer-encoding: chunked\r\n");
  }
}

void body_write(struct evbuffer* data, bool chunked, struct evbuffer* out) {
  size_t length = evbuffer_get_length(data);
  if (length == 0) return;
  if (chunked) evbuffer_add_printf(out, "%zx\r\n", length);
  evbuffer_add_buffer(out, data);
  if (chunked) evbuffer_add(out, "\r\n", 2);
}

void body_write_end(bool chunked, struct evbuffer* out) {
  if (chunked) evbuffer_add(out, "0\r\n\r\n", 5);
}
