// callbacks.h - Python objects that an engine calls.
//
// The engine reaches them through a shared Callbacks from any thread, and takes the GIL itself.
// Python's garbage collector sees them through their EngineObject, which may empty them when
// nothing else refers to the engine any more: each call looks first.
#pragma once

#include <memory>
#include <vector>

#include "kgw/diagnostic.h"
#include "kgw/options.h"
#include "kgw/upstream_type.h"
#include "texts.h"

namespace kgw::python {

struct Callbacks {
  Callbacks() = default;
  Callbacks(const Callbacks&) = delete;
  Callbacks& operator=(const Callbacks&) = delete;
  ~Callbacks();

  nb::object log;        // log(level, text), or null
  nb::object on_reload;  // on_reload(report), or null
  std::vector<nb::object> types;
  nb::object pending;  // what is no Exception, like KeyboardInterrupt: raised after the call

  int Traverse(visitproc visit, void* arg) const;
  void Clear();
  void RaisePending();
};

// What an Upstream type may report with. Works within the call of resolve() that it was given to.
struct Reporter {
  void operator()(nb::handle pointer, nb::handle message, nb::handle severity) const;

  UpstreamReporter* target = nullptr;
};

// Calls on_reload, if there is one. Without the GIL.
void TellReload(const Callbacks& callbacks, const Report& report);

// Adds the callbacks but on_reload to `options`, and the types after asking each for its field.
// Raises TypeError.
void AddCallbacks(const std::shared_ptr<Callbacks>& callbacks, nb::handle types, Options* options);

}  // namespace kgw::python
