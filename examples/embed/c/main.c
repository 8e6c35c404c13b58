/* A reverse proxy for HTTP/1.1 that forwards by kgw's decisions. This file: the command line, the
 * engine and its configuration, the workers, and signals. See README.md. */
#include <event2/event.h>
#include <event2/thread.h>
#include <getopt.h>
#include <kgw/c.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http.h"
#include "worker.h"

enum { kMaxOptions = 16 };

static const char kUsage[] =
    "usage: kgw-proxy --listen [ADDRESS:]PORT[=LISTENERPORT]... --config FILE|DIR...\n"
    "                 [--workers N] [--set KEY=VALUE]...\n";

struct program {
  struct listen_option listens[kMaxOptions];
  size_t listen_count;
  kgw_str configs[kMaxOptions];
  size_t config_count;
  size_t workers;
  kgw_options* options;
  kgw_engine* engine;
  struct event* poll_fd;    /* kgw has something to do */
  struct event* poll_timer; /* or it will have at that time */
  struct event* signals[4];
  int stop[2]; /* a pipe: when its writing end is closed, all workers stop */
};

/* ---------------------------------------------------------------- kgw's side */

static void print(const kgw_diagnostic* finding) {
  say("%.*s:%u:%u: %s: %.*s", (int)finding->file.len, finding->file.data, finding->line,
      finding->column, finding->severity == KGW_ERROR ? "error" : "warning",
      (int)finding->message.len, finding->message.data);
}

static void print_report(kgw_report* report) {
  for (size_t i = 0; i < kgw_report_count(report); ++i) {
    kgw_diagnostic finding = KGW_DIAGNOSTIC_INIT;
    if (kgw_report_at(report, i, &finding) == KGW_OK) print(&finding);
  }
  kgw_report_free(report);
}

/* Says what is wrong, if anything is. */
static bool failed(kgw_error* error) {
  if (!error) return false;
  say("%s: %s", kgw_code_name(kgw_error_code(error)), kgw_error_message(error).data);
  for (size_t i = 0; i < kgw_error_count(error); ++i) {
    kgw_diagnostic finding = KGW_DIAGNOSTIC_INIT;
    if (kgw_error_at(error, i, &finding) == KGW_OK) print(&finding);
  }
  kgw_error_free(error);
  return true;
}

static void on_log(void* context, int32_t level, kgw_str text) {
  (void)context, (void)level;
  say("kgw: %.*s", (int)text.len, text.data);
}

/* The engine starts no thread here: this loop drives it. */
static void poll_engine(evutil_socket_t fd, short what, void* context) {
  struct program* program = context;
  int64_t now = clock_ns(), next = INT64_MAX;
  (void)fd, (void)what;
  failed(kgw_engine_poll(program->engine, now, &next));
  evtimer_del(program->poll_timer);
  if (next == INT64_MAX) return;
  int64_t wait_us = next > now ? (next - now + 999) / 1000 : 0;
  struct timeval time = {(time_t)(wait_us / 1000000), (suseconds_t)(wait_us % 1000000)};
  evtimer_add(program->poll_timer, &time);
}

static void print_stats(struct program* program) {
  kgw_stats stats = KGW_STATS_INIT;
  if (failed(kgw_engine_stats(program->engine, &stats))) return;
  say("stats {\"generation\":%llu,\"snapshots\":%llu,\"retired_bytes\":%llu,\"readers\":%llu,"
      "\"readers_behind\":%llu}",
      (unsigned long long)stats.generation, (unsigned long long)stats.snapshots,
      (unsigned long long)stats.retired_bytes, (unsigned long long)stats.readers,
      (unsigned long long)stats.readers_behind);
}

static void reload(struct program* program) {
  kgw_report* report = NULL;
  if (failed(kgw_engine_load(program->engine, program->configs, program->config_count, &report))) {
    return;
  }
  say("reloaded: generation %llu", (unsigned long long)kgw_report_generation(report));
  print_report(report);
}

/* ---------------------------------------------------------------- the process */

static void on_signal(evutil_socket_t signal, short what, void* context) {
  struct program* program = context;
  (void)what;
  if (signal == SIGUSR1) {
    print_stats(program);
  } else if (signal == SIGHUP) {
    reload(program);
    poll_engine(-1, 0, program);
  } else if (program->stop[1] >= 0) {
    say("stopping: what is under way is finished; a second signal ends at once");
    close(program->stop[1]);
    program->stop[1] = -1;
    for (size_t i = 0; i < 4; ++i) event_del(program->signals[i]);
  }
}

static void add_listen(struct program* program, char* text) {
  static char addresses[kMaxOptions][64];
  if (program->listen_count == kMaxOptions) exit(2);
  struct listen_option* option = &program->listens[program->listen_count];
  char* gateway_port = strchr(text, '=');
  if (gateway_port) *gateway_port++ = '\0';
  const char* port = strrchr(text, ':');
  port = port ? port + 1 : text;
  option->gateway_port = (uint16_t)atoi(gateway_port ? gateway_port : port);
  option->address = addresses[program->listen_count++];
  snprintf(addresses[program->listen_count - 1], sizeof *addresses, "%s%s",
           port == text ? "0.0.0.0:" : "", text);
}

static void set_option(struct program* program, const char* text) {
  const char* equals = strchr(text, '=');
  kgw_str key = {text, equals ? (size_t)(equals - text) : strlen(text)};
  if (failed(kgw_options_set(program->options, key, str(equals ? equals + 1 : "")))) exit(2);
}

static void parse_options(struct program* program, int argc, char** argv) {
  static const struct option options[] = {{"listen", required_argument, NULL, 'l'},
                                          {"config", required_argument, NULL, 'c'},
                                          {"workers", required_argument, NULL, 'w'},
                                          {"set", required_argument, NULL, 's'},
                                          {NULL, 0, NULL, 0}};
  int option;
  program->workers = 1;
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
    if (option == 'l') {
      add_listen(program, optarg);
    } else if (option == 'c' && program->config_count < kMaxOptions) {
      program->configs[program->config_count++] = str(optarg);
    } else if (option == 'w' && atoi(optarg) > 0 && atoi(optarg) <= 256) {
      program->workers = (size_t)atoi(optarg);
    } else if (option == 's') {
      set_option(program, optarg);
    } else {
      option = '?';
      break;
    }
  }
  if (option == '?' || optind < argc || !program->listen_count || !program->config_count) {
    fputs(kUsage, stderr);
    exit(2);
  }
}

static void start_engine(struct program* program) {
  kgw_report* report = NULL;
  if (failed(kgw_engine_new(program->options, &program->engine)) ||
      failed(kgw_engine_watch(program->engine, program->configs, program->config_count, &report))) {
    exit(1);
  }
  print_report(report);
}

/* Signals and the engine are the business of the first worker's loop. */
static void attach(struct program* program, struct event_base* base) {
  static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
  for (size_t i = 0; i < 4; ++i) {
    program->signals[i] = evsignal_new(base, numbers[i], on_signal, program);
    evsignal_add(program->signals[i], NULL);
  }
  program->poll_timer = evtimer_new(base, poll_engine, program);
  program->poll_fd =
      event_new(base, kgw_engine_fd(program->engine), EV_READ | EV_PERSIST, poll_engine, program);
  if (kgw_engine_fd(program->engine) >= 0) event_add(program->poll_fd, NULL);
  poll_engine(-1, 0, program);
}

static void detach(struct program* program) {
  for (size_t i = 0; i < 4; ++i) event_free(program->signals[i]);
  event_free(program->poll_fd);
  event_free(program->poll_timer);
}

static void* run(void* worker) {
  worker_run(worker);
  return NULL;
}

int main(int argc, char** argv) {
  struct program program = {0};
  const kgw_log_callback log = {sizeof log, NULL, on_log};
  signal(SIGPIPE, SIG_IGN);
  program.options = kgw_options_new();
  if (!program.options || failed(kgw_options_set_log(program.options, &log))) return 1;
  parse_options(&program, argc, argv);
  if (program.workers > 1) evthread_use_pthreads(); /* libevent has a few things for all loops */
  start_engine(&program);
  if (pipe(program.stop) != 0) return 1;

  struct worker* workers = calloc(program.workers, sizeof *workers);
  pthread_t* threads = calloc(program.workers, sizeof *threads);
  for (size_t i = 0; i < program.workers; ++i) {
    worker_init(&workers[i], program.engine, program.listens, program.listen_count,
                program.stop[0]);
  }
  attach(&program, workers[0].base);
  for (size_t i = 1; i < program.workers; ++i) {
    if (pthread_create(&threads[i], NULL, run, &workers[i]) != 0) return 1;
  }
  for (size_t i = 0; i < program.listen_count; ++i) {
    say("listening on %s for port %d of the Gateway", program.listens[i].address,
        program.listens[i].gateway_port);
  }
  worker_run(&workers[0]);
  for (size_t i = 1; i < program.workers; ++i) pthread_join(threads[i], NULL);
  detach(&program);
  for (size_t i = 0; i < program.workers; ++i) worker_free(&workers[i]);
  kgw_engine_free(program.engine);
  kgw_options_free(program.options);
  close(program.stop[0]);
  free(workers);
  free(threads);
  return 0;
}
