#include "capi/caller.h"

#include "capi/see.h"

namespace kgw::fuzz {

Caller::~Caller() {
  for (kgw_reader* reader : readers_) kgw_reader_free(reader);
  for (const Pinned& pinned : pins_) {
    TouchPinned(pinned.decision);
    kgw_pin_free(pinned.pin);
  }
}

void Caller::Run(int steps, bool alone) {
  for (; steps > 0 && data_->remaining_bytes() > 0; --steps) {
    texts_.clear();
    if (alone && Rarely()) {
      world_->Replace(data_, data_->ConsumeBool());
    } else {
      Step();
    }
  }
}

void Caller::Step() {
  static constexpr void (Caller::* kSteps[])() = {
      &Caller::Route, &Caller::Route,       &Caller::RouteMany, &Caller::Retry, &Caller::Pin,
      &Caller::Apply, &Caller::StartOrStop, &Caller::NewReader, &Caller::Look,  &Caller::Explain,
      &Caller::Read,  &Caller::RestOrFree,  &Caller::Finish,    &Caller::Poll,  &Caller::Refresh};
  (this->*data_->PickValueInArray(kSteps))();
}

// ---------------------------------------------------------------- arguments

Host* Caller::SomeHost() {
  if (explaining_ != nullptr) return explaining_;  // two engines' locks would wait for each other
  return world_->host(Rarely());
}

kgw_reader* Caller::SomeReader() {
  if (readers_.empty()) return nullptr;
  return readers_[data_->ConsumeIntegralInRange<size_t>(0, readers_.size() - 1)];
}

kgw_str Caller::Text() {
  static constexpr kgw_str kWords[] = {
      {"/a/b?c", 6},           {"h.test", 6},    {"https", 5}, {"OPTIONS", 7},
      {"\x01\x00\x00\x01", 4}, {"default/g", 9}, {"", 0},      {nullptr, 1}};
  if (data_->ConsumeBool()) return data_->PickValueInArray(kWords);
  const std::string& text = texts_.emplace_back(data_->ConsumeRandomLengthString(24));
  return {text.data(), text.size()};
}

kgw_request Caller::Request() {
  static constexpr kgw_header kLines[] = {
      {{"x-f", 3}, {"1", 1}}, {{"Host", 4}, {"h.test", 6}}, {{"x", 1}, {nullptr, 1}}};
  kgw_request request = KGW_REQUEST_INIT;
  if (data_->ConsumeBool()) request.path = {"/a/b?c", 6};
  for (kgw_str* text :
       {&request.method, &request.scheme, &request.authority, &request.path, &request.sni,
        &request.peer, &request.local, &request.client_namespace, &request.gateway}) {
    if (Rarely()) *text = Text();
  }
  if (data_->ConsumeBool()) request.headers = kLines;
  if (request.headers != nullptr || Rarely()) request.header_count = Rarely() ? 3 : 2;
  if (data_->ConsumeBool()) {
    request.lookup_ctx = this;
    request.lookup = [](void* ctx, const char* name, size_t name_size, size_t, const char** value,
                        size_t* size) {
      return static_cast<Caller*>(ctx)->LookUp({name, name_size}, value, size);
    };
  }
  if (Rarely()) request.protocol = data_->ConsumeIntegralInRange<int32_t>(-1, 5);
  request.peek = Rarely() ? 1 : 0;
  return request;
}

// What the table of a caller may answer: lies too, and calls from inside of the call.
int32_t Caller::LookUp(kgw_str name, const char** value, size_t* size) {
  Touch(name);
  kgw_str text = {"1", 1};
  switch (data_->ConsumeIntegralInRange<int>(0, 5)) {
    case 1:
      break;
    case 2:
      text = {nullptr, data_->ConsumeIntegral<size_t>()};
      break;
    case 3:
      text = Text();
      break;
    case 4:
      if (busy_.size() < 3) Step();
      return 0;
    default:
      return 0;
  }
  *value = text.data;
  *size = text.len;
  return data_->ConsumeBool() ? 1 : -1;
}

}  // namespace kgw::fuzz
