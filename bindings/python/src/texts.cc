#include "texts.h"

namespace kgw::python {

void RaiseType(const char* what, const char* expected, nb::handle got) {
  PyErr_Format(PyExc_TypeError, "%s: expected %s, not %s", what, expected,
               Py_TYPE(got.ptr())->tp_name);
  throw nb::python_error();
}

void RaiseValue(const std::string& text) {
  PyErr_SetObject(PyExc_ValueError, Decode(text).ptr());
  throw nb::python_error();
}

uint64_t ReadNumber(const char* what, nb::handle value, uint64_t most) {
  if (!PyLong_Check(value.ptr())) RaiseType(what, "int", value);
  const unsigned long long number = PyLong_AsUnsignedLongLong(value.ptr());
  const bool failed = number == static_cast<unsigned long long>(-1) && PyErr_Occurred();
  if (failed) PyErr_Clear();
  if (failed || number > most) {
    RaiseValue(std::string(what) + " must be a number from 0 to " + std::to_string(most));
  }
  return number;
}

Str BorrowOther(nb::handle text, const char* what, Keepers* keepers) {
  Py_ssize_t size = 0;
  if (PyUnicode_Check(text.ptr())) {
    if (const char* utf8 = PyUnicode_AsUTF8AndSize(text.ptr(), &size)) {
      return {utf8, static_cast<size_t>(size)};
    }
    PyErr_Clear();  // there are surrogates
    nb::object bytes = nb::steal(PyUnicode_AsEncodedString(text.ptr(), "utf-8", "surrogateescape"));
    if (!bytes.is_valid()) throw nb::python_error();
    keepers->push_back(bytes);
    return {PyBytes_AS_STRING(bytes.ptr()), static_cast<size_t>(PyBytes_GET_SIZE(bytes.ptr()))};
  }
  RaiseType(what, "str or bytes", text);
}

std::string Copy(nb::handle text, const char* what) {
  Keepers keepers;
  return std::string(Borrow(text, what, &keepers));
}

nb::object Decode(std::string_view text) {
  nb::object object = nb::steal(DecodeOrNull(text));
  if (!object.is_valid()) throw nb::python_error();
  return object;
}

}  // namespace kgw::python
