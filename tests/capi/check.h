/* tests/capi/check.h - the smallest test runner there is, in C99, and the configuration that the
 * tests share. RUN(name) runs one test; CHECK(what) fails it and goes on. */
#ifndef KGW_TESTS_CAPI_CHECK_H
#define KGW_TESTS_CAPI_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kgw/c.h"

static int tests_passed, tests_failed, checks_failed;

static void check(int holds, const char* what, const char* file, int line) {
  if (holds) return;
  ++checks_failed;
  printf("%s:%d: does not hold: %s\n", file, line, what);
}
#define CHECK(what) check((what) != 0, #what, __FILE__, __LINE__)

#define RUN(test)                                          \
  do {                                                     \
    checks_failed = 0;                                     \
    test();                                                \
    if (checks_failed != 0) printf("FAILED: %s\n", #test); \
    if (checks_failed == 0)                                \
      ++tests_passed;                                      \
    else                                                   \
      ++tests_failed;                                      \
  } while (0)

static int report_tests(void) {
  printf("%d passed, %d failed\n", tests_passed, tests_failed);
  return tests_failed == 0 ? 0 : 1;
}

static kgw_str str(const char* text) {
  kgw_str out = KGW_STR_INIT;
  out.data = text;
  out.len = strlen(text);
  return out;
}

static int same(kgw_str text, const char* want) {
  return text.len == strlen(want) && (text.len == 0 || memcmp(text.data, want, text.len) == 0);
}

static int holds(kgw_str text, const char* part) {
  const size_t n = strlen(part);
  size_t i;
  for (i = 0; i + n <= text.len; ++i) {
    if (memcmp(text.data + i, part, n) == 0) return 1;
  }
  return 0;
}

/* Checks that a control call failed with that code, and frees the error. */
static void check_error(kgw_error* error, int32_t code, const char* call, const char* file,
                        int line) {
  if (kgw_error_code(error) != code) {
    ++checks_failed;
    printf("%s:%d: %s is %s (%s), expected %s\n", file, line, call,
           kgw_code_name(kgw_error_code(error)), kgw_error_message(error).data,
           kgw_code_name(code));
  }
  kgw_error_free(error);
}
#define CHECK_ERROR(call, code) check_error((call), (code), #call, __FILE__, __LINE__)
#define CHECK_OK(call) CHECK_ERROR(call, KGW_OK)
#define CHECK_CODE(call, code) CHECK((call) == (code))

#define GATEWAY                                                                              \
  "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge}\nspec:\n" \
  "  gatewayClassName: kgw\n  listeners:\n  - {name: http, port: 80, protocol: HTTP}\n---\n"
#define UPSTREAM(name, hosts)                                           \
  "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: " name \
  "}\nspec:\n"                                                          \
  "  static:\n    hosts: [" hosts "]\n---\n"
#define PAIR UPSTREAM("pair", "{addr: 10.0.0.1, port: 8080}, {addr: 10.0.0.2, port: 8080}")

/* shop.test: /api/... goes to two hosts, rewritten; /away is a redirect; x-team decides; /copy is
   mirrored. Everything else there goes through as it came. */
#define SHOP \
  GATEWAY PAIR UPSTREAM("copies", "{addr: 10.0.9.1, port: 9000}")                                \
  "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: shop}\nspec:\n"   \
  "  parentRefs: [{name: edge}]\n  hostnames: [shop.test]\n  rules:\n"                           \
  "  - name: api\n    matches: [{path: {value: /api}}]\n    filters:\n"                          \
  "    - type: URLRewrite\n      urlRewrite:\n        hostname: internal.test\n"                 \
  "        path: {type: ReplacePrefixMatch, replacePrefixMatch: /v2}\n"                          \
  "    - type: RequestHeaderModifier\n      requestHeaderModifier:\n"                            \
  "        set: [{name: x-a, value: '1'}]\n        add: [{name: x-b, value: '2'}]\n"             \
  "        remove: [x-c]\n"                                                                      \
  "    timeouts: {request: 2s}\n    retry: {attempts: 2, codes: [502, 503], backoff: 10ms}\n"    \
  "    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: pair}]\n"                       \
  "  - matches: [{path: {value: /away}}]\n    filters:\n    - type: RequestRedirect\n"           \
  "      requestRedirect: {hostname: other.test, statusCode: 301}\n"                             \
  "  - matches: [{path: {value: /copy}}]\n    filters:\n    - type: RequestMirror\n"             \
  "      requestMirror: {backendRef: {group: gloo.solo.io, kind: Upstream, name: copies}}\n"     \
  "    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: pair}]\n"                       \
  "  - matches: [{headers: [{name: x-team, value: 'red,blue'}]}]\n"                              \
  "    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: copies}]\n"                     \
  "  - backendRefs: [{group: gloo.solo.io, kind: Upstream, name: pair}]\n"

static kgw_error* apply_text(kgw_engine* engine, const char* name, const char* text,
                             kgw_report** report) {
  kgw_source source;
  memset(&source, 0, sizeof source);
  source.name = str(name);
  source.bytes = str(text);
  return kgw_engine_apply(engine, &source, 1, report);
}

/* An engine that serves that text, with a fixed seed. */
static kgw_engine* engine_with(const char* text) {
  kgw_options* options = kgw_options_new();
  kgw_engine* engine = NULL;
  kgw_report* report = NULL;
  CHECK_OK(kgw_options_set(options, str("seed"), str("7")));
  CHECK_OK(kgw_engine_new(options, &engine));
  kgw_options_free(options);
  CHECK_OK(apply_text(engine, "config.yaml", text, &report));
  CHECK(kgw_report_errors(report) == 0);
  kgw_report_free(report);
  return engine;
}

static kgw_reader* reader_of(kgw_engine* engine) {
  kgw_reader* reader = NULL;
  CHECK_OK(kgw_reader_new(engine, &reader));
  return reader;
}

static kgw_request request_for(const char* authority, const char* path) {
  kgw_request request = KGW_REQUEST_INIT;
  request.authority = str(authority);
  request.path = str(path);
  return request;
}

static kgw_outcome outcome_of(int32_t result, uint32_t status) {
  kgw_outcome outcome = KGW_OUTCOME_INIT;
  outcome.result = result;
  outcome.status = status;
  return outcome;
}

/* How many requests are under way, in all endpoints. */
static unsigned long active_requests(kgw_engine* engine) {
  static const char kKey[] = "\"active_requests\":";
  unsigned long sum = 0;
  kgw_text* text = NULL;
  const char* at;
  CHECK_OK(kgw_engine_endpoints(engine, &text));
  for (at = strstr(kgw_text_str(text).data, kKey); at != NULL; at = strstr(at, kKey)) {
    at += sizeof kKey - 1;
    sum += strtoul(at, NULL, 10);
  }
  kgw_text_free(text);
  return sum;
}

/* Not every program uses all of the above. */
__attribute__((unused)) static void use_all(void) {
  (void)check_error, (void)holds, (void)engine_with, (void)reader_of, (void)request_for;
  (void)outcome_of, (void)active_requests, (void)apply_text, (void)report_tests, (void)same;
}

#endif
