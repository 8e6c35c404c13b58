/* Callbacks get a number as their context, never a pointer of Go's. */
#include "_cgo_export.h"

static void log_to_go(void* ctx, int32_t level, kgw_str text) {
  kgwGoLog((uintptr_t)ctx, level, text);
}

kgw_error* kgw_go_options_set_log(kgw_options* options, uintptr_t id) {
  kgw_log_callback callback = KGW_LOG_CALLBACK_INIT;
  callback.ctx = (void*)id;
  callback.log = log_to_go;
  return kgw_options_set_log(options, &callback);
}

static int32_t resolve_in_go(void* ctx, kgw_str namespace_, kgw_str name, kgw_str json,
                             kgw_upstream_answer* answer) {
  return kgwGoResolve((uintptr_t)ctx, namespace_, name, json, answer);
}

static void forget_in_go(void* ctx) { kgwGoForget((uintptr_t)ctx); }

kgw_error* kgw_go_options_add_upstream_type(kgw_options* options, uintptr_t id, kgw_str field) {
  kgw_upstream_type type = KGW_UPSTREAM_TYPE_INIT;
  type.ctx = (void*)id;
  type.field = field;
  type.resolve = resolve_in_go;
  type.free = forget_in_go;
  return kgw_options_add_upstream_type(options, &type);
}
