// engine_object.h - the engine as Python has it: with callbacks, the last report, and an end.
//
// Every function here is called with the GIL. Control calls let go of it while the engine works:
// one that waited for the engine's mutex with the GIL would never let a callback in. Calls about
// requests keep it, and so take turns: one reader does for all threads. It rests after each call,
// since decisions have a pin of their own.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "callbacks.h"
#include "kgw/engine.h"
#include "owned.h"
#include "texts.h"

namespace kgw::python {

// Of the newest change, whoever made it. Any thread.
class LastReport {
 public:
  void Set(const Report& report);
  Report Get() const;

 private:
  mutable std::mutex mutex_;
  Report report_;
};

class EngineObject {
 public:
  // Raises ValueError and TypeError.
  EngineObject(nb::handle options, nb::handle upstream_types, nb::handle seed, nb::handle log,
               nb::handle on_reload);
  EngineObject(const EngineObject&) = delete;
  EngineObject& operator=(const EngineObject&) = delete;
  ~EngineObject();

  // Ends the engine: later calls raise ValueError. Decisions and reports stay valid.
  void Close();
  bool closed() const { return live_ == nullptr; }

  // Each answers with Decisions, objects of Python's.
  nb::object Route(const Request& request);
  nb::list RouteMany(const std::vector<Request>& requests);
  nb::object Retry(const Request* request, Ticket* ticket, const Outcome& outcome);
  void Done(Ticket* ticket, const Outcome& outcome);

  // change(engine) -> Report, without the GIL; remembers the report.
  template <typename F>
  Report Change(F change) {
    const std::shared_ptr<LastReport> last = last_;
    Report report = Control(std::move(change));
    last->Set(report);
    return report;
  }

  // f(engine), without the GIL.
  template <typename F>
  auto Control(F f) {
    using Answer = decltype(f(std::declval<Engine&>()));
    std::conditional_t<std::is_void_v<Answer>, bool, std::optional<Answer>> answer{};
    std::shared_ptr<Live> live = GetLive();
    {
      const nb::gil_scoped_release release;
      if constexpr (std::is_void_v<Answer>) {
        f(*live->engine);
      } else {
        answer.emplace(f(*live->engine));
      }
      live.reset();  // perhaps the last one: somebody closed it meanwhile
    }
    callbacks_->RaisePending();
    if constexpr (!std::is_void_v<Answer>) return Answer(std::move(*answer));
  }

  Report last_report() const { return last_->Get(); }
  const std::shared_ptr<Callbacks>& callbacks() const { return callbacks_; }

 private:
  // What a call under way keeps.
  struct Live {
    std::shared_ptr<Engine> engine;
    std::unique_ptr<Reader> reader;
  };

  static std::shared_ptr<const Pin> PinOf(const Live& live);
  const std::shared_ptr<Live>& GetLive() const;  // raises ValueError if there is none

  const std::shared_ptr<Callbacks> callbacks_ = std::make_shared<Callbacks>();
  const std::shared_ptr<LastReport> last_ = std::make_shared<LastReport>();
  std::shared_ptr<Live> live_;
};

}  // namespace kgw::python
