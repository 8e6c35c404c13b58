#include "callbacks.h"

#include <stdexcept>
#include <utility>

namespace kgw::python {
namespace {

const char* LevelWord(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

// Nobody is there to catch it.
void Unraisable(nb::python_error& error, const nb::object& where) {
  error.restore();
  PyErr_WriteUnraisable(where.ptr());
}

// "ValueError: no such host". A str() that raises leaves the type's name.
std::string OneLine(const nb::python_error& error) {
  std::string text = Copy(nb::getattr(error.type(), "__name__"), "name");
  try {
    text += ": " + Copy(nb::str(error.value()), "text");
  } catch (nb::python_error&) {
  }
  return text;
}

class PythonUpstreamType : public UpstreamType {
 public:
  PythonUpstreamType(std::shared_ptr<Callbacks> callbacks, size_t index, std::string field)
      : callbacks_(std::move(callbacks)), index_(index), field_(std::move(field)) {}

  std::string_view field() const override { return field_; }
  bool Resolve(const UpstreamObject& object, UpstreamReporter* reporter,
               std::vector<UpstreamEndpoint>* endpoints) override;

 private:
  const std::shared_ptr<Callbacks> callbacks_;
  const size_t index_;
  const std::string field_;
};

bool CallResolve(const nb::object& type, const UpstreamObject& object, const nb::object& reporter,
                 std::vector<UpstreamEndpoint>* endpoints) {
  const nb::object config = nb::module_::import_("json").attr("loads")(Decode(object.json));
  const nb::object answer =
      type.attr("resolve")(Decode(object.namespace_), Decode(object.name), config, reporter);
  if (answer.is_none()) return false;
  for (const nb::handle item : nb::iter(answer)) {
    UpstreamEndpoint* endpoint = nullptr;
    if (!nb::try_cast(item, endpoint) || endpoint == nullptr) {
      RaiseType("endpoint", "kgw.UpstreamEndpoint", item);
    }
    endpoints->push_back(*endpoint);
  }
  return true;
}

bool PythonUpstreamType::Resolve(const UpstreamObject& object, UpstreamReporter* reporter,
                                 std::vector<UpstreamEndpoint>* endpoints) {
  const nb::gil_scoped_acquire gil;
  const nb::object type = callbacks_->types.empty() ? nb::object() : callbacks_->types[index_];
  if (!type.is_valid()) return false;
  const nb::object tool = nb::cast(Reporter{reporter});
  std::string failure;
  bool exists = false;
  try {
    exists = CallResolve(type, object, tool, endpoints);
  } catch (nb::python_error& error) {
    failure = OneLine(error);
    if (!error.matches(PyExc_Exception)) callbacks_->pending = nb::borrow(error.value());
  }
  nb::cast<Reporter&>(tool).target = nullptr;
  if (!failure.empty()) throw std::runtime_error(failure);  // becomes a finding
  return exists;
}

std::string FieldOf(nb::handle type) {
  if (!nb::hasattr(type, "field") || !nb::hasattr(type, "resolve")) {
    RaiseType("upstream_types", "objects with `field` and `resolve`", type);
  }
  return Copy(type.attr("field"), "field of an Upstream type");
}

}  // namespace

Callbacks::~Callbacks() {
  if (!log.is_valid() && !on_reload.is_valid() && types.empty() && !pending.is_valid()) return;
  const nb::gil_scoped_acquire gil;
  Clear();
}

int Callbacks::Traverse(visitproc visit, void* arg) const {
  for (const nb::object* object : {&log, &on_reload, &pending}) Py_VISIT(object->ptr());
  for (const nb::object& type : types) Py_VISIT(type.ptr());
  return 0;
}

void Callbacks::Clear() {
  // Whatever runs when these go finds them gone already.
  const nb::object a = std::move(log), b = std::move(on_reload), c = std::move(pending);
  const std::vector<nb::object> d = std::move(types);
  types.clear();
}

void Callbacks::RaisePending() {
  if (!pending.is_valid()) return;
  const nb::object error = std::move(pending);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
  throw nb::python_error();
}

void Reporter::operator()(nb::handle pointer, nb::handle message, nb::handle severity) const {
  if (target == nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "report() is of use within resolve() alone");
    throw nb::python_error();
  }
  const std::string word = Copy(severity, "severity");
  if (word != "error" && word != "warning") {
    PyErr_SetString(PyExc_ValueError, "severity must be \"error\" or \"warning\"");
    throw nb::python_error();
  }
  target->Report(Copy(pointer, "pointer"), word == "error" ? Severity::kError : Severity::kWarning,
                 Copy(message, "message"));
}

void TellReload(const Callbacks& callbacks, const Report& report) {
  const nb::gil_scoped_acquire gil;
  const nb::object on_reload = callbacks.on_reload;
  if (!on_reload.is_valid()) return;
  try {
    on_reload(report);
  } catch (nb::python_error& error) {
    Unraisable(error, on_reload);
  }
}

void AddCallbacks(const std::shared_ptr<Callbacks>& callbacks, nb::handle types, Options* options) {
  for (const nb::handle type : nb::iter(types)) {
    callbacks->types.push_back(nb::borrow(type));
    options->upstream_types.push_back(std::make_shared<PythonUpstreamType>(
        callbacks, callbacks->types.size() - 1, FieldOf(type)));
  }
  if (callbacks->log.is_valid()) {
    options->log = [callbacks](LogLevel level, std::string_view text) {
      const nb::gil_scoped_acquire gil;
      const nb::object log = callbacks->log;
      if (!log.is_valid()) return;
      try {
        log(LevelWord(level), Decode(text));
      } catch (nb::python_error& error) {
        Unraisable(error, log);
      }
    };
  }
}

}  // namespace kgw::python
