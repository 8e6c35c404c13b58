/* kgw/c.h - the C ABI of kgw: where does this request go, and how?
 *
 *   kgw_engine* engine;  kgw_reader* reader;              // error handling left out
 *   kgw_engine_new(NULL, &engine);
 *   kgw_engine_load(engine, &path, 1, NULL);
 *   kgw_reader_new(engine, &reader);                      // one for each worker thread
 *   kgw_request request = KGW_REQUEST_INIT;
 *   kgw_decision decision = KGW_DECISION_INIT;
 *   kgw_reader_route(reader, &request, &decision);        // read decision.verdict and what follows
 *   kgw_ticket_done(engine, &decision.ticket, &outcome);  // when the exchange is over
 *
 * Conventions
 * - Handles are opaque. What kgw_x_new and other functions with an `out` argument give is freed by
 *   the caller with kgw_x_free, which accepts NULL. All else that a function returns is borrowed.
 * - Texts are bytes with a length (kgw_str), not zero-terminated. What the caller passes must stay
 *   valid during the call, what it gets lives as long as the handle or the call it came from.
 * - Control calls return kgw_error*: NULL is success, anything else is an object to be freed. Calls
 *   on the path of a request return an int32_t, KGW_OK or one of KGW_E_*, and never allocate an
 *   error. There is no "last error" of a thread. No call ever throws, prints, aborts or exits.
 * - Structs that may grow begin with `size`, which KGW_X_INIT sets. Fields are only ever appended.
 *   What an older caller's shorter struct lacks is taken to be as KGW_X_INIT has it, and is not
 *   filled; a newer caller's longer one is accepted if the bytes that this library does not know
 *   are zero, else KGW_E_TOO_NEW.
 * - Enumerations are int32_t and may get further values: have a default branch.
 * - Each function says who may call it. "Thread: any." "Thread: owner.": the one thread that uses
 *   this reader now. "Thread: control.": any thread; calls wait for each other and may block.
 * - Callbacks are called during a call that they were given to or are documented for, on its
 *   thread; the log callback may come from any. They must not longjmp through the library, nor make
 *   control calls on the same engine: that is KGW_E_REENTRANT where it would wait for itself. An
 *   exception that one throws is KGW_E_INTERNAL, or a finding.
 * - The library starts no thread before kgw_engine_start and reads no clock on the path of a
 *   request. Engines survive fork() with what was loaded, and children that poll follow watched
 * files by themselves; create readers after it, and call kgw_engine_start after it.
 * - Not offered: configuration by setter functions (it is Gateway API text), I/O on requests.
 */
#ifndef KGW_C_H
#define KGW_C_H

#include <stddef.h>
#include <stdint.h>

#if defined(KGW_BUILD)
#define KGW_API __attribute__((visibility("default")))
#else
#define KGW_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------- basics */

typedef struct kgw_str {
  const char* data;
  size_t len;
} kgw_str;
#define KGW_STR_INIT {NULL, 0}

enum {
  KGW_OK = 0,
  KGW_E_INVALID = -1,   /* NULL, or a value outside of its enumeration */
  KGW_E_SIZE = -2,      /* a struct's `size` is less than any version had, or was not set */
  KGW_E_TOO_NEW = -3,   /* a struct has set fields that this library does not know */
  KGW_E_BUSY = -4,      /* a reader is called from its own lookup, or by two threads at a time (that
                           is checked in debug builds) */
  KGW_E_REENTRANT = -5, /* a callback called back into the engine that called it */
  KGW_E_MEMORY = -6,
  KGW_E_CONFIG = -7, /* nothing of the configuration could be read; see the diagnostics */
  KGW_E_OPTION = -8, /* no such option, or no such value of it */
  KGW_E_SYSTEM = -9, /* the operating system refused something */
  KGW_E_INTERNAL = -10
};

/* "0.1.0". Thread: any. */
KGW_API const char* kgw_version(void);
/* Grows by one with each addition to this header. Thread: any. */
KGW_API int32_t kgw_abi(void);
/* "KGW_E_CONFIG" for its number, "unknown" for a number that is none. Thread: any. */
KGW_API const char* kgw_code_name(int32_t code);

/* A text that the library made. */
typedef struct kgw_text kgw_text;
KGW_API kgw_str kgw_text_str(const kgw_text* text); /* zero-terminated as well. Thread: any. */
KGW_API void kgw_text_free(kgw_text* text);

/* ---------------------------------------------------------------- findings and errors */

enum { KGW_WARNING = 0, KGW_ERROR = 1 };

/* One finding about a configuration; its fields are the keys of `kgw check -o json`. */
typedef struct kgw_diagnostic {
  size_t size;
  int32_t severity; /* KGW_WARNING or KGW_ERROR */
  uint32_t line;    /* from 1; 0: no place in a text */
  uint32_t column;  /* from 1, in bytes */
  uint32_t reserved;
  kgw_str file; /* the source's name, as it was given */
  kgw_str kind;
  kgw_str namespace_;
  kgw_str name;
  kgw_str field;   /* "spec.rules[0].matches[0].path.type" */
  kgw_str code;    /* a stable word to filter by: "UnknownValue" */
  kgw_str message; /* one sentence */
  kgw_str suggestion;
} kgw_diagnostic;
/* clang-format off */
#define KGW_DIAGNOSTIC_INIT                                                                    \
  {sizeof(kgw_diagnostic), 0, 0, 0, 0, KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, \
   KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT}
/* clang-format on */

/* What one change of the configuration did. */
typedef struct kgw_report kgw_report;
/* The number of the snapshot that was published; 0 if none was. Thread: any, as all of these. */
KGW_API uint64_t kgw_report_generation(const kgw_report* report);
KGW_API size_t kgw_report_objects(const kgw_report* report); /* in effect after the change */
KGW_API size_t kgw_report_errors(const kgw_report* report);  /* how many findings are errors */
KGW_API size_t kgw_report_count(const kgw_report* report);   /* how many findings there are */
/* Fills `*out` with finding number `index`; its texts live as long as the report. */
KGW_API int32_t kgw_report_at(const kgw_report* report, size_t index, kgw_diagnostic* out);
KGW_API void kgw_report_free(kgw_report* report);

typedef struct kgw_error kgw_error;
KGW_API int32_t kgw_error_code(const kgw_error* error);    /* Thread: any, as all of these. */
KGW_API kgw_str kgw_error_message(const kgw_error* error); /* zero-terminated as well */
KGW_API size_t kgw_error_count(const kgw_error* error);    /* of diagnostics */
KGW_API int32_t kgw_error_at(const kgw_error* error, size_t index, kgw_diagnostic* out);
KGW_API void kgw_error_free(kgw_error* error);

/* ---------------------------------------------------------------- options */

enum { KGW_LOG_INFO = 0, KGW_LOG_WARNING = 1, KGW_LOG_ERROR = 2 };

/* What happens inside: reloads of watched files, their findings, readers that never rest.
   Thread: any. `text` is valid during the call. */
typedef struct kgw_log_callback {
  size_t size;
  void* ctx;
  void (*log)(void* ctx, int32_t level, kgw_str text);
} kgw_log_callback;
#define KGW_LOG_CALLBACK_INIT {sizeof(kgw_log_callback), NULL, NULL}

/* One endpoint that a custom Upstream type names. */
typedef struct kgw_upstream_endpoint {
  size_t size;
  kgw_str address;  /* an IP literal, or empty */
  kgw_str hostname; /* a DNS name, or empty */
  uint32_t port;
  uint32_t weight; /* at least 1 */
  int32_t tls;     /* 1: speak TLS to it */
  int32_t verify;  /* 1: and verify its certificate */
  kgw_str sni;
} kgw_upstream_endpoint;
#define KGW_UPSTREAM_ENDPOINT_INIT \
  {sizeof(kgw_upstream_endpoint), KGW_STR_INIT, KGW_STR_INIT, 0, 1, 0, 0, KGW_STR_INIT}

/* Where a custom Upstream type puts its answer; valid during the call. */
typedef struct kgw_upstream_answer kgw_upstream_answer;
KGW_API int32_t kgw_upstream_answer_add(kgw_upstream_answer* answer,
                                        const kgw_upstream_endpoint* endpoint);
/* A finding about the text under spec.<field>: `pointer` is a JSON pointer ("/servers/0"), and the
   library adds the place. KGW_ERROR takes the object out of effect. */
KGW_API int32_t kgw_upstream_answer_report(kgw_upstream_answer* answer, kgw_str pointer,
                                           int32_t severity, kgw_str message);

/* A type of gloo.solo.io/v1 Upstream of the embedder's own: Upstreams with spec.<field> are asked
   here for their endpoints whenever the configuration changes, and at kgw_engine_refresh. */
typedef struct kgw_upstream_type {
  size_t size;
  void* ctx;
  kgw_str field; /* the key under `spec`: "consulLite" */
  /* `json` is the text under the key. Returns 0 if what it stands for does not exist: routes to it
     then answer 500. (No endpoints is something else, and answers 503.) Called by control calls. */
  int32_t (*resolve)(void* ctx, kgw_str namespace_, kgw_str name, kgw_str json,
                     kgw_upstream_answer* answer);
  void (*free)(void* ctx); /* may be NULL; called once, when nothing needs the type any more. Not
                              called if kgw_options_add_upstream_type returned an error. */
} kgw_upstream_type;
#define KGW_UPSTREAM_TYPE_INIT {sizeof(kgw_upstream_type), NULL, KGW_STR_INIT, NULL, NULL}

typedef struct kgw_options kgw_options;
/* NULL if there is no memory. One thread at a time. */
KGW_API kgw_options* kgw_options_new(void);
/* The names and words that the program's --set takes: "path_normalization" = "off". */
KGW_API kgw_error* kgw_options_set(kgw_options* options, kgw_str key, kgw_str value);
KGW_API kgw_error* kgw_options_set_log(kgw_options* options, const kgw_log_callback* callback);
KGW_API kgw_error* kgw_options_add_upstream_type(kgw_options* options,
                                                 const kgw_upstream_type* type);
/* Engines that were made from them keep what they need. */
KGW_API void kgw_options_free(kgw_options* options);

/* ---------------------------------------------------------------- engine */

typedef struct kgw_engine kgw_engine;

/* `options` may be NULL. The engine is empty: requests are rejected until something is applied.
   Thread: any. */
KGW_API kgw_error* kgw_engine_new(const kgw_options* options, kgw_engine** out);
/* Readers, pins and reports may outlive it, tickets can then no longer be finished.
   Thread: control, and the last call; never from a callback. */
KGW_API void kgw_engine_free(kgw_engine* engine);

enum { KGW_FORMAT_AUTO = 0, KGW_FORMAT_YAML = 1, KGW_FORMAT_JSON = 2 };

/* One named text: usually a file. */
typedef struct kgw_source {
  kgw_str name;
  kgw_str bytes;  /* empty: what the source brought before goes */
  int32_t format; /* AUTO: JSON if the name ends in ".json", else YAML, which includes JSON */
  int32_t reserved;
} kgw_source;

/* Replaces all that each of these sources brought before, and publishes everything that is valid as
   one change. What is wrong keeps its last good form and is a finding in the report; an error comes
   back only if nothing was published. `report` may be NULL. Thread: control. */
KGW_API kgw_error* kgw_engine_apply(kgw_engine* engine, const kgw_source* sources, size_t count,
                                    kgw_report** report);
/* Reads files and folders (recursively: *.yaml, *.yml, *.json) and applies them as one change.
   Thread: control. */
KGW_API kgw_error* kgw_engine_load(kgw_engine* engine, const kgw_str* paths, size_t count,
                                   kgw_report** report);
/* The same, and goes on following them: kgw_engine_poll applies what has changed, once it has
   settled. Thread: control. */
KGW_API kgw_error* kgw_engine_watch(kgw_engine* engine, const kgw_str* paths, size_t count,
                                    kgw_report** report);
/* Asks the custom Upstream types again and publishes. Thread: control. */
KGW_API kgw_error* kgw_engine_refresh(kgw_engine* engine, kgw_report** report);

/* Does what is due: follows watched files, frees snapshots that no reader holds any more, logs.
   `now_ns` is a monotonic clock of the caller's; `*next_ns` (may be NULL) is when to call again at
   the latest, INT64_MAX for "when kgw_engine_fd is readable". Thread: control. */
KGW_API kgw_error* kgw_engine_poll(kgw_engine* engine, int64_t now_ns, int64_t* next_ns);
/* A descriptor that is readable when kgw_engine_poll has something to do; -1 if there is none. It
   belongs to the engine and stays the same for its life. Thread: control. */
KGW_API int kgw_engine_fd(kgw_engine* engine);
/* Calls kgw_engine_poll on a thread of the library's own, with CLOCK_MONOTONIC, until
   kgw_engine_stop or kgw_engine_free, one of which must come before exit() and dlclose().
   Thread: control. */
KGW_API kgw_error* kgw_engine_start(kgw_engine* engine);
KGW_API void kgw_engine_stop(kgw_engine* engine);

typedef struct kgw_stats {
  size_t size;
  uint64_t generation;    /* of the newest snapshot; 0: none yet */
  uint64_t snapshots;     /* in memory: the newest, and older ones that are still held */
  uint64_t retired_bytes; /* of the older ones, about */
  uint64_t readers;
  uint64_t readers_behind;    /* of those: hold an older snapshot */
  uint64_t oldest_generation; /* that one of these holds; 0: none is behind */
  int64_t longest_behind_s; /* seconds since the snapshot of the one furthest behind was replaced */
  uint64_t longest_behind_reader; /* its number: readers count from 0 */
} kgw_stats;
#define KGW_STATS_INIT {sizeof(kgw_stats), 0, 0, 0, 0, 0, 0, 0, 0}
/* Thread: control. */
KGW_API kgw_error* kgw_engine_stats(kgw_engine* engine, kgw_stats* out);

/* Looking inside, as the JSON of the program: for people and tools, not for the path of a request.
   Each is one text to be freed. Thread: control. */
KGW_API kgw_error* kgw_engine_routes(kgw_engine* engine, kgw_text** out);
KGW_API kgw_error* kgw_engine_endpoints(kgw_engine* engine, kgw_text** out);

/* The objects of a kind ("HTTPRoute"), with defaults filled in and the status that kgw computed. */
typedef struct kgw_objects kgw_objects;
typedef struct kgw_object {
  size_t size;
  kgw_str kind;
  kgw_str namespace_;
  kgw_str name;
  kgw_str file;
  uint32_t line;
  uint32_t reserved;
  kgw_str json; /* as an API server would return it: spec with defaults, and status */
} kgw_object;
#define KGW_OBJECT_INIT \
  {sizeof(kgw_object), KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, 0, 0, KGW_STR_INIT}
KGW_API kgw_error* kgw_engine_objects(kgw_engine* engine, kgw_str kind, kgw_objects** out);
KGW_API size_t kgw_objects_count(const kgw_objects* objects); /* Thread: any. */
KGW_API int32_t kgw_objects_at(const kgw_objects* objects, size_t index, kgw_object* out);
KGW_API void kgw_objects_free(kgw_objects* objects);

/* ---------------------------------------------------------------- requests */

typedef struct kgw_header {
  kgw_str name; /* any case */
  kgw_str value;
} kgw_header;

enum {
  KGW_PROTOCOL_HTTP = 0,
  KGW_PROTOCOL_GRPC = 1,
  KGW_PROTOCOL_TLS = 2,
  KGW_PROTOCOL_TCP = 3,
  KGW_PROTOCOL_UDP = 4
};

/* Looks up a field line where the caller keeps it: the `index`-th value, from 0, of the header
   `name` (lower case). Returns 1 and fills `*value` and `*value_len`, or 0 if there is none. Values
   must be valid until the call that asked returns. Must not use the same reader: KGW_E_BUSY. */
typedef int32_t (*kgw_header_lookup)(void* ctx, const char* name, size_t name_len, size_t index,
                                     const char** value, size_t* value_len);

/* A request. Everything but `path` may stay as KGW_REQUEST_INIT leaves it; a text whose `data` is
   NULL is empty. */
typedef struct kgw_request {
  size_t size;
  kgw_str method;
  kgw_str scheme;            /* "https" (or an SNI) means that TLS was terminated here */
  kgw_str authority;         /* Host or :authority, with or without a port */
  kgw_str path;              /* may carry ?query; empty is "/" */
  const kgw_header* headers; /* field lines in their order; repeats allowed */
  size_t header_count;
  kgw_header_lookup lookup; /* or NULL; its values follow those of `headers` */
  void* lookup_ctx;
  kgw_str sni;   /* TLS server name; empty if the client sent none */
  kgw_str peer;  /* client address: its 4 or 16 bytes, or empty */
  kgw_str local; /* local address, in the same form */
  kgw_str client_namespace;
  kgw_str gateway;  /* "namespace/name" limits the answer to that Gateway */
  int32_t protocol; /* KGW_PROTOCOL_* */
  uint16_t port;    /* of the listener; 0: 443 for https, else 80 */
  uint8_t peek; /* 1: the answer the next request would get, and nothing is counted or used up */
  uint8_t reserved;
  uint64_t random; /* seeds the choices for this request; 0: the reader's own generator */
  int64_t now_ns;  /* the caller's monotonic clock */
} kgw_request;
/* clang-format off */
#define KGW_REQUEST_INIT                                                                          \
  {sizeof(kgw_request), {"GET", 3}, {"http", 4}, KGW_STR_INIT, {"/", 1}, NULL, 0, NULL, NULL,     \
   KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, KGW_PROTOCOL_HTTP, 0, 0, \
   0, 0, 0}
/* clang-format on */

/* ---------------------------------------------------------------- decisions */

enum {
  KGW_FORWARD = 0,       /* send `request` to `endpoint` */
  KGW_REDIRECT = 1,      /* answer `response`, which has a location header */
  KGW_RESPOND = 2,       /* answer `response` (a CORS preflight) */
  KGW_NO_ROUTE = 3,      /* nothing matches: 404 */
  KGW_VERDICT_ERROR = 4, /* answer response.status; `reason` says why */
  KGW_REJECT = 5         /* close the connection: no listener for it */
};

/* Apply in this order: remove, set (replaces all values of that name), add (one more line). */
typedef struct kgw_header_edits {
  const kgw_str* remove;
  size_t remove_count;
  const kgw_header* set;
  size_t set_count;
  const kgw_header* add;
  size_t add_count;
} kgw_header_edits;
#define KGW_HEADER_EDITS_INIT {NULL, 0, NULL, 0, NULL, 0}

/* The route, rule and match that decided (Gateway API, HTTPRoute). */
typedef struct kgw_route_ref {
  kgw_str kind; /* empty: no route was chosen */
  kgw_str namespace_;
  kgw_str name;
  kgw_str rule_name;
  uint32_t rule;
  uint32_t match;
} kgw_route_ref;

/* The backendRef that was drawn. */
typedef struct kgw_backend_ref {
  kgw_str group;
  kgw_str kind; /* empty: no backend was chosen */
  kgw_str namespace_;
  kgw_str name;
  kgw_str function;
  uint32_t index; /* position in the rule's backendRefs */
  uint32_t port;  /* as in the backendRef; 0 if it has none */
} kgw_backend_ref;

typedef struct kgw_endpoint {
  kgw_str address;  /* an IP literal; or "unix:" and the path of a socket; or empty */
  kgw_str hostname; /* a DNS name, or empty: the embedder resolves it */
  uint64_t port;    /* 0: no endpoint was chosen; means nothing for a socket */
} kgw_endpoint;

/* A request under way. Each forwarded decision, and each of its mirrors, counts as an active
   request of its endpoint until its ticket is done. A plain value: move it by copying, finish one
   copy. */
typedef struct kgw_ticket {
  uint64_t opaque[8];
} kgw_ticket;

/* A copy of the request goes there as well (Gateway API, HTTPRequestMirrorFilter). To finish it,
   copy its ticket. */
typedef struct kgw_mirror {
  kgw_backend_ref backend;
  kgw_endpoint endpoint;
  kgw_str authority;
  kgw_ticket ticket;
} kgw_mirror;

/* Bits of kgw_decision.changed. */
enum {
  KGW_CHANGED_METHOD = 1,
  KGW_CHANGED_SCHEME = 2,
  KGW_CHANGED_AUTHORITY = 4,
  KGW_CHANGED_PATH = 8
};

enum { KGW_TRANSPORT_UNSET = 0, KGW_TRANSPORT_HTTP1 = 1, KGW_TRANSPORT_HTTP2 = 2 };

#define KGW_UNSET ((int64_t)-1) /* of durations: nothing was configured; 0 is "switched off" */

/* Where the request goes, and how: the same words as the JSON of the program. Texts and lists live
   until the next call on the reader, or longer in a kgw_pin. */
typedef struct kgw_decision {
  size_t size;
  int32_t verdict;  /* KGW_FORWARD, ... */
  uint32_t changed; /* what of `request` differs from the request as it came */
  kgw_str gateway;  /* "namespace/name" */
  kgw_str listener; /* its name in that Gateway */
  kgw_route_ref route;
  kgw_backend_ref backend;
  kgw_str cluster;
  kgw_endpoint endpoint;
  struct { /* what to send. Texts that are not marked in `changed` are empty: keep your own. */
    kgw_str method;
    kgw_str scheme;
    kgw_str authority;
    kgw_str path; /* with query */
    kgw_header_edits edits;
  } request;
  struct {
    kgw_header_edits edits; /* for KGW_FORWARD they edit the backend's response */
    kgw_str body;
    uint64_t status; /* 0: the backend's own status */
  } response;
  const kgw_mirror* mirrors;
  size_t mirror_count;
  struct { /* milliseconds (Gateway API, HTTPRouteTimeouts); KGW_UNSET if absent */
    int64_t request;
    int64_t backend_request;
  } timeouts;
  struct {                 /* Gateway API, HTTPRouteRetry */
    const uint16_t* codes; /* statuses to try again after, sorted */
    size_t code_count;
    int64_t backoff_ms; /* KGW_UNSET if absent */
    uint64_t attempts;  /* 0: do not try again */
  } retry;
  struct {
    kgw_str sni;      /* for TLS to the endpoint; may be empty */
    int32_t protocol; /* KGW_TRANSPORT_* */
    uint16_t tls;     /* 1: speak TLS to the endpoint */
    uint16_t verify;  /* 1: and verify its certificate */
  } transport;
  kgw_str reason;      /* a short machine word; empty for a plain forward */
  uint64_t generation; /* of the snapshot that decided */
  kgw_ticket ticket;   /* to be finished if the verdict is KGW_FORWARD */
} kgw_decision;
/* clang-format off */
#define KGW_DECISION_INIT                                                                  \
  {sizeof(kgw_decision), KGW_REJECT, 0, KGW_STR_INIT, KGW_STR_INIT,                        \
   {KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, 0, 0},                         \
   {KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, 0, 0},           \
   KGW_STR_INIT, {KGW_STR_INIT, KGW_STR_INIT, 0},                                          \
   {KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, KGW_STR_INIT, KGW_HEADER_EDITS_INIT},        \
   {KGW_HEADER_EDITS_INIT, KGW_STR_INIT, 0}, NULL, 0, {KGW_UNSET, KGW_UNSET},              \
   {NULL, 0, KGW_UNSET, 0}, {KGW_STR_INIT, KGW_TRANSPORT_UNSET, 0, 0}, KGW_STR_INIT, 0, {{0}}}
/* clang-format on */

/* ---------------------------------------------------------------- reader: the hot path */

typedef struct kgw_reader kgw_reader;

/* One for each thread that routes. It may outlive its engine. Thread: control. */
KGW_API kgw_error* kgw_reader_new(kgw_engine* engine, kgw_reader** out);
KGW_API void kgw_reader_free(kgw_reader* reader); /* Thread: owner; may block. */

/* Decides about one request. Returns KGW_OK if `*decision` was filled: no route, no endpoint and
   bad requests are verdicts. No lock, no system call, and no allocation once the reader's buffers
   have grown (but a regular expression of the configuration may lock and allocate inside RE2).
   Thread: owner. */
KGW_API int32_t kgw_reader_route(kgw_reader* reader, const kgw_request* request,
                                 kgw_decision* decision);
/* The same for `count` requests by one snapshot, in order; 16 is a good number. The sizes are those
   of the array elements, whose own `size` fields must say the same. Thread: owner. */
KGW_API int32_t kgw_reader_route_many(kgw_reader* reader, const kgw_request* requests,
                                      size_t request_size, kgw_decision* decisions,
                                      size_t decision_size, size_t count);

/* How one try ended. */
enum {
  KGW_COMPLETED = 0,       /* the endpoint answered; `status` tells what */
  KGW_CONNECT_FAILURE = 1, /* no connection: refused, unreachable, TLS failed, timed out */
  KGW_RESET = 2,           /* the connection broke before the answer was complete */
  KGW_TIMEOUT = 3,         /* no answer in time */
  KGW_ABORTED = 4          /* our side gave up; says nothing of the endpoint */
};

typedef struct kgw_outcome {
  size_t size;
  int32_t result;     /* KGW_COMPLETED, ... */
  uint32_t status;    /* HTTP status of the answer; 0: none */
  int64_t latency_ns; /* from sending the request to the first byte of the answer; 0: unknown */
  int64_t now_ns;     /* the caller's monotonic clock */
} kgw_outcome;
#define KGW_OUTCOME_INIT {sizeof(kgw_outcome), 0, 0, 0, 0}

/* Closes a try that failed and decides about the next one: the same cluster, not the endpoints that
   failed already (the last four are remembered) as long as there are others, by the newest
   configuration. `ticket` is that of the failed try and is cleared (it may be decision->ticket);
   the new one is in `*decision`. `peek` of the request is of no account here.
   With `request` NULL only endpoint, transport and ticket are filled. Mirrors are not sent again.
   Whether to try again is the proxy's to say, by decision.retry; with a backoff it calls this when
   the wait is over, and until then the failed try still counts as active. Thread: owner. */
KGW_API int32_t kgw_reader_retry(kgw_reader* reader, const kgw_request* request, kgw_ticket* ticket,
                                 const kgw_outcome* outcome, kgw_decision* decision);

/* Lets go of the snapshot, and of the last decision's texts. Call it before the thread goes idle: a
   reader that never rests keeps an old snapshot in memory. Thread: owner. */
KGW_API void kgw_reader_rest(kgw_reader* reader);

/* Finishes a ticket and clears it: a second call does nothing, and neither does a ticket of an
   endpoint that is gone. Never waits. Thread: any. */
KGW_API int32_t kgw_ticket_done(kgw_engine* engine, kgw_ticket* ticket, const kgw_outcome* outcome);

/* Keeps the texts and lists of the decisions of the reader's last call, whatever the reader does
   next. None of them lies in the caller's request. Several pins of one call share them. */
typedef struct kgw_pin kgw_pin;
KGW_API int32_t kgw_decision_pin(kgw_reader* reader, kgw_pin** out); /* Thread: owner. Allocates. */
KGW_API void kgw_pin_free(kgw_pin* pin);                             /* Thread: any. */

/* The JSON of `kgw route -o json`. `request` is the one decided about; it may be NULL, and what was
   not changed of it is then empty. Thread: that of the reader, or any with a pin. */
KGW_API kgw_error* kgw_decision_json(const kgw_decision* decision, const kgw_request* request,
                                     kgw_text** out);
/* Why the request goes where it goes: each candidate with the first predicate that failed, then
   the steps after the match, as text for people; with `json` not 0 as JSON. Thread: control. */
KGW_API kgw_error* kgw_engine_explain(kgw_engine* engine, const kgw_request* request, int32_t json,
                                      kgw_text** out);

#ifdef __cplusplus
}
#endif

#endif /* KGW_C_H */
