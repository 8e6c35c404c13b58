// kgw/c.hpp - kgw/c.h for C++20: handles that free themselves, texts as std::string_view, errors
// thrown. For programs that load libkgw.so: all of it is inline, and only C crosses the border.
//
// What c.h says of threads and lifetimes holds here too: texts are borrowed from the handle or call
// that they come from. Handles are moved, never copied; one that was moved from is empty.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kgw/c.h"

namespace kgw::c {

inline std::string_view View(kgw_str text) {
  return text.len == 0 ? std::string_view() : std::string_view(text.data, text.len);
}
inline kgw_str Borrow(std::string_view text) { return {text.data(), text.size()}; }

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};
template <typename T, auto kFree>
using Handle = std::unique_ptr<T, Freer<kFree>>;

// What a call failed with. The findings live as long as the exception or a copy of it.
class Error : public std::runtime_error {
 public:
  explicit Error(kgw_error* error)
      : std::runtime_error(std::string(View(kgw_error_message(error)))),
        code_(kgw_error_code(error)),
        error_(error, kgw_error_free) {}
  explicit Error(int32_t code) : std::runtime_error(kgw_code_name(code)), code_(code) {}

  int32_t code() const { return code_; }
  size_t size() const { return kgw_error_count(error_.get()); }
  kgw_diagnostic operator[](size_t index) const {
    kgw_diagnostic finding = KGW_DIAGNOSTIC_INIT;
    kgw_error_at(error_.get(), index, &finding);
    return finding;
  }

 private:
  int32_t code_;
  std::shared_ptr<kgw_error> error_;
};

inline void Check(kgw_error* error) {
  if (error != nullptr) throw Error(error);
}
inline void Check(int32_t code) {
  if (code != KGW_OK) throw Error(code);
}

class Text {
 public:
  explicit Text(kgw_text* text) : text_(text) {}
  std::string_view view() const { return View(kgw_text_str(text_.get())); }

 private:
  Handle<kgw_text, kgw_text_free> text_;
};

// What one change of the configuration did.
class Report {
 public:
  explicit Report(kgw_report* report) : report_(report) {}
  uint64_t generation() const { return kgw_report_generation(report_.get()); }
  size_t objects() const { return kgw_report_objects(report_.get()); }
  size_t errors() const { return kgw_report_errors(report_.get()); }
  size_t size() const { return kgw_report_count(report_.get()); }  // of the findings
  kgw_diagnostic operator[](size_t index) const {
    kgw_diagnostic finding = KGW_DIAGNOSTIC_INIT;
    kgw_report_at(report_.get(), index, &finding);
    return finding;
  }

 private:
  Handle<kgw_report, kgw_report_free> report_;
};

// Where an Upstream type puts its answer. A false return: the library did not take it.
class Answer {
 public:
  explicit Answer(kgw_upstream_answer* answer) : answer_(answer) {}
  bool Add(const kgw_upstream_endpoint& endpoint) {
    return kgw_upstream_answer_add(answer_, &endpoint) == KGW_OK;
  }
  bool Report(std::string_view pointer, int32_t severity, std::string_view message) {
    return kgw_upstream_answer_report(answer_, Borrow(pointer), severity, Borrow(message)) ==
           KGW_OK;
  }

 private:
  kgw_upstream_answer* answer_;
};

using Log = std::function<void(int32_t level, std::string_view text)>;
// namespace, name, the JSON under the field, the answer; false if there is no such thing.
using Resolve = std::function<bool(std::string_view, std::string_view, std::string_view, Answer&)>;

class Options {
 public:
  Options() : options_(kgw_options_new()) {
    if (options_ == nullptr) throw Error(KGW_E_MEMORY);
  }

  Options& Set(std::string_view key, std::string_view value) {
    Check(kgw_options_set(options_.get(), Borrow(key), Borrow(value)));
    return *this;
  }
  Options& SetLog(Log log) {
    log_ = std::make_shared<Log>(std::move(log));
    kgw_log_callback callback = KGW_LOG_CALLBACK_INIT;
    callback.ctx = log_.get();
    callback.log = [](void* ctx, int32_t level, kgw_str text) {
      (*static_cast<Log*>(ctx))(level, View(text));
    };
    Check(kgw_options_set_log(options_.get(), &callback));
    return *this;
  }
  Options& AddUpstreamType(std::string_view field, Resolve resolve) {
    auto ours = std::make_unique<Resolve>(std::move(resolve));
    kgw_upstream_type type = KGW_UPSTREAM_TYPE_INIT;
    type.ctx = ours.get();
    type.field = Borrow(field);
    type.resolve = [](void* ctx, kgw_str namespace_, kgw_str name, kgw_str json,
                      kgw_upstream_answer* to) -> int32_t {
      Answer answer(to);
      return (*static_cast<Resolve*>(ctx))(View(namespace_), View(name), View(json), answer) ? 1
                                                                                             : 0;
    };
    type.free = [](void* ctx) { delete static_cast<Resolve*>(ctx); };
    Check(kgw_options_add_upstream_type(options_.get(), &type));
    ours.release();  // NOLINT(bugprone-unused-return-value): it is the options' now
    return *this;
  }

 private:
  friend class Engine;
  Handle<kgw_options, kgw_options_free> options_;
  std::shared_ptr<Log> log_;
};

// Points to what it is told, like kgw_request. `raw` has the rest of the fields.
struct Request {
  kgw_request raw = KGW_REQUEST_INIT;

  Request() = default;
  Request(std::string_view method, std::string_view authority, std::string_view path) {
    raw.method = Borrow(method);
    raw.authority = Borrow(authority);
    raw.path = Borrow(path);
  }
  Request& Headers(std::span<const kgw_header> headers) {
    raw.headers = headers.data();
    raw.header_count = headers.size();
    return *this;
  }
  // `*lookup` is called with a name in lower case and an index, and returns a
  // std::optional<std::string_view>.
  template <typename F>
  Request& Lookup(F* lookup) {
    raw.lookup_ctx = lookup;
    raw.lookup = [](void* ctx, const char* name, size_t length, size_t index, const char** value,
                    size_t* value_length) -> int32_t {
      const std::optional<std::string_view> found =
          (*static_cast<F*>(ctx))(std::string_view(name, length), index);
      if (!found) return 0;
      *value = found->data();
      *value_length = found->size();
      return 1;
    };
    return *this;
  }
};

// Edits of a message's headers: remove, then set, then add.
struct Edits {
  std::span<const kgw_str> remove;
  std::span<const kgw_header> set;
  std::span<const kgw_header> add;

  explicit Edits(const kgw_header_edits& from)
      : remove(from.remove, from.remove_count),
        set(from.set, from.set_count),
        add(from.add, from.add_count) {}
};

// Where a request goes. Texts live until the next call on the Reader, or as long as a Pin.
struct Decision {
  kgw_decision raw = KGW_DECISION_INIT;

  int32_t verdict() const { return raw.verdict; }
  std::string_view gateway() const { return View(raw.gateway); }
  std::string_view listener() const { return View(raw.listener); }
  std::string_view route() const { return View(raw.route.name); }
  std::string_view backend() const { return View(raw.backend.name); }
  std::string_view cluster() const { return View(raw.cluster); }
  std::string_view address() const { return View(raw.endpoint.address); }
  std::string_view hostname() const { return View(raw.endpoint.hostname); }
  uint16_t port() const { return static_cast<uint16_t>(raw.endpoint.port); }
  // What to send in the place of the request's own; nothing if that stays.
  std::optional<std::string_view> authority() const {
    return Changed(KGW_CHANGED_AUTHORITY, raw.request.authority);
  }
  std::optional<std::string_view> path() const {
    return Changed(KGW_CHANGED_PATH, raw.request.path);
  }
  Edits request_edits() const { return Edits(raw.request.edits); }
  Edits response_edits() const { return Edits(raw.response.edits); }
  uint16_t status() const { return static_cast<uint16_t>(raw.response.status); }
  std::string_view body() const { return View(raw.response.body); }
  std::span<const kgw_mirror> mirrors() const { return {raw.mirrors, raw.mirror_count}; }
  std::string_view reason() const { return View(raw.reason); }

  Text Json(const Request* request = nullptr) const {
    kgw_text* text = nullptr;
    Check(kgw_decision_json(&raw, request == nullptr ? nullptr : &request->raw, &text));
    return Text(text);
  }

 private:
  std::optional<std::string_view> Changed(uint32_t bit, kgw_str text) const {
    if ((raw.changed & bit) == 0) return std::nullopt;
    return View(text);
  }
};

class Pin {
 public:
  explicit Pin(kgw_pin* pin) : pin_(pin) {}

 private:
  Handle<kgw_pin, kgw_pin_free> pin_;
};

class Reader {
 public:
  explicit Reader(kgw_reader* reader) : reader_(reader) {}

  void Route(const Request& request, Decision* decision) {
    Check(kgw_reader_route(reader_.get(), &request.raw, &decision->raw));
  }
  // `decisions` must be as long as `requests`.
  void RouteMany(std::span<const Request> requests, std::span<Decision> decisions) {
    if (requests.size() != decisions.size()) throw Error(KGW_E_INVALID);
    if (requests.empty()) return;
    Check(kgw_reader_route_many(reader_.get(), &requests[0].raw, sizeof(Request), &decisions[0].raw,
                                sizeof(Decision), requests.size()));
  }
  // Closes the try that `*decision` was about, and fills it with the next one.
  void Retry(const Request& request, const kgw_outcome& outcome, Decision* decision) {
    Check(kgw_reader_retry(reader_.get(), &request.raw, &decision->raw.ticket, &outcome,
                           &decision->raw));
  }
  kgw::c::Pin Pin() {
    kgw_pin* pin = nullptr;
    Check(kgw_decision_pin(reader_.get(), &pin));
    return kgw::c::Pin(pin);
  }
  void Rest() { kgw_reader_rest(reader_.get()); }

 private:
  static_assert(sizeof(Request) == sizeof(kgw_request) && sizeof(Decision) == sizeof(kgw_decision));
  Handle<kgw_reader, kgw_reader_free> reader_;
};

class Engine {
 public:
  Engine() : engine_(New(nullptr)) {}
  explicit Engine(const Options& options)
      : log_(options.log_), engine_(New(options.options_.get())) {}
  Engine(Engine&&) noexcept = default;
  // The old engine ends before its log does.
  Engine& operator=(Engine&& other) noexcept {
    engine_ = std::move(other.engine_);
    log_ = std::move(other.log_);
    return *this;
  }

  Report Apply(std::span<const kgw_source> sources) {
    kgw_report* report = nullptr;
    Check(kgw_engine_apply(engine_.get(), sources.data(), sources.size(), &report));
    return Report(report);
  }
  Report Apply(std::string_view name, std::string_view text, int32_t format = KGW_FORMAT_AUTO) {
    const kgw_source source = {Borrow(name), Borrow(text), format, 0};
    return Apply(std::span(&source, 1));
  }
  Report Load(std::span<const std::string> paths) { return Files(kgw_engine_load, paths); }
  Report Watch(std::span<const std::string> paths) { return Files(kgw_engine_watch, paths); }
  Report Refresh() {
    kgw_report* report = nullptr;
    Check(kgw_engine_refresh(engine_.get(), &report));
    return Report(report);
  }

  int64_t Poll(int64_t now_ns) {
    int64_t next = 0;
    Check(kgw_engine_poll(engine_.get(), now_ns, &next));
    return next;
  }
  int fd() { return kgw_engine_fd(engine_.get()); }
  void Start() { Check(kgw_engine_start(engine_.get())); }
  void Stop() { kgw_engine_stop(engine_.get()); }

  Reader NewReader() {
    kgw_reader* reader = nullptr;
    Check(kgw_reader_new(engine_.get(), &reader));
    return Reader(reader);
  }
  void Done(kgw_ticket* ticket, const kgw_outcome& outcome) {
    Check(kgw_ticket_done(engine_.get(), ticket, &outcome));
  }

  kgw_stats Stats() {
    kgw_stats stats = KGW_STATS_INIT;
    Check(kgw_engine_stats(engine_.get(), &stats));
    return stats;
  }
  Text Routes() { return Made(kgw_engine_routes); }
  Text Endpoints() { return Made(kgw_engine_endpoints); }
  Text Explain(const Request& request, bool json = false) {
    kgw_text* text = nullptr;
    Check(kgw_engine_explain(engine_.get(), &request.raw, json ? 1 : 0, &text));
    return Text(text);
  }

 private:
  static kgw_engine* New(const kgw_options* options) {
    kgw_engine* engine = nullptr;
    Check(kgw_engine_new(options, &engine));
    return engine;
  }
  template <typename Call>
  Report Files(Call call, std::span<const std::string> paths) {
    std::vector<kgw_str> texts;
    for (const std::string& path : paths) texts.push_back(Borrow(path));
    kgw_report* report = nullptr;
    Check(call(engine_.get(), texts.data(), texts.size(), &report));
    return Report(report);
  }
  template <typename Call>
  Text Made(Call call) {
    kgw_text* text = nullptr;
    Check(call(engine_.get(), &text));
    return Text(text);
  }

  std::shared_ptr<Log> log_;  // outlives the engine, which calls it
  Handle<kgw_engine, kgw_engine_free> engine_;
};

}  // namespace kgw::c
