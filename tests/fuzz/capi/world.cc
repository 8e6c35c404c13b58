#include "capi/world.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "capi/see.h"
#include "require.h"

namespace kgw::fuzz {
namespace {

// Called under the engine's lock, by whichever thread made the control call.
int32_t Resolve(void* ctx, kgw_str namespace_, kgw_str name, kgw_str json,
                kgw_upstream_answer* answer) {
  auto* host = static_cast<Host*>(ctx);
  Touch(namespace_);
  Touch(name);
  TouchJson(json);
  host->luck = host->luck * 1664525 + 1013904223;
  const uint32_t luck = host->luck >> 12;
  kgw_upstream_endpoint endpoint = KGW_UPSTREAM_ENDPOINT_INIT;
  endpoint.hostname = luck % 8 == 0 ? kgw_str{nullptr, 1} : kgw_str{"mine.test", 9};
  endpoint.port = luck % 70000;
  Known(kgw_upstream_answer_add(answer, &endpoint));
  if ((luck & 1) != 0) {
    const int32_t severity = (luck & 2) != 0 ? KGW_ERROR : KGW_WARNING;
    Known(kgw_upstream_answer_report(answer, {"/a", 2}, severity, {"odd", 3}));
  }
  const int32_t code = Free(kgw_engine_refresh(host->engine, nullptr));
  Require(code == KGW_E_REENTRANT, "an Upstream type changed its own engine", kgw_code_name(code));
  return (luck & 4) != 0 ? 0 : 1;
}

void Log(void* ctx, int32_t level, kgw_str text) {
  auto* host = static_cast<Host*>(ctx);
  Require(level >= KGW_LOG_INFO && level <= KGW_LOG_ERROR, "a level that is none");
  Touch(text);
  ++host->log_lines;
  kgw_stats stats = KGW_STATS_INIT;
  Free(kgw_engine_stats(host->engine, &stats));
}

}  // namespace

const std::string kShop =
    "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g}\n"
    "spec: {gatewayClassName: k, listeners: [{name: h, port: 80, protocol: HTTP}]}\n---\n"
    "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec:\n"
    "  parentRefs: [{name: g}]\n  rules:\n  - matches: [{path: {value: /a}}]\n    filters:\n"
    "    - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x, value: v}]}}\n"
    "    - {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, "
    "replacePrefixMatch: /b}}}\n"
    "    - {type: RequestMirror, requestMirror: {backendRef: {group: gloo.solo.io, kind: "
    "Upstream, name: u}}}\n"
    "    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: u}]\n"
    "  - matches: [{headers: [{name: x-f, value: '1'}]}]\n"
    "    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: mine}]\n---\n"
    "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: u}\n"
    "spec: {static: {hosts: [{addr: a.test, port: 80}, {addr: 10.0.0.1, port: 81}]}}\n---\n"
    "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: mine}\nspec: {fuzzed: {a: 1}}\n";

void RequireShopServes() {
  kgw_engine* engine = nullptr;
  kgw_reader* reader = nullptr;
  const kgw_source shop = {{"a.yaml", 6}, {kShop.data(), kShop.size()}, KGW_FORMAT_AUTO, 0};
  Free(kgw_engine_new(nullptr, &engine));
  Free(kgw_engine_apply(engine, &shop, 1, nullptr));
  Free(kgw_reader_new(engine, &reader));
  kgw_request request = KGW_REQUEST_INIT;
  kgw_decision decision = KGW_DECISION_INIT;
  request.path = {"/a/b?c", 6};
  Known(kgw_reader_route(reader, &request, &decision));
  Require(decision.verdict == KGW_FORWARD && decision.mirror_count == 1 &&
              decision.request.edits.set_count == 1,
          "the configuration does not work");
  kgw_reader_free(reader);
  kgw_engine_free(engine);
}

// ---------------------------------------------------------------- engines

World::World(FuzzedDataProvider* data) : hosts_{NewHost(), NewHost()} {
  Replace(data, false);
  Replace(data, true);
  const kgw_source shop = {{"a.yaml", 6}, {kShop.data(), kShop.size()}, KGW_FORMAT_AUTO, 0};
  Free(kgw_engine_apply(host(false)->engine, &shop, 1, nullptr));
}

World::~World() {
  for (const auto& host : all_) kgw_engine_free(host->engine);
  for (const auto& host : all_) Require(host->types == 0, "a type was not freed once");
}

void World::Replace(FuzzedDataProvider* data, bool second) {
  Host*& host = hosts_[second ? 1 : 0];
  if (host->engine != nullptr) {
    kgw_engine_free(host->engine);
    host->engine = nullptr;
    host = NewHost();
    return;
  }
  const bool plain = data->ConsumeIntegralInRange<int>(0, 3) == 3;
  kgw_options* options = plain ? nullptr : NewOptions(data, host);
  const int32_t code = Free(kgw_engine_new(options, &host->engine));
  Require((code == KGW_OK) == (host->engine != nullptr), "an engine or an error");
  kgw_options_free(options);
}

kgw_options* World::NewOptions(FuzzedDataProvider* data, Host* host) {
  kgw_options* options = kgw_options_new();
  static constexpr const char* kKeys[] = {"path_normalization", "max_headers", "max_target_bytes",
                                          "dropped_rule",       "seed",        ""};
  static constexpr const char* kValues[] = {"off", "merge_slashes", "skip", "3", "\xff"};
  const std::string key = data->PickValueInArray(kKeys), value = data->PickValueInArray(kValues);
  Free(kgw_options_set(options, {key.data(), key.size()}, {value.data(), value.size()}));
  kgw_log_callback log = KGW_LOG_CALLBACK_INIT;
  log.ctx = host;
  log.log = data->ConsumeBool() ? Log : nullptr;
  Free(kgw_options_set_log(options, &log));
  kgw_upstream_type type = KGW_UPSTREAM_TYPE_INIT;
  host->luck = data->ConsumeIntegral<uint32_t>();
  type.ctx = host;
  type.field = data->ConsumeBool() ? kgw_str{"fuzzed", 6} : kgw_str{"static", 6};
  type.resolve = Resolve;
  type.free = [](void* ctx) { --static_cast<Host*>(ctx)->types; };
  if (Free(kgw_options_add_upstream_type(options, &type)) == KGW_OK) ++host->types;
  return options;
}

// ---------------------------------------------------------------- files

Folder& Folder::Get() {
  static Folder folder;
  return folder;
}

Folder::Folder() : path_(std::filesystem::temp_directory_path() / "kgw-fuzz-XXXXXX") {
  Require(mkdtemp(path_.data()) != nullptr, "no temporary folder", path_);
  file_ = path_ + "/shop.yaml";
  Change(kShop);
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void Folder::Change(const std::string& text) {
  std::ofstream(file_) << text;
  changed_ = true;
}

void Folder::Restore() {
  if (changed_) Change(kShop);
  changed_ = false;
}

}  // namespace kgw::fuzz
