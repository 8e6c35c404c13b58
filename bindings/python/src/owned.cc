#include "owned.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace kgw::python {
namespace {

constexpr size_t kAlign = 8;

size_t Aligned(size_t size) { return (size + kAlign - 1) / kAlign * kAlign; }

// Walk() shows each text and list of a value to a visitor; Measure takes the room that they need,
// Keep copies them into a block of that size.

template <typename Visitor, typename T>
  requires std::is_same_v<std::remove_const_t<T>, Header>
void Walk(Visitor& visit, T& header) {
  visit.Text(header.name);
  visit.Text(header.value);
}

template <typename Visitor, typename T>
  requires std::is_same_v<std::remove_const_t<T>, Request>
void Walk(Visitor& visit, T& r) {
  // Lists first: they want to be aligned, texts do not.
  visit.Items(r.headers);
  for (auto* text : {&r.method, &r.scheme, &r.authority, &r.path, &r.sni, &r.peer, &r.local,
                     &r.client_namespace, &r.gateway}) {
    visit.Text(*text);
  }
}

// Unless changed, these point into the request.
template <typename Visitor, typename T>
  requires std::is_same_v<std::remove_const_t<T>, Decision>
void Walk(Visitor& visit, T& decision) {
  if ((decision.changed & Decision::kMethod) == 0) visit.Text(decision.request.method);
  if ((decision.changed & Decision::kScheme) == 0) visit.Text(decision.request.scheme);
  if ((decision.changed & Decision::kAuthority) == 0) visit.Text(decision.request.authority);
  if ((decision.changed & Decision::kPath) == 0) visit.Text(decision.request.path);
}

struct Measure {
  void Text(const Str& text) { size += text.length; }

  template <typename T>
  void Items(const List<T>& list) {
    if (list.empty()) return;
    size = Aligned(size) + list.count * sizeof(T);
    for (const T& item : list) Walk(*this, item);
  }

  size_t size = 0;
};

struct Keep {
  void Text(Str& text) {
    if (text.length == 0) {
      text = {};
      return;
    }
    std::memcpy(block + used, text.bytes, text.length);
    text.bytes = block + used;
    used += text.length;
  }

  template <typename T>
  void Items(List<T>& list) {
    if (list.empty()) return;
    used = Aligned(used);
    T* items = reinterpret_cast<T*>(block + used);
    std::uninitialized_copy(list.begin(), list.end(), items);
    used += list.count * sizeof(T);
    for (size_t i = 0; i < list.count; ++i) Walk(*this, items[i]);
    list = {items, list.count};
  }

  char* block;
  size_t used = 0;
};

template <typename T>
std::unique_ptr<char[]> KeepAll(T* value) {
  Measure measure;
  Walk(measure, static_cast<const T&>(*value));
  auto block = std::unique_ptr<char[]>(new char[measure.size + 1]);
  Keep keep{block.get()};
  Walk(keep, *value);
  return block;
}

}  // namespace

OwnedRequest::OwnedRequest(const Request& request)
    : request_(request), block_(KeepAll(&request_)) {}

OwnedDecision::OwnedDecision(const Decision& decision, std::shared_ptr<const Pin> pin,
                             std::weak_ptr<const Engine> engine)
    : decision_(decision),
      block_(KeepAll(&decision_)),
      pin_(std::move(pin)),
      engine_(std::move(engine)) {}

OwnedDecision::~OwnedDecision() {
  if (pin_ != nullptr && !(decision_.ticket.empty() && decision_.mirrors.empty())) Abort();
}

void OwnedDecision::Abort() noexcept {
  const std::shared_ptr<const Engine> engine = engine_.lock();
  if (engine == nullptr) return;
  Outcome outcome;
  outcome.result = Result::kAborted;
  engine->Done(&decision_.ticket, outcome);
  for (const Mirror& mirror : decision_.mirrors) {
    engine->Done(&const_cast<Mirror&>(mirror).ticket, outcome);  // nobody else has it
  }
}

}  // namespace kgw::python
