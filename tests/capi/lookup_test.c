/* Lookups of headers: what a caller's function may answer, and the calls it makes from inside of a
 * call. Its own reader refuses those and is not spoilt by them. */
#include "check.h"

static kgw_engine* engine;
static kgw_reader* reader;

static kgw_request looking_up(const char* path, kgw_header_lookup lookup, void* ctx) {
  kgw_request request = request_for("shop.test", path);
  request.peek = 1;
  request.lookup = lookup;
  request.lookup_ctx = ctx;
  return request;
}

static int32_t route(const kgw_request* request) {
  kgw_decision decision = KGW_DECISION_INIT;
  return kgw_reader_route(reader, request, &decision);
}

static int32_t endless(void* ctx, const char* name, size_t name_len, size_t index,
                       const char** value, size_t* value_len) {
  (void)ctx, (void)name, (void)name_len, (void)index;
  *value = "x";
  *value_len = 1;
  return 1;
}

static int32_t nothing_at_all(void* ctx, const char* name, size_t name_len, size_t index,
                              const char** value, size_t* value_len) {
  (void)ctx, (void)name, (void)name_len;
  *value = NULL;
  *value_len = 7;
  return index == 0; /* says that there is one, and gives none */
}

static void answers_that_lie_are_survived(void) {
  kgw_request request = looking_up("/", endless, NULL);
  CHECK_CODE(route(&request), KGW_OK);
  request = looking_up("/", nothing_at_all, NULL);
  CHECK_CODE(route(&request), KGW_OK);
}

/* What a lookup does with a reader, and what it got for that. */
struct inside {
  kgw_reader* reader;
  int32_t codes[4];
  int calls;
};

enum { BATCH = 8 };

static int32_t route_a_batch(kgw_reader* with) {
  const kgw_request plain = request_for("shop.test", "/api/inside");
  const kgw_decision empty = KGW_DECISION_INIT;
  kgw_request requests[BATCH];
  kgw_decision decisions[BATCH];
  int32_t code;
  int i;
  for (i = 0; i < BATCH; ++i) {
    requests[i] = plain;
    requests[i].peek = 1;
    decisions[i] = empty;
  }
  code = kgw_reader_route_many(with, requests, sizeof requests[0], decisions, sizeof decisions[0],
                               BATCH);
  for (i = 0; i < BATCH && code == KGW_OK; ++i) {
    CHECK(decisions[i].verdict == KGW_FORWARD && same(decisions[i].request.path, "/v2/inside"));
  }
  return code;
}

static int32_t use_the_reader(void* ctx, const char* name, size_t name_len, size_t index,
                              const char** value, size_t* value_len) {
  struct inside* inside = ctx;
  const kgw_request plain = request_for("shop.test", "/away");
  const kgw_outcome outcome = KGW_OUTCOME_INIT;
  kgw_decision decision = KGW_DECISION_INIT;
  kgw_pin* pin = NULL;
  (void)name, (void)name_len, (void)index, (void)value, (void)value_len;
  inside->codes[0] = route_a_batch(inside->reader);
  inside->codes[1] = kgw_reader_route(inside->reader, &plain, &decision);
  inside->codes[2] = kgw_decision_pin(inside->reader, &pin);
  inside->codes[3] = kgw_reader_retry(inside->reader, &plain, &decision.ticket, &outcome, &decision);
  kgw_reader_rest(inside->reader);
  kgw_pin_free(pin);
  ++inside->calls;
  return 0;
}

/* A batch whose second request has its headers looked up, after the first was rewritten. */
static void route_three(struct inside* inside) {
  const kgw_decision empty = KGW_DECISION_INIT;
  kgw_request requests[3];
  kgw_decision decisions[3];
  int i;
  requests[0] = looking_up("/api/1", NULL, NULL);
  requests[1] = looking_up("/", use_the_reader, inside);
  requests[2] = looking_up("/api/3", NULL, NULL);
  for (i = 0; i < 3; ++i) decisions[i] = empty;
  inside->calls = 0;
  CHECK_CODE(kgw_reader_route_many(reader, requests, sizeof requests[0], decisions,
                                   sizeof decisions[0], 3),
             KGW_OK);
  CHECK(inside->calls > 0);
  CHECK(decisions[0].verdict == KGW_FORWARD && same(decisions[0].request.path, "/v2/1"));
  CHECK(decisions[1].verdict == KGW_FORWARD && decisions[1].changed == 0);
  CHECK(decisions[2].verdict == KGW_FORWARD && same(decisions[2].request.path, "/v2/3"));
}

static void a_batch_may_look_up_with_another_reader(void) {
  struct inside inside;
  int i;
  inside.reader = reader_of(engine);
  route_three(&inside);
  for (i = 0; i < 4; ++i) CHECK_CODE(inside.codes[i], KGW_OK);
  kgw_reader_free(inside.reader);
}

static void a_batch_refuses_its_own_lookup_and_is_not_spoilt(void) {
  struct inside inside;
  int i;
  inside.reader = reader;
  route_three(&inside);
  for (i = 0; i < 4; ++i) CHECK_CODE(inside.codes[i], KGW_E_BUSY);
  CHECK_CODE(route_a_batch(reader), KGW_OK);
}

static void a_single_request_refuses_its_own_lookup(void) {
  struct inside inside;
  kgw_request request = looking_up("/", use_the_reader, &inside);
  kgw_decision decision = KGW_DECISION_INIT;
  int i;
  inside.reader = reader;
  inside.calls = 0;
  CHECK_CODE(kgw_reader_route(reader, &request, &decision), KGW_OK);
  CHECK(inside.calls > 0 && decision.verdict == KGW_FORWARD);
  for (i = 0; i < 4; ++i) CHECK_CODE(inside.codes[i], KGW_E_BUSY);
}

static int32_t control_call(void* ctx, const char* name, size_t name_len, size_t index,
                            const char** value, size_t* value_len) {
  (void)ctx, (void)name, (void)name_len, (void)index, (void)value, (void)value_len;
  CHECK_OK(apply_text(engine, "config.yaml", SHOP, NULL));
  CHECK_OK(kgw_engine_poll(engine, 1, NULL));
  return 0;
}

static void a_lookup_may_even_change_the_configuration(void) {
  const kgw_request request = looking_up("/", control_call, NULL);
  kgw_decision decision = KGW_DECISION_INIT;
  CHECK_CODE(kgw_reader_route(reader, &request, &decision), KGW_OK);
  CHECK(decision.verdict == KGW_FORWARD && same(decision.cluster, "pair_default"));
}

int main(void) {
  engine = engine_with(SHOP);
  reader = reader_of(engine);
  RUN(answers_that_lie_are_survived);
  RUN(a_batch_may_look_up_with_another_reader);
  RUN(a_batch_refuses_its_own_lookup_and_is_not_spoilt);
  RUN(a_single_request_refuses_its_own_lookup);
  RUN(a_lookup_may_even_change_the_configuration);
  kgw_reader_free(reader);
  kgw_engine_free(engine);
  return report_tests();
}
