/* Threads: one reader each, tickets from anywhere, and a second thread in one reader is noticed. */
#define _DEFAULT_SOURCE
#include <pthread.h>
#include <unistd.h>

#include "check.h"

static kgw_engine* engine;

enum { kRequests = 20000, kThreads = 3 };

struct work {
  kgw_ticket tickets[64];
  int wrong;
};

static void* route_on_its_own_reader(void* arg) {
  struct work* work = arg;
  kgw_reader* reader = NULL;
  const kgw_request request = request_for("shop.test", "/api/x");
  const kgw_outcome outcome = outcome_of(KGW_COMPLETED, 200);
  int i;
  if (kgw_reader_new(engine, &reader) != NULL) return NULL;
  for (i = 0; i < kRequests; ++i) {
    kgw_decision decision = KGW_DECISION_INIT;
    if (kgw_reader_route(reader, &request, &decision) != KGW_OK) ++work->wrong;
    if (decision.verdict != KGW_FORWARD || !same(decision.request.path, "/v2/x")) ++work->wrong;
    if (i < kRequests - 64) {
      if (kgw_ticket_done(engine, &decision.ticket, &outcome) != KGW_OK) ++work->wrong;
    } else {
      work->tickets[i - (kRequests - 64)] = decision.ticket;
    }
  }
  kgw_reader_free(reader);
  return NULL;
}

static void readers_route_while_the_configuration_changes(void) {
  static struct work work[kThreads];
  const kgw_outcome outcome = outcome_of(KGW_COMPLETED, 200);
  pthread_t threads[kThreads];
  int i, k;
  for (i = 0; i < kThreads; ++i) {
    CHECK(pthread_create(&threads[i], NULL, route_on_its_own_reader, &work[i]) == 0);
  }
  for (i = 0; i < 200; ++i) CHECK_OK(apply_text(engine, "config.yaml", SHOP, NULL));
  for (i = 0; i < kThreads; ++i) {
    pthread_join(threads[i], NULL);
    CHECK(work[i].wrong == 0);
  }
  CHECK(active_requests(engine) == 64 * kThreads);
  for (i = 0; i < kThreads; ++i) { /* on another thread than they began on */
    for (k = 0; k < 64; ++k) CHECK_CODE(kgw_ticket_done(engine, &work[i].tickets[k], &outcome), KGW_OK);
  }
  CHECK(active_requests(engine) == 0);
}

static void* change(void* arg) {
  int i;
  (void)arg;
  for (i = 0; i < 50; ++i) {
    kgw_text* text = NULL;
    CHECK_OK(apply_text(engine, "config.yaml", SHOP, NULL));
    CHECK_OK(kgw_engine_poll(engine, i + 1, NULL));
    CHECK_OK(kgw_engine_routes(engine, &text));
    kgw_text_free(text);
  }
  return NULL;
}

static void control_calls_wait_for_each_other(void) {
  pthread_t threads[kThreads];
  int i;
  CHECK_OK(kgw_engine_start(engine));
  for (i = 0; i < kThreads; ++i) CHECK(pthread_create(&threads[i], NULL, change, NULL) == 0);
  for (i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
  kgw_engine_stop(engine);
}

struct visit {
  kgw_reader* reader;
  int in, out; /* pipes: the call has begun, the call may end */
  int32_t code;
};

static int32_t wait_inside(void* ctx, const char* name, size_t name_len, size_t index,
                           const char** value, size_t* value_len) {
  struct visit* visit = ctx;
  char byte = 'x';
  (void)name, (void)name_len, (void)value, (void)value_len;
  if (index != 0 || visit->in < 0) return 0;
  if (write(visit->in, &byte, 1) != 1 || read(visit->out, &byte, 1) != 1) return 0;
  visit->in = -1; /* once */
  return 0;
}

static void* route_slowly(void* arg) {
  struct visit* visit = arg;
  kgw_request request = request_for("shop.test", "/");
  kgw_decision decision = KGW_DECISION_INIT;
  request.peek = 1;
  request.lookup = wait_inside;
  request.lookup_ctx = visit;
  visit->code = kgw_reader_route(visit->reader, &request, &decision);
  return NULL;
}

static void two_threads_in_one_reader_are_noticed_in_debug_builds(void) {
#ifndef NDEBUG
  struct visit visit;
  kgw_request request = request_for("shop.test", "/");
  kgw_decision decision = KGW_DECISION_INIT;
  pthread_t thread;
  int begun[2], go_on[2];
  char byte = 'x';
  request.peek = 1;
  visit.reader = reader_of(engine);
  CHECK(pipe(begun) == 0 && pipe(go_on) == 0);
  visit.in = begun[1];
  visit.out = go_on[0];
  CHECK(pthread_create(&thread, NULL, route_slowly, &visit) == 0);
  CHECK(read(begun[0], &byte, 1) == 1);
  CHECK_CODE(kgw_reader_route(visit.reader, &request, &decision), KGW_E_BUSY);
  CHECK_CODE(kgw_reader_route_many(visit.reader, &request, sizeof request, &decision,
                                   sizeof decision, 1),
             KGW_E_BUSY);
  CHECK(write(go_on[1], &byte, 1) == 1);
  pthread_join(thread, NULL);
  CHECK(visit.code == KGW_OK);
  CHECK_CODE(kgw_reader_route(visit.reader, &request, &decision), KGW_OK);
  kgw_reader_free(visit.reader);
  close(begun[0]), close(begun[1]), close(go_on[0]), close(go_on[1]);
#endif
}

int main(void) {
  engine = engine_with(SHOP);
  RUN(readers_route_while_the_configuration_changes);
  RUN(control_calls_wait_for_each_other);
  RUN(two_threads_in_one_reader_are_noticed_in_debug_builds);
  kgw_engine_free(engine);
  return report_tests();
}
