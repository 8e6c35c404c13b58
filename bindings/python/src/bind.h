// bind.h - the parts of the module, in the order in which they depend on each other.
#pragma once

#include <initializer_list>
#include <vector>

#include "kgw/ticket.h"
#include "texts.h"

namespace kgw::python {

void BindDecision(nb::module_& module);
void BindRequest(nb::module_& module);
void BindControl(nb::module_& module);  // reports, tables, statistics
void BindCallbacks(nb::module_& module);
void BindEngine(nb::module_& module);

// What a frozen dataclass of these fields would have: a repr, equality and a hash by value.
template <typename Class>
void BindFields(Class& type, std::initializer_list<const char*> names) {
  const std::vector<const char*> fields = names;
  const auto values = [fields](nb::handle self) {
    nb::list list;
    for (const char* field : fields) list.append(self.attr(field));
    return nb::tuple(list);
  };
  type.def(
      "__repr__",
      [fields](nb::handle self) {
        nb::list parts;
        for (const char* field : fields) {
          parts.append(nb::str(field) + nb::str("=") + nb::repr(self.attr(field)));
        }
        return nb::str("kgw.") + nb::getattr(self.type(), "__name__") + nb::str("(") +
               nb::str(", ").attr("join")(parts) + nb::str(")");
      },
      nb::sig("def __repr__(self) -> str"));
  type.def(
      "__eq__",
      [values](nb::handle self, nb::handle other) {
        if (!self.type().is(other.type())) return nb::borrow(Py_NotImplemented);
        return nb::object(nb::bool_(values(self).equal(values(other))));
      },
      nb::sig("def __eq__(self, other: object, /) -> bool"));
  type.def(
      "__hash__", [values](nb::handle self) { return nb::hash(values(self)); },
      nb::sig("def __hash__(self) -> int"));
}

}  // namespace kgw::python
