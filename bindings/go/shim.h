/* What Go calls on the path of a request, so that one call into C is enough and no pointer of Go's
 * lies in memory that C sees: texts travel as one buffer and their lengths, both ways.
 *
 * A request's texts follow each other in its buffer. A decision is copied out of the reader, which
 * then rests: nothing of it points into the library, and idle readers hold no snapshot.
 */
#ifndef KGW_GO_SHIM_H
#define KGW_GO_SHIM_H

#include <kgw/c.h>

enum {
  KGW_GO_METHOD,
  KGW_GO_SCHEME,
  KGW_GO_AUTHORITY,
  KGW_GO_PATH,
  KGW_GO_SNI,
  KGW_GO_CLIENT_NAMESPACE,
  KGW_GO_GATEWAY,
  KGW_GO_REQUEST_TEXTS
};

typedef struct kgw_go_request {
  uint64_t texts_at; /* where its texts begin in the buffer of the call */
  uint64_t lines_at; /* and its pairs of lengths, one for each field line */
  uint64_t random;
  int64_t now_ns;
  uint32_t lengths[KGW_GO_REQUEST_TEXTS];
  uint32_t line_count;
  int32_t protocol;
  uint16_t port;
  uint8_t peek;
  uint8_t peer_length;
  uint8_t local_length;
  uint8_t peer[16];
  uint8_t local[16];
} kgw_go_request;

typedef struct kgw_go_text {
  uint32_t at; /* in the buffer of its decision */
  uint32_t length;
} kgw_go_text;

typedef struct kgw_go_backend {
  kgw_go_text group, kind, namespace_, name, function;
  uint32_t index, port;
} kgw_go_backend;

typedef struct kgw_go_endpoint {
  kgw_go_text address, hostname;
  uint64_t port;
} kgw_go_endpoint;

/* In the buffer of a decision: lists are offsets of texts, names and values in turn. */
typedef struct kgw_go_edits {
  uint32_t remove_at, remove_count, set_at, set_count, add_at, add_count;
} kgw_go_edits;

typedef struct kgw_go_mirror {
  kgw_go_backend backend;
  kgw_go_endpoint endpoint;
  kgw_go_text authority;
  kgw_ticket ticket;
} kgw_go_mirror;

typedef struct kgw_go_decision {
  uint64_t size; /* of its buffer; nothing was written there if it was too small */
  int32_t verdict;
  uint32_t changed;
  kgw_go_text gateway, listener;
  kgw_go_text route_kind, route_namespace, route_name, rule_name;
  uint32_t rule, match;
  kgw_go_backend backend;
  kgw_go_text cluster;
  kgw_go_endpoint endpoint;
  kgw_go_text method, scheme, authority, path;
  kgw_go_edits request_edits, response_edits;
  kgw_go_text body;
  uint64_t status;
  uint32_t mirrors_at, mirror_count;
  int64_t request_timeout_ms, backend_timeout_ms;
  uint32_t codes_at, code_count;
  int64_t backoff_ms;
  uint64_t attempts;
  kgw_go_text sni;
  int32_t transport;
  uint16_t tls, verify;
  kgw_go_text reason;
  uint64_t generation;
  kgw_ticket ticket;
} kgw_go_decision;

/* A reader, and the memory that its calls need. */
typedef struct kgw_go_reader kgw_go_reader;
kgw_error* kgw_go_reader_new(kgw_engine* engine, kgw_go_reader** out);
void kgw_go_reader_free(kgw_go_reader* reader);

/* Each fills `out` and writes its texts and lists into the buffer, which is aligned to 8 bytes. If
   out->size is more than `capacity`, the same is to be had from kgw_go_fetch with a larger one. */
int32_t kgw_go_route(kgw_go_reader* reader, const kgw_go_request* request, const char* texts,
                     const uint32_t* lines, kgw_go_decision* out, char* buffer, size_t capacity);
int32_t kgw_go_retry(kgw_go_reader* reader, const kgw_go_request* request, const char* texts,
                     const uint32_t* lines, const kgw_outcome* outcome, kgw_go_decision* out,
                     char* buffer, size_t capacity);
int32_t kgw_go_fetch(kgw_go_reader* reader, kgw_go_decision* out, char* buffer, size_t capacity);

/* Answers to many, in memory of the reader that is valid until its next call: their texts follow
   each other, decisions[i].size bytes each. */
typedef struct kgw_go_answers {
  const kgw_go_decision* decisions;
  const char* texts;
  size_t count; /* less than asked for only if it failed */
} kgw_go_answers;
int32_t kgw_go_route_many(kgw_go_reader* reader, const kgw_go_request* requests, const char* texts,
                          const uint32_t* lines, size_t count, kgw_go_answers* out);

/* kgw_ticket_done for many; the first code that is not KGW_OK, and all are tried. */
int32_t kgw_go_done_many(kgw_engine* engine, kgw_ticket* tickets, const kgw_outcome* outcomes,
                         size_t count);

/* kgw_decision_json and kgw_engine_explain of what travelled as above. `request` may be NULL for
   the first. No error and no text: there is no memory. */
kgw_error* kgw_go_decision_json(const kgw_go_decision* decision, const char* buffer,
                                const kgw_go_request* request, const char* texts,
                                const uint32_t* lines, kgw_text** out);
kgw_error* kgw_go_explain(kgw_engine* engine, const kgw_go_request* request, const char* texts,
                          const uint32_t* lines, int32_t json, kgw_text** out);

/* Whether a descriptor is readable now. */
int kgw_go_readable(int fd);

/* The callbacks, with what Go gave as context; the functions that they call are in callbacks.go. */
kgw_error* kgw_go_options_set_log(kgw_options* options, uintptr_t id);
kgw_error* kgw_go_options_add_upstream_type(kgw_options* options, uintptr_t id, kgw_str field);

/* What the parts of the shim share. */
void kgw_go_read_request(const kgw_go_request* from, const char* texts, const uint32_t* lines,
                         kgw_header* headers, kgw_request* to);
void kgw_go_ask_for_names(const kgw_decision* from);
int32_t kgw_go_flatten(const kgw_decision* from, kgw_go_decision* to, char* buffer,
                       size_t capacity);

#endif /* KGW_GO_SHIM_H */
