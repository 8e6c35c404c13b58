// The steps of any thread.
#include <cstdlib>

#include "capi/caller.h"
#include "capi/row.h"
#include "capi/see.h"
#include "require.h"

namespace kgw::fuzz {

void Caller::NewReader() {
  kgw_reader* reader = nullptr;
  const int32_t code = Free(kgw_reader_new(SomeEngine(), &reader));
  Require((code == KGW_OK) == (reader != nullptr), "a reader or an error");
  if (reader != nullptr) readers_.push_back(reader);
}

void Caller::Finish() {
  Row<kgw_outcome> outcome(data_, {KGW_OUTCOME_INIT});
  kgw_engine* engine = SomeEngine();
  for (kgw_ticket& ticket : tickets_) Known(kgw_ticket_done(engine, &ticket, outcome.data()));
  if (data_->ConsumeBool()) tickets_.clear();
}

// ---------------------------------------------------------------- the configuration

// A call that takes a report, or none.
template <typename Call>
void Caller::Change(Call call) {
  kgw_report* report = nullptr;
  const bool wanted = data_->ConsumeBool();
  const int32_t code = Free(call(SomeEngine(), wanted ? &report : nullptr));
  Require((wanted && code == KGW_OK) == (report != nullptr), "a report or an error");
  Free(report);
}

void Caller::Apply() {
  std::string text = Rarely() ? "" : kShop;
  if (data_->ConsumeBool()) {
    text.replace(data_->ConsumeIntegralInRange<size_t>(0, text.size()), 4,
                 data_->ConsumeRandomLengthString(8));
  }
  const kgw_str bytes = {text.data(), text.size()};
  const int32_t format = Rarely() ? data_->ConsumeIntegralInRange<int32_t>(-1, 3) : KGW_FORMAT_AUTO;
  const kgw_source sources[] = {{{"a.yaml", 6}, bytes, format, 0}, {Text(), Text(), 0, Rarely()}};
  const size_t count = data_->ConsumeIntegralInRange<size_t>(0, 2);
  const kgw_source* given = Rarely() ? nullptr : sources;
  Change(
      [&](auto* engine, auto** report) { return kgw_engine_apply(engine, given, count, report); });
}

void Caller::Read() {
  Folder& folder = Folder::Get();
  if (data_->ConsumeBool()) {
    static constexpr const char* kTexts[] = {"", "kind: [", "# nothing"};
    folder.Change(data_->ConsumeBool() ? kShop : data_->PickValueInArray(kTexts));
  }
  const kgw_str paths[] = {{folder.path().data(), folder.path().size()},
                           {folder.file().data(), folder.file().size()},
                           {"/no/where", 9},
                           {nullptr, 1}};
  const kgw_str* from = &paths[data_->ConsumeIntegralInRange<size_t>(0, std::size(paths) - 1)];
  const size_t count = data_->ConsumeIntegralInRange<size_t>(0, &paths[std::size(paths)] - from);
  const auto call = data_->ConsumeBool() ? kgw_engine_watch : kgw_engine_load;
  Change([&](auto* engine, auto** report) { return call(engine, from, count, report); });
}

void Caller::Refresh() { Change(kgw_engine_refresh); }

void Caller::Poll() {
  if (Rarely()) now_ = data_->ConsumeIntegral<int64_t>();
  kgw_engine* engine = SomeEngine();
  const bool ask = data_->ConsumeBool();
  int64_t next = 0;
  for (int i = 0; i < 3; ++i) {  // what has changed is seen first, and later has settled
    Free(kgw_engine_poll(engine, now_, ask ? &next : nullptr));
    if (now_ < INT64_MAX / 2) now_ += 60'000'000;
  }
}

void Caller::StartOrStop() {
  kgw_engine* engine = SomeEngine();
  if (data_->ConsumeBool()) {
    Free(kgw_engine_start(engine));
  } else {
    kgw_engine_stop(engine);
  }
  Require((engine == nullptr) == (kgw_engine_fd(engine) < 0), "an engine has a descriptor");
}

// ---------------------------------------------------------------- looking inside

void Caller::Look() {
  kgw_engine* engine = SomeEngine();
  kgw_text* text = nullptr;
  kgw_objects* objects = nullptr;
  Row<kgw_stats> stats(data_, {KGW_STATS_INIT});
  static constexpr kgw_str kKinds[] = {{"HTTPRoute", 9}, {"Upstream", 8}};
  switch (data_->ConsumeIntegralInRange<int>(0, 3)) {
    case 0:
      Free(kgw_engine_routes(engine, &text));
      break;
    case 1:
      Free(kgw_engine_endpoints(engine, &text));
      break;
    case 2:
      Free(kgw_engine_objects(engine, Rarely() ? Text() : data_->PickValueInArray(kKinds),
                              &objects));
      break;
    default:
      Free(kgw_engine_stats(engine, stats.data()));
      Require(stats.Get(0).readers_behind <= stats.Get(0).readers, "more behind than there are");
  }
  FreeJson(text);
  Free(objects);
}

// Holds the engine's lock while it looks fields up.
void Caller::Explain() {
  Host* const outer = explaining_;
  Host* const host = SomeHost();
  const int32_t json = data_->ConsumeBool() ? 1 : 0;
  Row<kgw_request> request(data_, {Request()});
  kgw_text* text = nullptr;
  explaining_ = host;
  const int32_t code = Free(kgw_engine_explain(host->engine, request.data(), json, &text));
  explaining_ = outer;
  Require((code == KGW_OK) == (text != nullptr), "an explanation or an error");
  if (json != 0) {
    FreeJson(text);
  } else {
    Free(text);
  }
}

}  // namespace kgw::fuzz
