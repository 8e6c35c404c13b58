// The engine: configuration in, tables and explanations out.
#include <algorithm>
#include <memory>

#include "capi/explain_text.h"
#include "capi/handles.h"
#include "capi/layout.h"
#include "capi/structs.h"
#include "kgw/c.h"
#include "kgw/json.h"

namespace kgw::capi {
namespace {

std::string PlaceOf(const Diagnostic& d) {
  std::string place = d.file;
  if (d.line != 0) place += ":" + std::to_string(d.line) + ":" + std::to_string(d.column);
  return place.empty() ? place : place + ": ";
}

// The first error speaks for all.
std::string SummaryOf(const std::vector<Diagnostic>& diagnostics) {
  const auto first = std::find_if(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& d) {
    return d.severity == Severity::kError;
  });
  if (first == diagnostics.end()) return "nothing of the configuration could be read";
  std::string text = PlaceOf(*first) + first->message;
  if (diagnostics.size() > 1) {
    text += " (and " + std::to_string(diagnostics.size() - 1) + " more)";
  }
  return text;
}

// A change of the configuration: what it did goes to the caller. If it did nothing, that is an
// error.
template <typename Change>
kgw_error* Apply(kgw_engine* engine, kgw_report** out, Change change) noexcept {
  return Control([&] {
    if (out != nullptr) *out = nullptr;
    auto made = std::make_unique<kgw_report>();  // first: a change must not be left unreported
    made->report = change(&Given(engine, "engine").engine);
    const std::vector<Diagnostic>& found = made->report.diagnostics;
    if (made->report.generation == 0) {
      const std::string summary = SummaryOf(found);
      throw Refusal(KGW_E_CONFIG, summary, std::move(made->report.diagnostics));
    }
    made->errors = static_cast<size_t>(std::count_if(
        found.begin(), found.end(), [](const auto& d) { return d.severity == Severity::kError; }));
    if (out != nullptr) *out = made.release();
  });
}

std::vector<std::string> PathsOf(const kgw_str* paths, size_t count) {
  if (count != 0) Given(paths, "paths");
  std::vector<std::string> out;
  for (size_t i = 0; i < count; ++i) {
    out.emplace_back(View(paths[i], "a path"));
    if (out.back().find('\0') != std::string::npos) {
      throw Refusal(KGW_E_INVALID, "a path holds a NUL byte");
    }
  }
  return out;
}

std::span<const SourceView> SourcesOf(const kgw_source* sources, size_t count) {
  if (count != 0) Given(sources, "sources");
  for (size_t i = 0; i < count; ++i) {
    View(sources[i].name, "a source's name");
    View(sources[i].bytes, "a source's text");
    if (sources[i].format < KGW_FORMAT_AUTO || sources[i].format > KGW_FORMAT_JSON) {
      throw Refusal(KGW_E_INVALID, "a source has a format that is none");
    }
    if (sources[i].reserved != 0) RequireSize(KGW_E_TOO_NEW, "a source");
  }
  return {reinterpret_cast<const SourceView*>(sources), count};
}

template <typename Write>
kgw_error* GiveText(kgw_engine* engine, kgw_text** out, Write write) noexcept {
  return Control([&] {
    kgw_text*& text = Cleared(out);
    text = std::make_unique<kgw_text>(kgw_text{write(Given(engine, "engine").engine)}).release();
  });
}

void Fill(const Stats& from, kgw_stats* to) {
  to->generation = from.generation;
  to->snapshots = from.snapshots;
  to->retired_bytes = from.retired_bytes;
  to->readers = from.readers;
  to->readers_behind = from.behind.size();
  to->oldest_generation = 0;
  to->longest_behind_s = 0;
  to->longest_behind_reader = 0;
  for (const Stats::Behind& behind : from.behind) {
    if (to->oldest_generation != 0 && behind.generation >= to->oldest_generation) continue;
    to->oldest_generation = behind.generation;
    to->longest_behind_s = behind.seconds;
    to->longest_behind_reader = behind.reader;
  }
}

}  // namespace
}  // namespace kgw::capi

using namespace kgw::capi;  // NOLINT: the functions below are those of kgw/c.h

kgw_error* kgw_engine_new(const kgw_options* options, kgw_engine** out) {
  return Control([&] {
    kgw_engine*& engine = Cleared(out);
    engine = new kgw_engine{
        kgw::Engine(options == nullptr ? kgw::Options() : kgw::Options(options->options))};
  });
}

void kgw_engine_free(kgw_engine* engine) { delete engine; }

kgw_error* kgw_engine_apply(kgw_engine* engine, const kgw_source* sources, size_t count,
                            kgw_report** report) {
  return Apply(engine, report, [&](kgw::Engine* e) { return e->Apply(SourcesOf(sources, count)); });
}

kgw_error* kgw_engine_load(kgw_engine* engine, const kgw_str* paths, size_t count,
                           kgw_report** report) {
  return Apply(engine, report, [&](kgw::Engine* e) { return e->Load(PathsOf(paths, count)); });
}

kgw_error* kgw_engine_watch(kgw_engine* engine, const kgw_str* paths, size_t count,
                            kgw_report** report) {
  return Apply(engine, report, [&](kgw::Engine* e) { return e->Watch(PathsOf(paths, count)); });
}

kgw_error* kgw_engine_refresh(kgw_engine* engine, kgw_report** report) {
  return Apply(engine, report, [](kgw::Engine* e) { return e->Refresh(); });
}

kgw_error* kgw_engine_poll(kgw_engine* engine, int64_t now_ns, int64_t* next_ns) {
  return Control([&] {
    const int64_t next = Given(engine, "engine").engine.Poll(now_ns);
    if (next_ns != nullptr) *next_ns = next;
  });
}

int kgw_engine_fd(kgw_engine* engine) { return engine == nullptr ? -1 : engine->engine.fd(); }

kgw_error* kgw_engine_start(kgw_engine* engine) {
  return Control([&] { Given(engine, "engine").engine.Start(); });
}

void kgw_engine_stop(kgw_engine* engine) {
  kgw_error_free(Control([&] { Given(engine, "engine").engine.Stop(); }));
}

kgw_error* kgw_engine_stats(kgw_engine* engine, kgw_stats* out) {
  return Control([&] {
    Out<kgw_stats> to(out);
    RequireSize(to.code(), "out");
    Fill(Given(engine, "engine").engine.GetStats(), to.get());
    to.Finish();
  });
}

kgw_error* kgw_engine_routes(kgw_engine* engine, kgw_text** out) {
  return GiveText(engine, out, [](const kgw::Engine& e) { return kgw::RoutesJson(e.Routes()); });
}

kgw_error* kgw_engine_endpoints(kgw_engine* engine, kgw_text** out) {
  return GiveText(engine, out,
                  [](const kgw::Engine& e) { return kgw::EndpointsJson(e.Endpoints()); });
}

kgw_error* kgw_engine_explain(kgw_engine* engine, const kgw_request* request, int32_t json,
                              kgw_text** out) {
  return GiveText(engine, out, [&](const kgw::Engine& e) {
    const In<kgw_request> in(request);
    RequireSize(in.code(), "request");
    RequireRequest(*in);
    const kgw::Explanation explanation = e.Explain(RequestOf(*in));
    return json != 0 ? kgw::ExplanationJson(explanation) : ExplanationText(explanation);
  });
}

kgw_error* kgw_engine_objects(kgw_engine* engine, kgw_str kind, kgw_objects** out) {
  return Control([&] {
    kgw_objects*& objects = Cleared(out);
    objects = new kgw_objects{Given(engine, "engine").engine.Objects(View(kind, "kind"))};
  });
}

size_t kgw_objects_count(const kgw_objects* objects) {
  return objects == nullptr ? 0 : objects->objects.size();
}

int32_t kgw_objects_at(const kgw_objects* objects, size_t index, kgw_object* out) {
  if (index >= kgw_objects_count(objects)) return KGW_E_INVALID;
  Out<kgw_object> to(out);
  if (to.code() != KGW_OK) return to.code();
  const kgw::ObjectView& from = objects->objects[index];
  to->kind = Borrow(from.kind);
  to->namespace_ = Borrow(from.namespace_);
  to->name = Borrow(from.name);
  to->file = Borrow(from.file);
  to->line = from.line;
  to->reserved = 0;
  to->json = Borrow(from.json);
  to.Finish();
  return KGW_OK;
}

void kgw_objects_free(kgw_objects* objects) { delete objects; }
