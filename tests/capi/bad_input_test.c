/* What a careless caller passes: every answer is a code or a finding, and nothing crashes. */
#define _DEFAULT_SOURCE
#include <sys/mman.h>

#include "check.h"

static kgw_engine* engine;
static kgw_reader* reader;

static kgw_str broken_text(void) {
  kgw_str text = KGW_STR_INIT;
  text.len = 5;
  return text;
}

static void everything_takes_null(void) {
  kgw_diagnostic finding = KGW_DIAGNOSTIC_INIT;
  kgw_object object = KGW_OBJECT_INIT;
  CHECK(same(kgw_text_str(NULL), "") && same(kgw_error_message(NULL), ""));
  kgw_text_free(NULL);
  CHECK(kgw_report_generation(NULL) == 0 && kgw_report_objects(NULL) == 0);
  CHECK(kgw_report_errors(NULL) == 0 && kgw_report_count(NULL) == 0);
  CHECK_CODE(kgw_report_at(NULL, 0, &finding), KGW_E_INVALID);
  kgw_report_free(NULL);
  CHECK_CODE(kgw_error_code(NULL), KGW_OK);
  CHECK(kgw_error_count(NULL) == 0);
  CHECK_CODE(kgw_error_at(NULL, 0, &finding), KGW_E_INVALID);
  kgw_error_free(NULL);
  CHECK(kgw_objects_count(NULL) == 0);
  CHECK_CODE(kgw_objects_at(NULL, 0, &object), KGW_E_INVALID);
  kgw_objects_free(NULL);
  kgw_options_free(NULL);
  kgw_engine_free(NULL);
  kgw_reader_free(NULL);
  kgw_reader_rest(NULL);
  kgw_pin_free(NULL);
  kgw_engine_stop(NULL);
  CHECK(kgw_engine_fd(NULL) == -1);
}

static void options_refuse_null(void) {
  kgw_options* options = kgw_options_new();
  kgw_log_callback log = KGW_LOG_CALLBACK_INIT;
  kgw_upstream_type type = KGW_UPSTREAM_TYPE_INIT;
  kgw_upstream_endpoint endpoint = KGW_UPSTREAM_ENDPOINT_INIT;
  CHECK_ERROR(kgw_options_set(NULL, str("seed"), str("7")), KGW_E_INVALID);
  CHECK_ERROR(kgw_options_set(options, broken_text(), str("7")), KGW_E_INVALID);
  CHECK_ERROR(kgw_options_set(options, str("seed"), broken_text()), KGW_E_INVALID);
  CHECK_ERROR(kgw_options_set_log(options, NULL), KGW_E_INVALID);
  CHECK_ERROR(kgw_options_set_log(options, &log), KGW_E_INVALID);
  CHECK_ERROR(kgw_options_set_log(NULL, &log), KGW_E_INVALID);
  CHECK_ERROR(kgw_options_add_upstream_type(options, NULL), KGW_E_INVALID);
  CHECK_ERROR(kgw_options_add_upstream_type(options, &type), KGW_E_INVALID);
  CHECK_ERROR(kgw_options_add_upstream_type(NULL, &type), KGW_E_INVALID);
  CHECK_CODE(kgw_upstream_answer_add(NULL, &endpoint), KGW_E_INVALID);
  CHECK_CODE(kgw_upstream_answer_report(NULL, str(""), KGW_ERROR, str("")), KGW_E_INVALID);
  kgw_options_free(options);
}

static void engines_refuse_null(void) {
  const kgw_request request = KGW_REQUEST_INIT;
  kgw_report* report = NULL;
  kgw_objects* objects = NULL;
  kgw_text* text = NULL;
  kgw_str path = broken_text();
  kgw_stats stats = KGW_STATS_INIT;
  int64_t next = 0;
  CHECK_ERROR(kgw_engine_new(NULL, NULL), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_apply(NULL, NULL, 0, &report), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_apply(engine, NULL, 1, &report), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_load(engine, NULL, 1, &report), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_load(engine, &path, 1, &report), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_watch(engine, NULL, 1, &report), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_watch(NULL, NULL, 0, NULL), KGW_E_INVALID);
  path.data = "a\0b";
  path.len = 3;
  CHECK_ERROR(kgw_engine_load(engine, &path, 1, &report), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_refresh(NULL, &report), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_poll(NULL, 0, &next), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_start(NULL), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_stats(engine, NULL), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_stats(NULL, &stats), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_routes(engine, NULL), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_routes(NULL, &text), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_endpoints(NULL, &text), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_objects(engine, str("HTTPRoute"), NULL), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_objects(engine, broken_text(), &objects), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_explain(engine, NULL, 0, &text), KGW_E_INVALID);
  CHECK_ERROR(kgw_engine_explain(NULL, &request, 0, &text), KGW_E_INVALID);
  CHECK(report == NULL && objects == NULL && text == NULL);
}

static void readers_refuse_null(void) {
  const kgw_request request = KGW_REQUEST_INIT;
  const kgw_outcome outcome = KGW_OUTCOME_INIT;
  kgw_decision decision = KGW_DECISION_INIT;
  kgw_reader* made = NULL;
  kgw_pin* pin = NULL;
  kgw_text* text = NULL;
  CHECK_ERROR(kgw_reader_new(NULL, &made), KGW_E_INVALID);
  CHECK_ERROR(kgw_reader_new(engine, NULL), KGW_E_INVALID);
  CHECK_CODE(kgw_reader_route(NULL, &request, &decision), KGW_E_INVALID);
  CHECK_CODE(kgw_reader_route(reader, NULL, &decision), KGW_E_INVALID);
  CHECK_CODE(kgw_reader_route(reader, &request, NULL), KGW_E_INVALID);
  CHECK_CODE(kgw_reader_route_many(NULL, &request, sizeof request, &decision, sizeof decision, 1),
             KGW_E_INVALID);
  CHECK_CODE(kgw_reader_route_many(reader, NULL, sizeof request, &decision, sizeof decision, 1),
             KGW_E_INVALID);
  CHECK_CODE(kgw_reader_route_many(reader, &request, sizeof request, NULL, sizeof decision, 1),
             KGW_E_INVALID);
  CHECK_CODE(kgw_reader_retry(NULL, NULL, &decision.ticket, &outcome, &decision), KGW_E_INVALID);
  CHECK_CODE(kgw_reader_retry(reader, NULL, NULL, &outcome, &decision), KGW_E_INVALID);
  CHECK_CODE(kgw_reader_retry(reader, NULL, &decision.ticket, NULL, &decision), KGW_E_INVALID);
  CHECK_CODE(kgw_reader_retry(reader, NULL, &decision.ticket, &outcome, NULL), KGW_E_INVALID);
  CHECK_CODE(kgw_ticket_done(NULL, &decision.ticket, &outcome), KGW_E_INVALID);
  CHECK_CODE(kgw_ticket_done(engine, NULL, &outcome), KGW_E_INVALID);
  CHECK_CODE(kgw_ticket_done(engine, &decision.ticket, NULL), KGW_E_INVALID);
  CHECK_CODE(kgw_decision_pin(NULL, &pin), KGW_E_INVALID);
  CHECK_CODE(kgw_decision_pin(reader, NULL), KGW_E_INVALID);
  CHECK_ERROR(kgw_decision_json(NULL, NULL, &text), KGW_E_INVALID);
  CHECK_ERROR(kgw_decision_json(&decision, NULL, NULL), KGW_E_INVALID);
  CHECK(made == NULL && pin == NULL && text == NULL);
}

static int32_t route(const kgw_request* request) {
  kgw_decision decision = KGW_DECISION_INIT;
  return kgw_reader_route(reader, request, &decision);
}

static void requests_with_texts_that_are_none_are_refused(void) {
  const kgw_request good = request_for("shop.test", "/away");
  kgw_request bad;
  kgw_header line;
  kgw_text* text = NULL;
  size_t i;
  kgw_str* texts[9];
  texts[0] = &bad.method, texts[1] = &bad.scheme, texts[2] = &bad.authority, texts[3] = &bad.path;
  texts[4] = &bad.sni, texts[5] = &bad.peer, texts[6] = &bad.local;
  texts[7] = &bad.client_namespace, texts[8] = &bad.gateway;
  for (i = 0; i < 9; ++i) {
    bad = good;
    *texts[i] = broken_text();
    CHECK_CODE(route(&bad), KGW_E_INVALID);
    CHECK_ERROR(kgw_engine_explain(engine, &bad, 0, &text), KGW_E_INVALID);
  }
  bad = good;
  bad.header_count = 1;
  CHECK_CODE(route(&bad), KGW_E_INVALID);
  bad.headers = &line;
  line.name = broken_text();
  line.value = str("x");
  CHECK_CODE(route(&bad), KGW_E_INVALID);
  line.name = str("x");
  line.value = broken_text();
  CHECK_CODE(route(&bad), KGW_E_INVALID);
  line.value = str("");
  CHECK_CODE(route(&bad), KGW_OK);
}

static void values_outside_of_their_enumeration_are_refused(void) {
  kgw_request request = request_for("shop.test", "/");
  kgw_decision decision = KGW_DECISION_INIT;
  kgw_outcome outcome = KGW_OUTCOME_INIT;
  kgw_source source;
  request.protocol = 5;
  CHECK_CODE(route(&request), KGW_E_INVALID);
  request.protocol = -1;
  CHECK_CODE(route(&request), KGW_E_INVALID);
  request.protocol = KGW_PROTOCOL_UDP;
  CHECK_CODE(route(&request), KGW_OK);
  request.protocol = KGW_PROTOCOL_HTTP;
  request.reserved = 1;
  CHECK_CODE(route(&request), KGW_E_TOO_NEW);
  outcome.result = 5;
  CHECK_CODE(kgw_ticket_done(engine, &decision.ticket, &outcome), KGW_E_INVALID);
  CHECK_CODE(kgw_reader_retry(reader, NULL, &decision.ticket, &outcome, &decision), KGW_E_INVALID);
  outcome.result = -1;
  CHECK_CODE(kgw_ticket_done(engine, &decision.ticket, &outcome), KGW_E_INVALID);
  memset(&source, 0, sizeof source);
  source.format = 3;
  CHECK_ERROR(kgw_engine_apply(engine, &source, 1, NULL), KGW_E_INVALID);
  source.format = 0;
  source.reserved = 1;
  CHECK_ERROR(kgw_engine_apply(engine, &source, 1, NULL), KGW_E_TOO_NEW);
}

static void invalid_utf8_is_a_finding(void) {
  kgw_report* report = NULL;
  kgw_diagnostic finding = KGW_DIAGNOSTIC_INIT;
  CHECK_OK(apply_text(engine, "utf8.yaml", GATEWAY "kind: \xff\xfe\n", &report));
  CHECK(kgw_report_errors(report) >= 1);
  CHECK_CODE(kgw_report_at(report, 0, &finding), KGW_OK);
  CHECK(finding.line > 0 && same(finding.file, "utf8.yaml"));
  kgw_report_free(report);
  CHECK_OK(apply_text(engine, "utf8.yaml", "", NULL));
}

static void invalid_utf8_in_a_request_is_answered(void) {
  kgw_request request = request_for("shop.test", "/caf\xe9/\xff?\xfe");
  kgw_decision decision = KGW_DECISION_INIT;
  const kgw_outcome outcome = KGW_OUTCOME_INIT;
  kgw_text* text = NULL;
  request.method = str("G\xc0T");
  CHECK_CODE(kgw_reader_route(reader, &request, &decision), KGW_OK);
  CHECK_OK(kgw_decision_json(&decision, &request, &text));
  kgw_text_free(text);
  CHECK_OK(kgw_engine_explain(engine, &request, 0, &text));
  kgw_text_free(text);
  CHECK_CODE(kgw_ticket_done(engine, &decision.ticket, &outcome), KGW_OK);
}

/* Pages of zeroes that nobody has to hold in memory. */
static void a_configuration_of_a_gigabyte_is_refused(void) {
  const size_t size = (size_t)1 << 30;
  kgw_error* error;
  kgw_diagnostic finding = KGW_DIAGNOSTIC_INIT;
  kgw_source source;
  void* pages = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  CHECK(pages != MAP_FAILED);
  if (pages == MAP_FAILED) return;
  memset(&source, 0, sizeof source);
  source.name = str("huge.yaml");
  source.bytes.data = pages;
  source.bytes.len = size;
  error = kgw_engine_apply(engine, &source, 1, NULL);
  CHECK(kgw_error_code(error) == KGW_E_CONFIG && kgw_error_count(error) == 1);
  CHECK_CODE(kgw_error_at(error, 0, &finding), KGW_OK);
  CHECK(same(finding.file, "huge.yaml") && same(finding.code, "TooLarge"));
  kgw_error_free(error);
  munmap(pages, size);
  CHECK_CODE(route(&(const kgw_request)KGW_REQUEST_INIT), KGW_OK);
}

static void a_refused_text_leaves_others_in_effect(void) {
  kgw_request request = request_for("shop.test", "/away");
  kgw_decision decision = KGW_DECISION_INIT;
  CHECK_OK(apply_text(engine, "config.yaml", "kind: [", NULL));
  CHECK_CODE(kgw_reader_route(reader, &request, &decision), KGW_OK);
  CHECK(decision.verdict == KGW_REDIRECT);
  CHECK_OK(apply_text(engine, "config.yaml", SHOP, NULL));
}

static void codes_have_names(void) {
  int32_t code;
  for (code = KGW_E_INTERNAL; code <= KGW_OK; ++code) {
    CHECK(strncmp(kgw_code_name(code), code == KGW_OK ? "KGW_OK" : "KGW_E_", 6) == 0);
  }
  CHECK(strcmp(kgw_code_name(1), "unknown") == 0);
  CHECK(strcmp(kgw_code_name(-1000), "unknown") == 0);
  CHECK(strcmp(kgw_version(), KGW_VERSION) == 0 && kgw_abi() == 1);
}

int main(void) {
  engine = engine_with(SHOP);
  reader = reader_of(engine);
  RUN(everything_takes_null);
  RUN(options_refuse_null);
  RUN(engines_refuse_null);
  RUN(readers_refuse_null);
  RUN(requests_with_texts_that_are_none_are_refused);
  RUN(values_outside_of_their_enumeration_are_refused);
  RUN(invalid_utf8_is_a_finding);
  RUN(invalid_utf8_in_a_request_is_answered);
  RUN(a_configuration_of_a_gigabyte_is_refused);
  RUN(a_refused_text_leaves_others_in_effect);
  RUN(codes_have_names);
  kgw_reader_free(reader);
  kgw_engine_free(engine);
  return report_tests();
}
