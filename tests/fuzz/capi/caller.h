// tests/fuzz/capi/caller.h - one thread that calls the C ABI at random, with what is its own:
// readers, pins, tickets. Engines are shared.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>

#include <deque>
#include <string>
#include <vector>

#include "capi/world.h"
#include "kgw/c.h"

namespace kgw::fuzz {

class Caller {
 public:
  Caller(World* world, FuzzedDataProvider* data) : world_(world), data_(data) {}
  ~Caller();
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  // `alone`: no other thread is at work, so that engines may come and go.
  void Run(int steps, bool alone);

 private:
  void Step();

  // Arguments.
  bool Rarely() { return data_->ConsumeIntegralInRange<int>(0, 7) == 7; }
  kgw_str Text();
  kgw_request Request();
  int32_t LookUp(kgw_str name, const char** value, size_t* size);
  Host* SomeHost();
  kgw_engine* SomeEngine() { return SomeHost()->engine; }
  kgw_reader* SomeReader();

  // Steps of the owner of a reader.
  void Route();
  void RouteMany();
  void Retry();
  void Pin();
  void RestOrFree();
  template <typename Call>
  int32_t On(kgw_reader* reader, Call call);
  void Decided(int32_t code, const kgw_request* request, const kgw_decision& decision);

  // Steps of any thread.
  void NewReader();
  void Finish();
  void Apply();
  void Read();
  void Refresh();
  void Poll();
  void StartOrStop();
  void Look();
  void Explain();
  template <typename Call>
  void Change(Call call);

  struct Pinned {
    kgw_pin* pin;
    kgw_decision decision;
  };

  World* const world_;
  FuzzedDataProvider* const data_;
  std::vector<kgw_reader*> readers_;
  std::vector<kgw_reader*> busy_;  // with calls that we are inside of
  std::vector<Pinned> pins_;
  std::vector<kgw_ticket> tickets_;
  std::deque<std::string> texts_;  // of one step: nobody may look at them later
  Host* explaining_ = nullptr;     // this one's lock is ours
  int64_t now_ = 0;
};

}  // namespace kgw::fuzz
