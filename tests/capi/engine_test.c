/* Engines: configuration in, reports and tables out. */
#include "check.h"

#define BROKEN_ROUTE                                                                             \
  "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: bad}\nspec:\n"  \
  "  parentRefs: [{name: edge}]\n  rules:\n  - matches: [{path: {type: PathPrefx, value: /x}}]\n" \
  "    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: pair}]\n"

static void an_empty_engine_rejects(void) {
  kgw_engine* engine = NULL;
  kgw_reader* reader;
  const kgw_request request = request_for("shop.test", "/");
  kgw_decision decision = KGW_DECISION_INIT;
  kgw_stats stats = KGW_STATS_INIT;
  CHECK_OK(kgw_engine_new(NULL, &engine));
  reader = reader_of(engine);
  CHECK_CODE(kgw_reader_route(reader, &request, &decision), KGW_OK);
  CHECK(decision.verdict == KGW_REJECT && decision.generation == 0);
  CHECK_OK(kgw_engine_stats(engine, &stats));
  CHECK(stats.generation == 0 && stats.readers == 1);
  kgw_reader_free(reader);
  kgw_engine_free(engine);
}

static void a_report_has_findings_with_their_places(void) {
  kgw_engine* engine = engine_with(SHOP);
  kgw_report* report = NULL;
  kgw_diagnostic finding = KGW_DIAGNOSTIC_INIT;
  CHECK_OK(apply_text(engine, "bad.yaml", BROKEN_ROUTE, &report));
  CHECK(kgw_report_generation(report) == 2 && kgw_report_objects(report) >= 4);
  CHECK(kgw_report_errors(report) == 1 && kgw_report_count(report) >= 1);
  CHECK_CODE(kgw_report_at(report, 0, &finding), KGW_OK);
  CHECK(finding.severity == KGW_ERROR && same(finding.file, "bad.yaml") && finding.line == 7);
  CHECK(finding.column > 0 && same(finding.kind, "HTTPRoute") && same(finding.name, "bad"));
  CHECK(same(finding.namespace_, "default") && holds(finding.field, "path.type"));
  CHECK(finding.code.len > 0 && finding.message.len > 0);
  CHECK(same(finding.suggestion, "PathPrefix"));
  CHECK_CODE(kgw_report_at(report, kgw_report_count(report), &finding), KGW_E_INVALID);
  kgw_report_free(report);
  kgw_engine_free(engine);
}

static void an_error_comes_back_only_if_nothing_was_published(void) {
  kgw_engine* engine = NULL;
  kgw_error* error;
  kgw_report* report = (kgw_report*)&engine;
  kgw_diagnostic finding = KGW_DIAGNOSTIC_INIT;
  kgw_str path = str("no/such/file.yaml");
  CHECK_OK(kgw_engine_new(NULL, &engine));
  error = kgw_engine_load(engine, &path, 1, &report);
  CHECK(report == NULL && kgw_error_code(error) == KGW_E_CONFIG && kgw_error_count(error) == 1);
  CHECK(holds(kgw_error_message(error), "no/such/file.yaml"));
  CHECK(kgw_error_message(error).data[kgw_error_message(error).len] == '\0');
  CHECK_CODE(kgw_error_at(error, 0, &finding), KGW_OK);
  CHECK(same(finding.code, "CannotRead"));
  CHECK_CODE(kgw_error_at(error, 1, &finding), KGW_E_INVALID);
  kgw_error_free(error);
  kgw_engine_free(engine);
}

static void several_sources_are_one_change(void) {
  kgw_engine* engine = NULL;
  kgw_report* report = NULL;
  kgw_source sources[2];
  memset(sources, 0, sizeof sources);
  sources[0].name = str("a.yaml");
  sources[0].bytes = str(GATEWAY);
  sources[1].name = str("b.json");
  sources[1].bytes = str("{\"apiVersion\":\"gloo.solo.io/v1\",\"kind\":\"Upstream\",\"metadata\":{\"name\":"
                         "\"u\"},\"spec\":{\"static\":{\"hosts\":[{\"addr\":\"10.0.0.1\",\"port\":1}]}}}");
  sources[1].format = KGW_FORMAT_JSON;
  CHECK_OK(kgw_engine_new(NULL, &engine));
  CHECK_OK(kgw_engine_apply(engine, sources, 2, &report));
  CHECK(kgw_report_generation(report) == 1 && kgw_report_objects(report) == 2);
  CHECK(kgw_report_errors(report) == 0);
  kgw_report_free(report);
  sources[1].bytes = str("");
  CHECK_OK(kgw_engine_apply(engine, sources + 1, 1, &report));
  CHECK(kgw_report_objects(report) == 1);
  kgw_report_free(report);
  kgw_engine_free(engine);
}

static void files_are_loaded_and_watched(void) {
  kgw_engine* engine = NULL;
  kgw_report* report = NULL;
  int64_t next = 0;
  kgw_str path = KGW_STR_INIT;
  char name[512];
  const char* root = getenv("KGW_SOURCE_ROOT");
  snprintf(name, sizeof name, "%s/examples/upstreams", root == NULL ? "." : root);
  path = str(name);
  CHECK_OK(kgw_engine_new(NULL, &engine));
  CHECK_OK(kgw_engine_load(engine, &path, 1, &report));
  CHECK(kgw_report_objects(report) > 5);
  kgw_report_free(report);
  CHECK_OK(kgw_engine_watch(engine, &path, 1, &report));
  CHECK(kgw_report_objects(report) > 5);
  kgw_report_free(report);
  CHECK_OK(kgw_engine_poll(engine, 1, &next));
  CHECK(next > 0);
#ifdef __linux__
  CHECK(kgw_engine_fd(engine) >= 0 && kgw_engine_fd(engine) == kgw_engine_fd(engine));
#endif
  kgw_engine_free(engine);
}

static void a_thread_polls_until_stopped(void) {
  kgw_engine* engine = engine_with(SHOP);
  int i;
  for (i = 0; i < 3; ++i) {
    CHECK_OK(kgw_engine_start(engine));
    CHECK_OK(kgw_engine_start(engine)); /* once more is no harm */
    CHECK_OK(apply_text(engine, "config.yaml", SHOP, NULL));
    kgw_engine_stop(engine);
    kgw_engine_stop(engine);
  }
  CHECK_OK(kgw_engine_start(engine));
  kgw_engine_free(engine); /* stops it */
}

static void tables_are_json(void) {
  kgw_engine* engine = engine_with(SHOP);
  kgw_text* text = NULL;
  CHECK_OK(kgw_engine_routes(engine, &text));
  CHECK(holds(kgw_text_str(text), "\"/api\"") && kgw_text_str(text).data[0] == '[');
  kgw_text_free(text);
  CHECK_OK(kgw_engine_endpoints(engine, &text));
  CHECK(holds(kgw_text_str(text), "\"10.0.0.2:8080\""));
  kgw_text_free(text);
  kgw_engine_free(engine);
}

static void objects_have_defaults_and_status(void) {
  kgw_engine* engine = engine_with(SHOP);
  kgw_objects* objects = NULL;
  kgw_object object = KGW_OBJECT_INIT;
  CHECK_OK(kgw_engine_objects(engine, str("HTTPRoute"), &objects));
  CHECK(kgw_objects_count(objects) == 1);
  CHECK_CODE(kgw_objects_at(objects, 0, &object), KGW_OK);
  CHECK(same(object.kind, "HTTPRoute") && same(object.namespace_, "default"));
  CHECK(same(object.name, "shop") && same(object.file, "config.yaml") && object.line > 0);
  CHECK(holds(object.json, "\"PathPrefix\"") && holds(object.json, "\"Accepted\""));
  CHECK_CODE(kgw_objects_at(objects, 1, &object), KGW_E_INVALID);
  kgw_engine_free(engine);
  CHECK(same(object.name, "shop")); /* the list owns its texts */
  kgw_objects_free(objects);
}

static void readers_and_pins_outlive_the_engine(void) {
  kgw_engine* engine = engine_with(SHOP);
  kgw_reader* reader = reader_of(engine);
  const kgw_request request = request_for("shop.test", "/api/kept");
  kgw_decision decision = KGW_DECISION_INIT;
  kgw_pin* pin = NULL;
  kgw_engine_free(engine);
  CHECK_CODE(kgw_reader_route(reader, &request, &decision), KGW_OK);
  CHECK(decision.verdict == KGW_FORWARD);
  CHECK_CODE(kgw_decision_pin(reader, &pin), KGW_OK);
  kgw_reader_free(reader);
  CHECK(same(decision.request.path, "/v2/kept") && same(decision.cluster, "pair_default"));
  CHECK(same(decision.request.edits.set[0].name, "x-a"));
  kgw_pin_free(pin);
}

static void a_thousand_reloads_leave_one_snapshot(void) {
  kgw_engine* engine = engine_with(SHOP);
  kgw_reader* reader = reader_of(engine);
  const kgw_request request = request_for("shop.test", "/");
  kgw_decision decision = KGW_DECISION_INIT;
  kgw_stats stats = KGW_STATS_INIT;
  int i;
  for (i = 0; i < 1000; ++i) {
    CHECK_OK(apply_text(engine, "config.yaml", SHOP, NULL));
    CHECK_CODE(kgw_reader_route(reader, &request, &decision), KGW_OK);
  }
  CHECK(decision.generation == 1001);
  CHECK_OK(kgw_engine_poll(engine, 1, NULL));
  CHECK_OK(kgw_engine_stats(engine, &stats));
  CHECK(stats.snapshots == 1 && stats.retired_bytes == 0 && stats.generation == 1001);
  kgw_reader_free(reader);
  kgw_engine_free(engine);
}

int main(void) {
  RUN(an_empty_engine_rejects);
  RUN(a_report_has_findings_with_their_places);
  RUN(an_error_comes_back_only_if_nothing_was_published);
  RUN(several_sources_are_one_change);
  RUN(files_are_loaded_and_watched);
  RUN(a_thread_polls_until_stopped);
  RUN(tables_are_json);
  RUN(objects_have_defaults_and_status);
  RUN(readers_and_pins_outlive_the_engine);
  RUN(a_thousand_reloads_leave_one_snapshot);
  return report_tests();
}
