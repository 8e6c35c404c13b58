#include "engine_object.h"

#include <string>
#include <thread>
#include <utility>

#include "kgw/error.h"

namespace kgw::python {
namespace {

// True, False and numbers are written as the program's --set has them.
std::string OptionText(nb::handle value) {
  if (PyBool_Check(value.ptr())) return value.ptr() == Py_True ? "on" : "off";
  if (PyLong_Check(value.ptr())) return Copy(nb::str(value), "option");
  return Copy(value, "option");
}

void SetOptions(nb::handle given, Options* options) {
  const nb::dict dict = nb::cast<nb::dict>(given);
  for (const auto& [key, value] : dict) {
    const std::string problem = options->Set(Copy(key, "name of an option"), OptionText(value));
    if (!problem.empty()) RaiseValue(problem);
  }
}

// Made where Python wants it, for it is large.
nb::object NewDecision(const Decision& decision, std::shared_ptr<const Pin> pin,
                       const std::shared_ptr<Engine>& engine) {
  nb::object object = nb::inst_alloc(nb::type<OwnedDecision>());
  new (nb::inst_ptr<OwnedDecision>(object)) OwnedDecision(decision, std::move(pin), engine);
  nb::inst_mark_ready(object);
  return object;
}

void CheckCallable(const char* what, nb::handle object) {
  if (!object.is_none() && !PyCallable_Check(object.ptr())) RaiseType(what, "a callable", object);
}

}  // namespace

void LastReport::Set(const Report& report) {
  const std::lock_guard lock(mutex_);
  report_ = report;
}

Report LastReport::Get() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

EngineObject::EngineObject(nb::handle options, nb::handle upstream_types, nb::handle seed,
                           nb::handle log, nb::handle on_reload) {
  CheckCallable("log", log);
  CheckCallable("on_reload", on_reload);
  Options made;
  SetOptions(options, &made);
  if (!seed.is_none()) made.seed = ReadNumber("seed", seed, UINT64_MAX);
  if (!log.is_none()) callbacks_->log = nb::borrow(log);
  if (!on_reload.is_none()) callbacks_->on_reload = nb::borrow(on_reload);
  AddCallbacks(callbacks_, upstream_types, &made);
  made.on_reload = [last = last_, callbacks = callbacks_](const Report& report) {
    last->Set(report);
    TellReload(*callbacks, report);
  };
  live_ = std::make_shared<Live>();
  live_->engine = std::make_shared<Engine>(std::move(made));
  live_->reader = live_->engine->NewReader();
}

EngineObject::~EngineObject() {
  if (live_ == nullptr) return;
  try {
    Close();
  } catch (const ReentrantCall&) {
    // A callback of this very engine dropped it: it ends when that has returned.
    std::thread([live = std::move(live_)]() mutable { live.reset(); }).detach();
  }
}

void EngineObject::Close() {
  if (live_ == nullptr) return;
  const std::shared_ptr<Live> live = live_;
  const nb::gil_scoped_release release;  // callbacks on the engine's thread may still want it
  live->engine->Stop();
  const nb::gil_scoped_acquire acquire;
  live_ = nullptr;
}

const std::shared_ptr<EngineObject::Live>& EngineObject::GetLive() const {
  if (live_ == nullptr) throw nb::value_error("the engine is closed");
  return live_;
}

// The reader lets go: only decisions keep a snapshot.
std::shared_ptr<const Pin> EngineObject::PinOf(const Live& live) {
  std::shared_ptr<const Pin> pin = live.reader->Pin();
  live.reader->Rest();
  return pin;
}

nb::object EngineObject::Route(const Request& request) {
  const Live& live = *GetLive();
  Decision decision;
  live.reader->Route(request, &decision);
  return NewDecision(decision, PinOf(live), live.engine);
}

nb::object EngineObject::Retry(const Request* request, Ticket* ticket, const Outcome& outcome) {
  const Live& live = *GetLive();
  Decision decision;
  live.reader->Retry(request, ticket, outcome, &decision);
  return NewDecision(decision, PinOf(live), live.engine);
}

nb::list EngineObject::RouteMany(const std::vector<Request>& requests) {
  const std::shared_ptr<Live> live = GetLive();  // a finalizer that runs meanwhile may close it
  std::vector<Decision> decisions(requests.size());
  live->reader->RouteMany(requests, decisions);
  const std::shared_ptr<const Pin> pin = PinOf(*live);
  nb::list out;
  for (const Decision& decision : decisions) out.append(NewDecision(decision, pin, live->engine));
  return out;
}

void EngineObject::Done(Ticket* ticket, const Outcome& outcome) {
  GetLive()->engine->Done(ticket, outcome);
}

}  // namespace kgw::python
