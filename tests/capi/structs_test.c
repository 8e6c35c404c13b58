/* Structs of callers that were compiled with another version of c.h. */
#include "check.h"

static kgw_engine* engine;
static kgw_reader* reader;

/* What an older header had. */
typedef struct {
  size_t size;
  kgw_str method, scheme, authority, path;
} old_request;

typedef struct {
  size_t size;
  uint64_t generation;
  uint64_t snapshots;
  uint64_t retired_bytes;
  uint64_t readers;
  uint64_t of_the_caller; /* lies behind the struct: must not be written */
} old_stats;

/* What a newer header may have. */
typedef struct {
  kgw_request known;
  uint64_t news[4];
} new_request;

typedef struct {
  kgw_decision known;
  uint64_t news[4];
} new_decision;

static int32_t route(const void* request, void* decision) {
  return kgw_reader_route(reader, (const kgw_request*)request, (kgw_decision*)decision);
}

static void finish(kgw_ticket ticket) {
  const kgw_outcome outcome = outcome_of(KGW_COMPLETED, 200);
  CHECK_CODE(kgw_ticket_done(engine, &ticket, &outcome), KGW_OK);
}

static void an_older_caller_says_as_much_as_it_knows(void) {
  const kgw_request full = request_for("shop.test", "/away");
  old_request request;
  kgw_decision decision = KGW_DECISION_INIT;
  memset(&request, 0, sizeof request);
  request.size = sizeof request;
  request.method = full.method;
  request.scheme = full.scheme;
  request.authority = full.authority;
  request.path = full.path;
  CHECK_CODE(route(&request, &decision), KGW_OK);
  CHECK(decision.verdict == KGW_REDIRECT && same(decision.route.name, "shop"));
}

static void an_older_caller_sees_as_much_as_it_knows(void) {
  old_stats stats;
  memset(&stats, 0, sizeof stats);
  stats.size = offsetof(old_stats, of_the_caller);
  stats.of_the_caller = 42;
  CHECK(kgw_engine_stats(engine, (kgw_stats*)&stats) == NULL);
  CHECK(stats.generation == 1 && stats.size == offsetof(old_stats, of_the_caller));
  CHECK(stats.of_the_caller == 42);
}

static void a_decision_without_room_for_its_ticket_is_refused(void) {
  const kgw_request request = request_for("shop.test", "/api/x");
  kgw_decision decision = KGW_DECISION_INIT;
  decision.size = offsetof(kgw_decision, ticket);
  CHECK_CODE(route(&request, &decision), KGW_E_SIZE);
  CHECK(decision.generation == 0 && decision.route.kind.len == 0);
}

static void a_newer_caller_is_served_if_it_asks_for_nothing_new(void) {
  new_request request;
  new_decision decision;
  memset(&request, 0, sizeof request);
  memset(&decision, 0, sizeof decision);
  request.known = request_for("shop.test", "/api/x");
  request.known.size = sizeof request;
  decision.known.size = sizeof decision;
  CHECK_CODE(route(&request, &decision), KGW_OK);
  CHECK(decision.known.verdict == KGW_FORWARD && same(decision.known.request.path, "/v2/x"));
  CHECK(decision.known.size == sizeof decision && decision.news[0] == 0);
  finish(decision.known.ticket);
  request.news[3] = 1;
  CHECK_CODE(route(&request, &decision), KGW_E_TOO_NEW);
  request.news[3] = 0;
  decision.news[0] = 1;
  CHECK_CODE(route(&request, &decision), KGW_E_TOO_NEW);
  CHECK(active_requests(engine) == 0);
}

static void a_batch_may_have_structs_of_another_version(void) {
  new_request requests[3];
  new_decision decisions[3];
  int i;
  memset(requests, 0, sizeof requests);
  memset(decisions, 0, sizeof decisions);
  for (i = 0; i < 3; ++i) {
    requests[i].known = request_for("shop.test", i == 1 ? "/away" : "/api/x");
    requests[i].known.size = sizeof requests[i];
    decisions[i].known.size = sizeof decisions[i];
  }
  CHECK_CODE(kgw_reader_route_many(reader, &requests[0].known, sizeof requests[0],
                                   &decisions[0].known, sizeof decisions[0], 3),
             KGW_OK);
  CHECK(decisions[0].known.verdict == KGW_FORWARD && decisions[1].known.verdict == KGW_REDIRECT);
  CHECK(same(decisions[2].known.request.path, "/v2/x"));
  finish(decisions[0].known.ticket);
  finish(decisions[2].known.ticket);
  CHECK(active_requests(engine) == 0);
}

static void a_size_that_no_version_had_is_refused(void) {
  static const size_t kSizes[] = {0, 1, 8, 12, sizeof(kgw_request) - 1, sizeof(kgw_request) + 4,
                                  1 << 20, (size_t)-1};
  kgw_request request = request_for("shop.test", "/");
  kgw_decision decision = KGW_DECISION_INIT;
  kgw_outcome outcome = KGW_OUTCOME_INIT;
  kgw_stats stats = KGW_STATS_INIT;
  size_t i;
  for (i = 0; i < sizeof kSizes / sizeof kSizes[0]; ++i) {
    request.size = kSizes[i];
    CHECK_CODE(route(&request, &decision), KGW_E_SIZE);
    CHECK_CODE(kgw_reader_route_many(reader, &request, kSizes[i], &decision, sizeof decision, 1),
               KGW_E_SIZE);
    request.size = sizeof request;
    decision.size = kSizes[i];
    CHECK_CODE(route(&request, &decision), KGW_E_SIZE);
    decision.size = sizeof decision;
    outcome.size = kSizes[i];
    CHECK_CODE(kgw_ticket_done(engine, &decision.ticket, &outcome), KGW_E_SIZE);
    outcome.size = sizeof outcome;
    stats.size = kSizes[i];
    CHECK_ERROR(kgw_engine_stats(engine, &stats), KGW_E_SIZE);
  }
}

static void every_length_is_refused_or_served(void) {
  char room[sizeof(kgw_request) + 64];
  const kgw_request full = request_for("shop.test", "/away");
  kgw_decision decision = KGW_DECISION_INIT;
  size_t size;
  for (size = 0; size < sizeof room; ++size) {
    int32_t code;
    memset(room, 0, sizeof room);
    memcpy(room, &full, sizeof full);
    memcpy(room, &size, sizeof size);
    code = route(room, &decision);
    CHECK(code == KGW_OK || code == KGW_E_SIZE);
    if (code == KGW_OK) CHECK(decision.verdict == KGW_REDIRECT);
  }
}

static void short_outcomes_and_findings_are_served(void) {
  struct {
    size_t size;
    int32_t result;
    uint32_t status;
  } outcome = {sizeof outcome, KGW_COMPLETED, 200};
  struct {
    size_t size;
    int32_t severity;
    uint32_t line, column, reserved;
    kgw_str file, kind, namespace_, name, field, code, message;
    uint64_t of_the_caller;
  } finding;
  kgw_request request = request_for("shop.test", "/");
  kgw_decision decision = KGW_DECISION_INIT;
  kgw_report* report = NULL;
  CHECK_CODE(route(&request, &decision), KGW_OK);
  CHECK_CODE(kgw_ticket_done(engine, &decision.ticket, (const kgw_outcome*)(const void*)&outcome),
             KGW_OK);
  CHECK(active_requests(engine) == 0);
  memset(&finding, 0, sizeof finding);
  finding.size = sizeof finding - sizeof finding.of_the_caller;
  finding.of_the_caller = 42;
  CHECK_OK(apply_text(engine, "bad.yaml", "kind: [", &report));
  CHECK_CODE(kgw_report_at(report, 0, (kgw_diagnostic*)(void*)&finding), KGW_OK);
  CHECK(same(finding.file, "bad.yaml") && finding.of_the_caller == 42);
  kgw_report_free(report);
}

int main(void) {
  engine = engine_with(SHOP);
  reader = reader_of(engine);
  RUN(an_older_caller_says_as_much_as_it_knows);
  RUN(an_older_caller_sees_as_much_as_it_knows);
  RUN(a_decision_without_room_for_its_ticket_is_refused);
  RUN(a_newer_caller_is_served_if_it_asks_for_nothing_new);
  RUN(a_batch_may_have_structs_of_another_version);
  RUN(a_size_that_no_version_had_is_refused);
  RUN(every_length_is_refused_or_served);
  RUN(short_outcomes_and_findings_are_served);
  kgw_reader_free(reader);
  kgw_engine_free(engine);
  return report_tests();
}
