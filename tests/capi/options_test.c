/* Options: settings, the log, Upstream types of the embedder's own. */
#include "check.h"

#define CUSTOM                                                                                  \
  GATEWAY                                                                                       \
  "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: mine}\nspec:\n"                \
  "  consulLite: {service: web, port: 7000}\n---\n"                                             \
  "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec:\n"     \
  "  parentRefs: [{name: edge}]\n  rules:\n"                                                    \
  "  - backendRefs: [{group: gloo.solo.io, kind: Upstream, name: mine}]\n"

struct consul {
  kgw_engine* engine; /* if set, it is called back */
  kgw_engine* other;  /* if set, it is called too */
  int asked, freed, exists, findings, reentered;
  char json[64], name[64];
  int32_t codes[6];
};

static void keep(char* to, size_t room, kgw_str text) {
  const size_t n = text.len < room - 1 ? text.len : room - 1;
  memcpy(to, text.data, n);
  to[n] = '\0';
}

static void call_back(struct consul* consul) {
  kgw_text* text = NULL;
  kgw_engine* engine = consul->engine;
  consul->reentered = 1;
  CHECK_ERROR(apply_text(engine, "again.yaml", GATEWAY, NULL), KGW_E_REENTRANT);
  CHECK_ERROR(kgw_engine_refresh(engine, NULL), KGW_E_REENTRANT);
  CHECK_ERROR(kgw_engine_poll(engine, 1, NULL), KGW_E_REENTRANT);
  CHECK_ERROR(kgw_engine_endpoints(engine, &text), KGW_E_REENTRANT);
  CHECK(text == NULL);
}

static int32_t resolve(void* ctx, kgw_str namespace_, kgw_str name, kgw_str json,
                       kgw_upstream_answer* answer) {
  struct consul* consul = ctx;
  kgw_upstream_endpoint endpoint = KGW_UPSTREAM_ENDPOINT_INIT;
  ++consul->asked;
  keep(consul->json, sizeof consul->json, json);
  keep(consul->name, sizeof consul->name, name);
  CHECK(same(namespace_, "default"));
  if (consul->engine != NULL && !consul->reentered) call_back(consul);
  if (consul->other != NULL) CHECK_OK(apply_text(consul->other, "config.yaml", SHOP, NULL));
  endpoint.address = str("10.7.0.1");
  endpoint.port = 7000;
  consul->codes[0] = kgw_upstream_answer_add(answer, &endpoint);
  endpoint.port = 70000;
  consul->codes[1] = kgw_upstream_answer_add(answer, &endpoint);
  endpoint.port = 7000;
  endpoint.weight = 0;
  consul->codes[2] = kgw_upstream_answer_add(answer, &endpoint);
  endpoint.weight = 1;
  endpoint.address.data = NULL;
  consul->codes[3] = kgw_upstream_answer_add(answer, &endpoint);
  consul->codes[4] = kgw_upstream_answer_report(answer, str("/port"), 7, str("no such severity"));
  if (consul->findings != 0) {
    consul->codes[5] = kgw_upstream_answer_report(answer, str("/port"), KGW_WARNING, str("odd port"));
  }
  return consul->exists;
}

static void free_consul(void* ctx) { ++((struct consul*)ctx)->freed; }

static kgw_engine* engine_of(struct consul* consul) {
  kgw_upstream_type type = KGW_UPSTREAM_TYPE_INIT;
  kgw_options* options = kgw_options_new();
  kgw_engine* engine = NULL;
  type.ctx = consul;
  type.field = str("consulLite");
  type.resolve = resolve;
  type.free = free_consul;
  CHECK_OK(kgw_options_add_upstream_type(options, &type));
  CHECK_OK(kgw_engine_new(options, &engine));
  kgw_options_free(options);
  return engine;
}

static void route(kgw_engine* engine, kgw_decision* decision) {
  kgw_reader* reader = reader_of(engine);
  kgw_request request = request_for("any.test", "/");
  const kgw_decision empty = KGW_DECISION_INIT;
  *decision = empty;
  request.peek = 1;
  CHECK_CODE(kgw_reader_route(reader, &request, decision), KGW_OK);
  kgw_reader_free(reader);
}

static void an_upstream_type_names_endpoints(void) {
  struct consul consul;
  kgw_decision decision;
  kgw_engine* engine;
  memset(&consul, 0, sizeof consul);
  consul.exists = 1;
  engine = engine_of(&consul);
  CHECK_OK(apply_text(engine, "c.yaml", CUSTOM, NULL));
  CHECK(consul.asked >= 1 && strcmp(consul.name, "mine") == 0);
  CHECK(strcmp(consul.json, "{\"service\":\"web\",\"port\":7000}") == 0);
  CHECK(consul.codes[0] == KGW_OK && consul.codes[1] == KGW_E_INVALID);
  CHECK(consul.codes[2] == KGW_E_INVALID && consul.codes[3] == KGW_E_INVALID);
  CHECK(consul.codes[4] == KGW_E_INVALID);
  route(engine, &decision);
  CHECK(decision.verdict == KGW_FORWARD && decision.endpoint.port == 7000);
  CHECK(consul.freed == 0);
  kgw_engine_free(engine);
  CHECK(consul.freed == 1);
}

static void what_does_not_exist_answers_500(void) {
  struct consul consul;
  kgw_decision decision;
  kgw_engine* engine;
  memset(&consul, 0, sizeof consul);
  engine = engine_of(&consul);
  CHECK_OK(apply_text(engine, "c.yaml", CUSTOM, NULL));
  route(engine, &decision);
  CHECK(decision.verdict == KGW_VERDICT_ERROR && decision.response.status == 500);
  consul.exists = 1;
  CHECK_OK(kgw_engine_refresh(engine, NULL));
  route(engine, &decision);
  CHECK(decision.verdict == KGW_FORWARD);
  kgw_engine_free(engine);
}

static void its_findings_have_a_place(void) {
  struct consul consul;
  kgw_engine* engine;
  kgw_report* report = NULL;
  kgw_diagnostic finding = KGW_DIAGNOSTIC_INIT;
  memset(&consul, 0, sizeof consul);
  consul.exists = consul.findings = 1;
  engine = engine_of(&consul);
  CHECK_OK(apply_text(engine, "c.yaml", CUSTOM, &report));
  CHECK(kgw_report_count(report) == 1 && kgw_report_errors(report) == 0);
  CHECK_CODE(kgw_report_at(report, 0, &finding), KGW_OK);
  CHECK(finding.severity == KGW_WARNING && same(finding.name, "mine") && finding.line > 0);
  CHECK(holds(finding.field, "consulLite.port") && holds(finding.message, "odd port"));
  kgw_report_free(report);
  kgw_engine_free(engine);
}

static void a_callback_cannot_call_its_engine(void) {
  struct consul consul;
  kgw_engine* engine;
  memset(&consul, 0, sizeof consul);
  consul.exists = 1;
  engine = engine_of(&consul);
  consul.engine = engine;
  CHECK_OK(apply_text(engine, "c.yaml", CUSTOM, NULL));
  CHECK(consul.reentered);
  kgw_engine_free(engine);
}

static void a_callback_can_call_another_engine(void) {
  struct consul consul;
  kgw_engine* engine;
  kgw_stats stats = KGW_STATS_INIT;
  memset(&consul, 0, sizeof consul);
  consul.exists = 1;
  consul.other = engine_with(SHOP);
  engine = engine_of(&consul);
  CHECK_OK(apply_text(engine, "c.yaml", CUSTOM, NULL));
  CHECK_OK(kgw_engine_stats(consul.other, &stats));
  CHECK(stats.generation >= 2);
  kgw_engine_free(engine);
  kgw_engine_free(consul.other);
}

static void a_field_that_is_taken_is_an_error(void) {
  struct consul consul;
  kgw_upstream_type type = KGW_UPSTREAM_TYPE_INIT;
  kgw_options* options = kgw_options_new();
  kgw_engine* engine = (kgw_engine*)&consul;
  memset(&consul, 0, sizeof consul);
  type.ctx = &consul;
  type.field = str("static");
  type.resolve = resolve;
  type.free = free_consul;
  CHECK_OK(kgw_options_add_upstream_type(options, &type));
  CHECK_ERROR(kgw_engine_new(options, &engine), KGW_E_OPTION);
  CHECK(engine == NULL && consul.freed == 0);
  kgw_options_free(options);
  CHECK(consul.freed == 1);
}

static void settings_have_the_words_of_the_program(void) {
  kgw_options* options = kgw_options_new();
  kgw_error* error;
  CHECK_OK(kgw_options_set(options, str("path_normalization"), str("off")));
  CHECK_OK(kgw_options_set(options, str("seed"), str("7")));
  CHECK_ERROR(kgw_options_set(options, str("seed"), str("seven")), KGW_E_OPTION);
  error = kgw_options_set(options, str("path_normalisation"), str("off"));
  CHECK(kgw_error_code(error) == KGW_E_OPTION);
  CHECK(holds(kgw_error_message(error), "path_normalization"));
  CHECK(kgw_error_count(error) == 0);
  kgw_error_free(error);
  kgw_options_free(options);
}

struct heard {
  int lines;
  int32_t worst;
  kgw_engine* engine;
};

static void hear(void* ctx, int32_t level, kgw_str text) {
  struct heard* heard = ctx;
  ++heard->lines;
  if (level > heard->worst) heard->worst = level;
  CHECK(text.len > 0);
}

static void the_log_tells_of_reloads(void) {
  struct heard heard = {0, -1, NULL};
  kgw_log_callback callback = KGW_LOG_CALLBACK_INIT;
  kgw_options* options = kgw_options_new();
  kgw_str path = str("kgw-log-test.yaml");
  FILE* file = fopen("kgw-log-test.yaml", "w");
  int64_t now = 0, next = 0;
  int i;
  callback.ctx = &heard;
  callback.log = hear;
  CHECK_OK(kgw_options_set_log(options, &callback));
  CHECK_OK(kgw_engine_new(options, &heard.engine));
  kgw_options_free(options);
  CHECK(file != NULL);
  if (file == NULL) return;
  fputs(GATEWAY, file);
  fclose(file);
  CHECK_OK(kgw_engine_watch(heard.engine, &path, 1, NULL));
  file = fopen("kgw-log-test.yaml", "a");
  CHECK(file != NULL);
  fputs(UPSTREAM("late", "{addr: 10.0.0.1, prot: 1}"), file);
  fclose(file);
  for (i = 0; i < 400 && heard.worst < KGW_LOG_ERROR; ++i) {
    now += 50000000; /* the caller's clock, as fast as it likes */
    CHECK_OK(kgw_engine_poll(heard.engine, now, &next));
  }
  CHECK(heard.lines > 0 && heard.worst == KGW_LOG_ERROR);
  kgw_engine_free(heard.engine);
  remove("kgw-log-test.yaml");
}

int main(void) {
  RUN(an_upstream_type_names_endpoints);
  RUN(what_does_not_exist_answers_500);
  RUN(its_findings_have_a_place);
  RUN(a_callback_cannot_call_its_engine);
  RUN(a_callback_can_call_another_engine);
  RUN(a_field_that_is_taken_is_an_error);
  RUN(settings_have_the_words_of_the_program);
  RUN(the_log_tells_of_reloads);
  return report_tests();
}
