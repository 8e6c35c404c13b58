/* Tickets: plain values with which nothing worse than a wrong count can be done. */
#include "check.h"

static kgw_engine* engine;
static kgw_reader* reader;

static kgw_ticket begin(void) {
  const kgw_request request = request_for("shop.test", "/");
  kgw_decision decision = KGW_DECISION_INIT;
  CHECK_CODE(kgw_reader_route(reader, &request, &decision), KGW_OK);
  CHECK(decision.ticket.opaque[0] != 0);
  return decision.ticket;
}

static int32_t done(kgw_ticket* ticket) {
  const kgw_outcome outcome = outcome_of(KGW_COMPLETED, 200);
  return kgw_ticket_done(engine, ticket, &outcome);
}

static void a_second_done_does_nothing(void) {
  kgw_ticket ticket = begin();
  CHECK(active_requests(engine) == 1);
  CHECK_CODE(done(&ticket), KGW_OK);
  CHECK(active_requests(engine) == 0 && ticket.opaque[0] == 0);
  CHECK_CODE(done(&ticket), KGW_OK);
  CHECK(active_requests(engine) == 0);
}

static void a_copy_that_is_done_again_never_counts_below_zero(void) {
  kgw_ticket ticket = begin();
  kgw_ticket copy = ticket;
  CHECK_CODE(done(&ticket), KGW_OK);
  CHECK_CODE(done(&copy), KGW_OK);
  CHECK(active_requests(engine) == 0);
  ticket = begin();
  CHECK(active_requests(engine) == 1);
  CHECK_CODE(done(&ticket), KGW_OK);
}

static void made_up_tickets_do_nothing(void) {
  uint64_t seed = 88172645463325252u;
  int i, word;
  for (i = 0; i < 100000; ++i) {
    kgw_ticket ticket;
    for (word = 0; word < 8; ++word) {
      seed ^= seed << 13;
      seed ^= seed >> 7;
      seed ^= seed << 17;
      ticket.opaque[word] = i % 3 == 0 ? seed & 0xffff : seed;
    }
    CHECK_CODE(done(&ticket), KGW_OK);
    CHECK(ticket.opaque[0] == 0);
  }
}

static void changed_bits_of_a_true_ticket_do_no_harm(void) {
  int bit;
  for (bit = 0; bit < 512; ++bit) {
    kgw_ticket ticket = begin();
    kgw_ticket bent = ticket;
    bent.opaque[bit / 64] ^= (uint64_t)1 << (bit % 64);
    CHECK_CODE(done(&bent), KGW_OK);
    CHECK_CODE(done(&ticket), KGW_OK);
  }
  CHECK(active_requests(engine) == 0);
}

static void made_up_tickets_can_be_retried(void) {
  const kgw_request request = request_for("shop.test", "/");
  const kgw_outcome reset = outcome_of(KGW_RESET, 0);
  int i;
  for (i = 0; i < 64; ++i) {
    kgw_decision decision = KGW_DECISION_INIT;
    kgw_ticket ticket;
    memset(&ticket, i * 37 + 1, sizeof ticket);
    CHECK_CODE(kgw_reader_retry(reader, i % 2 ? &request : NULL, &ticket, &reset, &decision), KGW_OK);
    CHECK_CODE(done(&decision.ticket), KGW_OK);
  }
  CHECK(active_requests(engine) == 0);
}

static void a_ticket_outlives_reloads(void) {
  kgw_ticket ticket = begin();
  CHECK_OK(apply_text(engine, "config.yaml", SHOP, NULL));
  CHECK(active_requests(engine) == 1);
  CHECK_CODE(done(&ticket), KGW_OK);
  CHECK(active_requests(engine) == 0);
}

static void a_ticket_of_a_host_that_is_gone_does_nothing(void) {
  kgw_ticket ticket = begin();
  CHECK_OK(apply_text(engine, "config.yaml", GATEWAY, NULL));
  CHECK_OK(kgw_engine_poll(engine, 1, NULL));
  CHECK_CODE(done(&ticket), KGW_OK);
  CHECK_OK(apply_text(engine, "config.yaml", SHOP, NULL));
  CHECK(active_requests(engine) == 0);
}

static void a_ticket_of_another_engine_does_no_harm(void) {
  kgw_engine* other = engine_with(SHOP);
  const kgw_outcome outcome = outcome_of(KGW_COMPLETED, 200);
  kgw_ticket ticket = begin();
  kgw_ticket copy = ticket;
  CHECK_CODE(kgw_ticket_done(other, &copy, &outcome), KGW_OK);
  CHECK_CODE(done(&ticket), KGW_OK);
  kgw_engine_free(other);
}

static void outcomes_are_counted(void) {
  const kgw_outcome failed = outcome_of(KGW_COMPLETED, 503);
  kgw_text* text = NULL;
  kgw_ticket ticket = begin();
  CHECK_CODE(kgw_ticket_done(engine, &ticket, &failed), KGW_OK);
  CHECK_OK(kgw_engine_endpoints(engine, &text));
  CHECK(holds(kgw_text_str(text), "\"failed_requests\":"));
  kgw_text_free(text);
}

int main(void) {
  engine = engine_with(SHOP);
  reader = reader_of(engine);
  RUN(a_second_done_does_nothing);
  RUN(a_copy_that_is_done_again_never_counts_below_zero);
  RUN(made_up_tickets_do_nothing);
  RUN(changed_bits_of_a_true_ticket_do_no_harm);
  RUN(made_up_tickets_can_be_retried);
  RUN(a_ticket_outlives_reloads);
  RUN(a_ticket_of_a_host_that_is_gone_does_nothing);
  RUN(a_ticket_of_another_engine_does_no_harm);
  RUN(outcomes_are_counted);
  kgw_reader_free(reader);
  kgw_engine_free(engine);
  return report_tests();
}
