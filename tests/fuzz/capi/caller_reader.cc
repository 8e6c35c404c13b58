// The steps of a reader's owner.
#include <algorithm>

#include "capi/caller.h"
#include "capi/row.h"
#include "capi/see.h"
#include "require.h"

namespace kgw::fuzz {

// A call on a reader, which may call back and must then refuse more on the same.
template <typename Call>
int32_t Caller::On(kgw_reader* reader, Call call) {
  const bool inside = std::find(busy_.begin(), busy_.end(), reader) != busy_.end();
  busy_.push_back(reader);
  const int32_t code = call();
  busy_.pop_back();
  Known(code);
  Require(code != KGW_OK || !inside, "a reader did two things at once");
  Require(code != KGW_E_BUSY || inside, "a reader with nothing to do is busy");
  return code;
}

void Caller::Decided(int32_t code, const kgw_request* request, const kgw_decision& decision) {
  if (code != KGW_OK) return;
  Touch(decision, data_->ConsumeBool() ? request : nullptr);
  tickets_.push_back(decision.ticket);
  for (size_t i = 0; i < decision.mirror_count; ++i) {
    tickets_.push_back(decision.mirrors[i].ticket);
  }
}

void Caller::Route() {
  kgw_reader* reader = SomeReader();
  Row<kgw_request> request(data_, {Request()});
  Row<kgw_decision> decision(data_, {KGW_DECISION_INIT});
  const int32_t code =
      On(reader, [&] { return kgw_reader_route(reader, request.data(), decision.data()); });
  Decided(code, request.data(), decision.Get(0));
}

void Caller::RouteMany() {
  kgw_reader* reader = SomeReader();
  std::vector<kgw_request> wanted;
  for (size_t n = data_->ConsumeIntegralInRange<size_t>(0, 4); n > 0; --n) {
    wanted.push_back(Request());
  }
  Row<kgw_request> requests(data_, wanted);
  Row<kgw_decision> decisions(data_, std::vector<kgw_decision>(wanted.size(), KGW_DECISION_INIT));
  const size_t lie = Rarely() ? 8 : 0;
  const int32_t code = On(reader, [&] {
    return kgw_reader_route_many(reader, requests.data(), requests.size() + lie, decisions.data(),
                                 decisions.size(), wanted.size());
  });
  for (size_t i = 0; i < wanted.size(); ++i) Decided(code, &wanted[i], decisions.Get(i));
}

void Caller::Retry() {
  kgw_reader* reader = SomeReader();
  Row<kgw_request> request(data_, {Request()});
  Row<kgw_decision> decision(data_, {KGW_DECISION_INIT});
  kgw_outcome failed = KGW_OUTCOME_INIT;
  failed.result = data_->ConsumeIntegralInRange<int32_t>(-1, 5);
  Row<kgw_outcome> outcome(data_, {failed});
  kgw_ticket ticket = tickets_.empty() ? kgw_ticket{} : tickets_.back();
  if (Rarely()) ticket.opaque[data_->ConsumeIntegralInRange<size_t>(0, 7)] += 1;
  const kgw_request* given = data_->ConsumeBool() ? request.data() : nullptr;
  const int32_t code = On(reader, [&] {
    return kgw_reader_retry(reader, given, &ticket, outcome.data(), decision.data());
  });
  Decided(code, given, decision.Get(0));
}

void Caller::Pin() {
  kgw_reader* reader = SomeReader();
  const kgw_request request = Request();
  kgw_decision decision = KGW_DECISION_INIT;
  const int32_t code = On(reader, [&] { return kgw_reader_route(reader, &request, &decision); });
  Decided(code, &request, decision);
  kgw_pin* pin = nullptr;
  On(reader, [&] { return kgw_decision_pin(reader, &pin); });
  if (pin != nullptr) pins_.push_back({pin, code == KGW_OK ? decision : kgw_decision{}});
}

void Caller::RestOrFree() {
  if (data_->ConsumeBool() || !busy_.empty() || readers_.empty()) {
    kgw_reader_rest(SomeReader());
    return;
  }
  kgw_reader_free(readers_.back());
  readers_.pop_back();
}

}  // namespace kgw::fuzz
