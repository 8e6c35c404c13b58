/* libkgw.so in somebody else's process: opened, closed and opened again, two copies side by side,
 * children after fork. Not linked with it: argv[1] is its path. */
#define _DEFAULT_SOURCE
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static const char* library;

/* The functions that the tests need, of one copy. */
struct copy {
  void* handle;
  kgw_error* (*engine_new)(const kgw_options*, kgw_engine**);
  kgw_error* (*engine_apply)(kgw_engine*, const kgw_source*, size_t, kgw_report**);
  kgw_error* (*engine_start)(kgw_engine*);
  void (*engine_free)(kgw_engine*);
  kgw_error* (*reader_new)(kgw_engine*, kgw_reader**);
  int32_t (*reader_route)(kgw_reader*, const kgw_request*, kgw_decision*);
  int32_t (*ticket_done)(kgw_engine*, kgw_ticket*, const kgw_outcome*);
  void (*reader_free)(kgw_reader*);
};

static void find(struct copy* copy, const char* name, void* function) {
  void* found = dlsym(copy->handle, name);
  CHECK(found != NULL);
  memcpy(function, &found, sizeof found);
}

static int open_copy(const char* path, int flags, struct copy* copy) {
  copy->handle = dlopen(path, flags);
  if (copy->handle == NULL) printf("%s\n", dlerror());
  CHECK(copy->handle != NULL);
  if (copy->handle == NULL) return 0;
  find(copy, "kgw_engine_new", &copy->engine_new);
  find(copy, "kgw_engine_apply", &copy->engine_apply);
  find(copy, "kgw_engine_start", &copy->engine_start);
  find(copy, "kgw_engine_free", &copy->engine_free);
  find(copy, "kgw_reader_new", &copy->reader_new);
  find(copy, "kgw_reader_route", &copy->reader_route);
  find(copy, "kgw_ticket_done", &copy->ticket_done);
  find(copy, "kgw_reader_free", &copy->reader_free);
  return 1;
}

static kgw_engine* serve(const struct copy* copy) {
  kgw_engine* engine = NULL;
  kgw_source source;
  memset(&source, 0, sizeof source);
  source.name = str("config.yaml");
  source.bytes = str(SHOP);
  CHECK(copy->engine_new(NULL, &engine) == NULL);
  CHECK(copy->engine_apply(engine, &source, 1, NULL) == NULL);
  return engine;
}

static int routes(const struct copy* copy, kgw_engine* engine) {
  const kgw_request request = request_for("shop.test", "/api/x");
  const kgw_outcome outcome = KGW_OUTCOME_INIT;
  kgw_decision decision = KGW_DECISION_INIT;
  kgw_reader* reader = NULL;
  int right = copy->reader_new(engine, &reader) == NULL &&
              copy->reader_route(reader, &request, &decision) == KGW_OK &&
              decision.verdict == KGW_FORWARD && same(decision.request.path, "/v2/x") &&
              copy->ticket_done(engine, &decision.ticket, &outcome) == KGW_OK;
  copy->reader_free(reader);
  return right;
}

static void it_can_be_opened_and_closed_again(void) {
  int i;
  for (i = 0; i < 20; ++i) {
    struct copy copy;
    kgw_engine* engine;
    if (!open_copy(library, RTLD_NOW | RTLD_LOCAL, &copy)) return;
    engine = serve(&copy);
    CHECK(copy.engine_start(engine) == NULL);
    CHECK(routes(&copy, engine));
    copy.engine_free(engine);
    CHECK(dlclose(copy.handle) == 0);
    CHECK(dlopen(library, RTLD_NOW | RTLD_NOLOAD) == NULL); /* it is really gone */
  }
}

static int copy_file(const char* from, const char* to) {
  char buffer[65536];
  size_t n;
  FILE* in = fopen(from, "rb");
  FILE* out = fopen(to, "wb");
  if (in == NULL || out == NULL) return 0;
  while ((n = fread(buffer, 1, sizeof buffer, in)) > 0) fwrite(buffer, 1, n, out);
  fclose(in);
  return fclose(out) == 0;
}

static void two_copies_live_side_by_side(void) {
  static const int kFlags[] = {RTLD_NOW | RTLD_LOCAL, RTLD_NOW | RTLD_GLOBAL};
  char second[] = "./libkgw-second-XXXXXX";
  const int fd = mkstemp(second);
  size_t i;
  CHECK(fd >= 0);
  close(fd);
  CHECK(copy_file(library, second));
  for (i = 0; i < 2; ++i) {
    struct copy a, b;
    kgw_engine *of_a, *of_b;
    if (!open_copy(library, kFlags[i], &a) || !open_copy(second, kFlags[i], &b)) break;
    CHECK(a.handle != b.handle && a.engine_new != b.engine_new);
    of_a = serve(&a);
    of_b = serve(&b);
    CHECK(routes(&a, of_a) && routes(&b, of_b));
    a.engine_free(of_a);
    CHECK(dlclose(a.handle) == 0);
    CHECK(routes(&b, of_b));
    b.engine_free(of_b);
    CHECK(dlclose(b.handle) == 0);
  }
  remove(second);
}

static void children_route_after_fork(void) {
  struct copy copy;
  kgw_engine* engine;
  int i, status = 0;
  if (!open_copy(library, RTLD_NOW | RTLD_LOCAL, &copy)) return;
  engine = serve(&copy);
  CHECK(routes(&copy, engine));
  for (i = 0; i < 4; ++i) {
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
      int n, right = 1;
      for (n = 0; n < 100; ++n) right = right && routes(&copy, engine);
      if (i % 2 == 1) right = right && copy.engine_start(engine) == NULL; /* a thread of its own */
      {
        kgw_source source;
        memset(&source, 0, sizeof source);
        source.name = str("config.yaml");
        source.bytes = str(SHOP);
        right = right && copy.engine_apply(engine, &source, 1, NULL) == NULL;
      }
      right = right && routes(&copy, engine);
      copy.engine_free(engine);
      _exit(right ? 0 : 1);
    }
  }
  for (i = 0; i < 4; ++i) {
    CHECK(wait(&status) > 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  CHECK(routes(&copy, engine));
  copy.engine_free(engine);
  CHECK(dlclose(copy.handle) == 0);
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  library = argv[1];
  RUN(it_can_be_opened_and_closed_again);
  RUN(two_copies_live_side_by_side);
  RUN(children_route_after_fork);
  return report_tests();
}
