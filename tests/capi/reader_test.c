/* Readers: requests in, decisions out. */
#include "check.h"

static kgw_engine* engine;
static kgw_reader* reader;

static kgw_decision route(kgw_request request) {
  kgw_decision decision = KGW_DECISION_INIT;
  CHECK_CODE(kgw_reader_route(reader, &request, &decision), KGW_OK);
  return decision;
}

static void done(kgw_decision* decision) {
  const kgw_outcome outcome = outcome_of(KGW_COMPLETED, 200);
  CHECK_CODE(kgw_ticket_done(engine, &decision->ticket, &outcome), KGW_OK);
}

static void a_decision_says_where_and_how(void) {
  kgw_decision d = route(request_for("shop.test", "/api/items?q=1"));
  CHECK(d.verdict == KGW_FORWARD && same(d.reason, ""));
  CHECK(same(d.gateway, "default/edge") && same(d.listener, "http"));
  CHECK(same(d.route.kind, "HTTPRoute") && same(d.route.name, "shop"));
  CHECK(same(d.route.rule_name, "api") && d.route.rule == 0 && d.route.match == 0);
  CHECK(same(d.backend.kind, "Upstream") && same(d.backend.name, "pair"));
  CHECK(same(d.cluster, "pair_default"));
  CHECK(same(d.endpoint.address, "10.0.0.1") || same(d.endpoint.address, "10.0.0.2"));
  CHECK(d.endpoint.port == 8080);
  CHECK(d.changed == (KGW_CHANGED_AUTHORITY | KGW_CHANGED_PATH));
  CHECK(same(d.request.authority, "internal.test") && same(d.request.path, "/v2/items?q=1"));
  CHECK(d.request.edits.remove_count == 1 && same(d.request.edits.remove[0], "x-c"));
  CHECK(d.request.edits.set_count == 1 && same(d.request.edits.set[0].value, "1"));
  CHECK(d.request.edits.add_count == 1 && same(d.request.edits.add[0].name, "x-b"));
  CHECK(d.timeouts.request == 2000 && d.timeouts.backend_request == KGW_UNSET);
  CHECK(d.retry.attempts == 2 && d.retry.code_count == 2 && d.retry.codes[1] == 503);
  CHECK(d.retry.backoff_ms == 10 && d.generation == 1);
  done(&d);
}

static void what_does_not_change_is_empty(void) {
  kgw_decision d = route(request_for("shop.test", "/plain"));
  CHECK(d.verdict == KGW_FORWARD && d.changed == 0);
  CHECK(d.request.method.len == 0 && d.request.scheme.len == 0);
  CHECK(d.request.authority.len == 0 && d.request.path.len == 0);
  CHECK(d.timeouts.request == KGW_UNSET && d.retry.backoff_ms == KGW_UNSET);
  done(&d);
}

static void a_redirect_has_a_location(void) {
  const kgw_decision d = route(request_for("shop.test", "/away/x"));
  CHECK(d.verdict == KGW_REDIRECT && d.response.status == 301);
  CHECK(d.response.edits.set_count == 1 && same(d.response.edits.set[0].name, "location"));
  CHECK(same(d.response.edits.set[0].value, "http://other.test/away/x"));
  CHECK(d.ticket.opaque[0] == 0);
}

static void what_matches_nothing_is_a_verdict(void) {
  kgw_request other = request_for("other.test", "/");
  kgw_request strange = request_for("shop.test", "/");
  CHECK(route(other).verdict == KGW_NO_ROUTE);
  other.port = 81;
  CHECK(route(other).verdict == KGW_REJECT);
  strange.path.data = "/a\0b";
  strange.path.len = 4;
  CHECK(route(strange).verdict == KGW_VERDICT_ERROR);
  CHECK(route(strange).response.status == 400 && same(route(strange).reason, "BadRequest"));
}

static void a_text_without_data_is_empty(void) {
  kgw_request request = KGW_REQUEST_INIT;
  kgw_decision d;
  request.method = request.scheme = request.path = str("");
  request.method.data = request.scheme.data = request.path.data = NULL;
  request.authority = str("shop.test");
  d = route(request);
  CHECK(d.verdict == KGW_FORWARD && (d.changed & KGW_CHANGED_PATH) != 0);
  CHECK(same(d.request.path, "/"));
  done(&d);
}

static void header_lines_come_as_an_array(void) {
  kgw_header lines[2];
  kgw_request request = request_for("shop.test", "/");
  kgw_decision d;
  lines[0].name = str("X-Team");
  lines[0].value = str("red");
  lines[1].name = str("x-team");
  lines[1].value = str("blue");
  request.headers = lines;
  request.header_count = 2;
  d = route(request);
  CHECK(same(d.backend.name, "copies"));
  done(&d);
  request.header_count = 1;
  d = route(request);
  CHECK(same(d.backend.name, "pair"));
  done(&d);
}

struct kept_headers {
  const char* values[2];
  size_t count;
  int asked_for_upper_case;
};

static int32_t look_up(void* ctx, const char* name, size_t name_len, size_t index,
                       const char** value, size_t* value_len) {
  struct kept_headers* kept = ctx;
  size_t i;
  for (i = 0; i < name_len; ++i) {
    if (name[i] >= 'A' && name[i] <= 'Z') kept->asked_for_upper_case = 1;
  }
  if (name_len != 6 || memcmp(name, "x-team", 6) != 0 || index >= kept->count) return 0;
  *value = kept->values[index];
  *value_len = strlen(kept->values[index]);
  return 1;
}

static void header_lines_come_from_a_callback_with_repeats(void) {
  struct kept_headers kept = {{"red", "blue"}, 2, 0};
  kgw_request request = request_for("shop.test", "/");
  kgw_decision d;
  request.lookup = look_up;
  request.lookup_ctx = &kept;
  d = route(request);
  CHECK(same(d.backend.name, "copies"));
  done(&d);
  kept.count = 1;
  d = route(request);
  CHECK(same(d.backend.name, "pair") && !kept.asked_for_upper_case);
  done(&d);
}

static void an_array_and_a_callback_follow_each_other(void) {
  struct kept_headers kept = {{"blue", NULL}, 1, 0};
  kgw_header line;
  kgw_request request = request_for("shop.test", "/");
  kgw_decision d;
  line.name = str("x-team");
  line.value = str("red");
  request.headers = &line;
  request.header_count = 1;
  request.lookup = look_up;
  request.lookup_ctx = &kept;
  d = route(request);
  CHECK(same(d.backend.name, "copies"));
  done(&d);
}

static void peek_leaves_no_trace(void) {
  kgw_request request = request_for("shop.test", "/");
  kgw_decision first, second, real;
  char before[16];
  request.peek = 1;
  first = route(request);
  CHECK(first.endpoint.address.len < sizeof before);
  memset(before, 0, sizeof before);
  memcpy(before, first.endpoint.address.data, first.endpoint.address.len);
  second = route(request);
  CHECK(first.ticket.opaque[0] == 0 && second.ticket.opaque[0] == 0);
  CHECK(same(second.endpoint.address, before));
  CHECK(active_requests(engine) == 0);
  request.peek = 0;
  real = route(request);
  CHECK(same(real.endpoint.address, before) && real.ticket.opaque[0] != 0);
  CHECK(active_requests(engine) == 1);
  done(&real);
}

static void mirrors_have_tickets_of_their_own(void) {
  const kgw_outcome outcome = outcome_of(KGW_COMPLETED, 200);
  kgw_decision d = route(request_for("shop.test", "/copy"));
  kgw_ticket of_mirror;
  CHECK(d.mirror_count == 1 && same(d.mirrors[0].backend.name, "copies"));
  CHECK(same(d.mirrors[0].endpoint.address, "10.0.9.1") && d.mirrors[0].endpoint.port == 9000);
  CHECK(active_requests(engine) == 2);
  of_mirror = d.mirrors[0].ticket;
  CHECK_CODE(kgw_ticket_done(engine, &of_mirror, &outcome), KGW_OK);
  CHECK(active_requests(engine) == 1);
  done(&d);
  CHECK(active_requests(engine) == 0);
}

static void many_requests_get_one_snapshot_and_keep_their_texts(void) {
  enum { kCount = 16 };
  kgw_request requests[kCount];
  kgw_decision decisions[kCount];
  const kgw_decision empty = KGW_DECISION_INIT;
  char paths[kCount][24], want[24];
  int i;
  for (i = 0; i < kCount; ++i) {
    snprintf(paths[i], sizeof paths[i], "/api/%d", i);
    requests[i] = request_for("shop.test", paths[i]);
    decisions[i] = empty;
  }
  CHECK_CODE(kgw_reader_route_many(reader, requests, sizeof requests[0], decisions,
                                   sizeof decisions[0], kCount),
             KGW_OK);
  for (i = 0; i < kCount; ++i) {
    snprintf(want, sizeof want, "/v2/%d", i);
    CHECK(decisions[i].verdict == KGW_FORWARD && decisions[i].generation == 1);
    CHECK(same(decisions[i].request.path, want) && decisions[i].request.method.len == 0);
    CHECK(decisions[i].size == sizeof(kgw_decision));
  }
  CHECK(active_requests(engine) == kCount);
  for (i = 0; i < kCount; ++i) done(&decisions[i]);
  CHECK(active_requests(engine) == 0);
  CHECK_CODE(kgw_reader_route_many(reader, NULL, sizeof requests[0], NULL, sizeof decisions[0], 0),
             KGW_OK);
}

static void one_bad_request_of_many_decides_none(void) {
  kgw_request requests[2];
  kgw_decision decisions[2] = {KGW_DECISION_INIT, KGW_DECISION_INIT};
  requests[0] = requests[1] = request_for("shop.test", "/");
  requests[1].protocol = 99;
  CHECK_CODE(kgw_reader_route_many(reader, requests, sizeof requests[0], decisions,
                                   sizeof decisions[0], 2),
             KGW_E_INVALID);
  requests[1].protocol = KGW_PROTOCOL_HTTP;
  requests[1].size = sizeof requests[0] - 8;
  CHECK_CODE(kgw_reader_route_many(reader, requests, sizeof requests[0], decisions,
                                   sizeof decisions[0], 2),
             KGW_E_SIZE);
  CHECK(active_requests(engine) == 0);
}

static void a_retry_goes_to_another_endpoint(void) {
  const kgw_outcome refused = outcome_of(KGW_CONNECT_FAILURE, 0);
  kgw_request request = request_for("shop.test", "/api/x");
  kgw_decision d = route(request);
  kgw_ticket first = d.ticket;
  const int was_one = same(d.endpoint.address, "10.0.0.1");
  CHECK_CODE(kgw_reader_retry(reader, &request, &d.ticket, &refused, &d), KGW_OK);
  CHECK(d.verdict == KGW_FORWARD && same(d.cluster, "pair_default"));
  CHECK(same(d.endpoint.address, was_one ? "10.0.0.2" : "10.0.0.1"));
  CHECK(same(d.request.path, "/v2/x") && d.ticket.opaque[0] != 0);
  CHECK(memcmp(&first, &d.ticket, sizeof first) != 0 && active_requests(engine) == 1);
  done(&d);
  CHECK(active_requests(engine) == 0);
}

static void a_retry_without_a_request_fills_the_endpoint(void) {
  const kgw_outcome reset = outcome_of(KGW_RESET, 0);
  kgw_decision d = route(request_for("shop.test", "/api/x"));
  kgw_ticket ticket = d.ticket;
  CHECK_CODE(kgw_reader_retry(reader, NULL, &ticket, &reset, &d), KGW_OK);
  CHECK(ticket.opaque[0] == 0 && d.ticket.opaque[0] != 0);
  CHECK(d.endpoint.port == 8080 && same(d.route.kind, "") && d.request.path.len == 0);
  done(&d);
}

static void a_pin_keeps_texts(void) {
  kgw_pin* pin = NULL;
  kgw_decision first = route(request_for("shop.test", "/api/pinned-text"));
  kgw_decision second;
  kgw_text* json = NULL;
  CHECK_CODE(kgw_decision_pin(reader, &pin), KGW_OK);
  second = route(request_for("shop.test", "/api/another-one!"));
  CHECK_OK(apply_text(engine, "extra.yaml", UPSTREAM("extra", "{addr: 10.0.0.7, port: 1}"), NULL));
  done(&second);
  CHECK(same(first.request.path, "/v2/pinned-text"));
  CHECK_OK(kgw_decision_json(&first, NULL, &json));
  CHECK(holds(kgw_text_str(json), "\"path\":\"/v2/pinned-text\""));
  kgw_text_free(json);
  done(&first);
  kgw_pin_free(pin);
  CHECK_OK(apply_text(engine, "extra.yaml", "", NULL));
}

static void json_puts_back_what_did_not_change(void) {
  const kgw_request request = request_for("shop.test", "/plain?a=b");
  kgw_decision d = route(request);
  kgw_text* with = NULL;
  kgw_text* without = NULL;
  CHECK_OK(kgw_decision_json(&d, &request, &with));
  CHECK(holds(kgw_text_str(with), "\"verdict\":\"forward\",\"gateway\":\"default/edge\""));
  CHECK(holds(kgw_text_str(with), "\"authority\":\"shop.test\",\"path\":\"/plain?a=b\""));
  CHECK_OK(kgw_decision_json(&d, NULL, &without));
  CHECK(holds(kgw_text_str(without), "\"authority\":\"\",\"path\":\"\""));
  CHECK(kgw_text_str(with).data[kgw_text_str(with).len] == '\0');
  kgw_text_free(with);
  kgw_text_free(without);
  done(&d);
}

static void explain_is_text_or_json(void) {
  const kgw_request request = request_for("shop.test", "/api/x");
  kgw_text* text = NULL;
  kgw_text* json = NULL;
  CHECK_OK(kgw_engine_explain(engine, &request, 0, &text));
  CHECK(holds(kgw_text_str(text), "=> HTTPRoute default/shop 0.0 api for shop.test"));
  CHECK_OK(kgw_engine_explain(engine, &request, 1, &json));
  CHECK(holds(kgw_text_str(json), "\"candidates\":[") && kgw_text_str(json).data[0] == '{');
  CHECK(active_requests(engine) == 0);
  kgw_text_free(text);
  kgw_text_free(json);
}

static void explain_escapes_what_would_control_a_terminal(void) {
  const kgw_request request = request_for("shop.test\x1b[2J", "/");
  kgw_text* text = NULL;
  CHECK_OK(kgw_engine_explain(engine, &request, 0, &text));
  CHECK(!holds(kgw_text_str(text), "\x1b"));
  kgw_text_free(text);
}

static void a_resting_reader_holds_nothing(void) {
  kgw_stats stats = KGW_STATS_INIT;
  kgw_decision d = route(request_for("shop.test", "/"));
  done(&d);
  CHECK_OK(apply_text(engine, "more.yaml", UPSTREAM("more", "{addr: 10.0.0.8, port: 1}"), NULL));
  CHECK_OK(kgw_engine_stats(engine, &stats));
  CHECK(stats.readers_behind == 1 && stats.oldest_generation + 1 == stats.generation);
  CHECK(stats.longest_behind_reader == 0 && stats.snapshots == 2);
  kgw_reader_rest(reader);
  CHECK_OK(kgw_engine_poll(engine, 1, NULL));
  CHECK_OK(kgw_engine_stats(engine, &stats));
  CHECK(stats.readers == 1 && stats.readers_behind == 0 && stats.snapshots == 1);
  CHECK_OK(apply_text(engine, "more.yaml", "", NULL));
}

int main(void) {
  engine = engine_with(SHOP);
  reader = reader_of(engine);
  RUN(a_decision_says_where_and_how);
  RUN(what_does_not_change_is_empty);
  RUN(a_redirect_has_a_location);
  RUN(what_matches_nothing_is_a_verdict);
  RUN(a_text_without_data_is_empty);
  RUN(header_lines_come_as_an_array);
  RUN(header_lines_come_from_a_callback_with_repeats);
  RUN(an_array_and_a_callback_follow_each_other);
  RUN(peek_leaves_no_trace);
  RUN(mirrors_have_tickets_of_their_own);
  RUN(many_requests_get_one_snapshot_and_keep_their_texts);
  RUN(one_bad_request_of_many_decides_none);
  RUN(a_retry_goes_to_another_endpoint);
  RUN(a_retry_without_a_request_fills_the_endpoint);
  RUN(a_pin_keeps_texts);
  RUN(json_puts_back_what_did_not_change);
  RUN(explain_is_text_or_json);
  RUN(explain_escapes_what_would_control_a_terminal);
  RUN(a_resting_reader_holds_nothing);
  kgw_reader_free(reader);
  kgw_engine_free(engine);
  return report_tests();
}
