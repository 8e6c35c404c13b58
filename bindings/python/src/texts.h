// texts.h - texts between Python and kgw.
//
// A text goes in as str or bytes and comes out as str, in UTF-8 with `surrogateescape`: bytes that
// are no UTF-8 become a str all the same, and such a str becomes the same bytes again. Callers hold
// the GIL.
#pragma once

#include <nanobind/nanobind.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "kgw/request.h"
#include "kgw/str.h"

namespace kgw::python {

namespace nb = nanobind;

// Objects that borrowed texts point to and that nobody else holds.
using Keepers = std::vector<nb::object>;

inline bool IsText(nb::handle object) {
  return PyUnicode_Check(object.ptr()) || PyBytes_Check(object.ptr());
}

// "expected str or bytes, not int"
[[noreturn]] void RaiseType(const char* what, const char* expected, nb::handle got);

[[noreturn]] void RaiseValue(const std::string& text);

// An int from 0 to `most`. Raises TypeError and ValueError.
uint64_t ReadNumber(const char* what, nb::handle value, uint64_t most);

// For what is not ASCII or bytes.
Str BorrowOther(nb::handle text, const char* what, Keepers* keepers);

// The bytes of a str or bytes object, which must live as long as they do. Raises TypeError for
// anything else, and UnicodeEncodeError for a lone surrogate that stands for no byte.
inline Str Borrow(nb::handle text, const char* what, Keepers* keepers) {
  PyObject* object = text.ptr();
  if (PyUnicode_Check(object) && PyUnicode_IS_COMPACT_ASCII(object)) {
    return {static_cast<const char*>(PyUnicode_DATA(object)),
            static_cast<size_t>(PyUnicode_GET_LENGTH(object))};
  }
  if (PyBytes_Check(object)) {
    return {PyBytes_AS_STRING(object), static_cast<size_t>(PyBytes_GET_SIZE(object))};
  }
  return BorrowOther(text, what, keepers);
}

std::string Copy(nb::handle text, const char* what);

nb::object Decode(std::string_view text);

// As nanobind's own casters, but for the rules above, and with tuples for lists: results are
// read-only.
template <typename T>
nb::handle DecodeOrNull(const T& text) noexcept {
  const std::string_view bytes = text;
  return PyUnicode_DecodeUTF8(bytes.data(), static_cast<Py_ssize_t>(bytes.size()),
                              "surrogateescape");
}

template <typename Range>
nb::handle TupleOrNull(const Range& items, nb::rv_policy policy,
                       nb::detail::cleanup_list* cleanup) noexcept {
  using Item = std::remove_cvref_t<decltype(*items.begin())>;
  using Caster = nb::detail::make_caster<Item>;
  PyObject* tuple = PyTuple_New(static_cast<Py_ssize_t>(items.size()));
  if (tuple == nullptr) return {};
  Py_ssize_t at = 0;
  for (const auto& item : items) {
    const nb::handle object = Caster::from_cpp(item, policy, cleanup);
    if (!object.is_valid()) {
      Py_DECREF(tuple);
      return {};
    }
    PyTuple_SET_ITEM(tuple, at++, object.ptr());
  }
  return tuple;
}

}  // namespace kgw::python

namespace nanobind::detail {

template <>
struct type_caster<kgw::Str> {
  NB_TYPE_CASTER(kgw::Str, const_name("str"))
  bool from_python(handle, uint32_t, cleanup_list*) noexcept { return false; }
  static handle from_cpp(kgw::Str text, rv_policy, cleanup_list*) noexcept {
    return kgw::python::DecodeOrNull(text);
  }
};

template <>
struct type_caster<std::string> {
  NB_TYPE_CASTER(std::string, const_name("str"))
  bool from_python(handle source, uint32_t, cleanup_list*) noexcept {
    if (!kgw::python::IsText(source)) return false;
    try {
      value = kgw::python::Copy(source, "text");
      return true;
    } catch (python_error&) {
      return false;
    }
  }
  static handle from_cpp(const std::string& text, rv_policy, cleanup_list*) noexcept {
    return kgw::python::DecodeOrNull(text);
  }
};

template <typename T>
struct type_caster<std::vector<T>> {
  NB_TYPE_CASTER(std::vector<T>, const_name("tuple[") + make_caster<T>::Name + const_name(", ...]"))
  bool from_python(handle, uint32_t, cleanup_list*) noexcept { return false; }
  static handle from_cpp(const std::vector<T>& items, rv_policy, cleanup_list* cleanup) noexcept {
    return kgw::python::TupleOrNull(items, rv_policy::copy, cleanup);
  }
};

template <typename T>
struct type_caster<kgw::List<T>> {
  NB_TYPE_CASTER(kgw::List<T>, const_name("tuple[") + make_caster<T>::Name + const_name(", ...]"))
  bool from_python(handle, uint32_t, cleanup_list*) noexcept { return false; }
  static handle from_cpp(kgw::List<T> items, rv_policy, cleanup_list* cleanup) noexcept {
    return kgw::python::TupleOrNull(items, rv_policy::copy, cleanup);
  }
};

template <>
struct type_caster<kgw::Header> {
  NB_TYPE_CASTER(kgw::Header, const_name("tuple[str, str]"))
  bool from_python(handle, uint32_t, cleanup_list*) noexcept { return false; }
  static handle from_cpp(const kgw::Header& header, rv_policy policy,
                         cleanup_list* cleanup) noexcept {
    const std::array<kgw::Str, 2> pair = {header.name, header.value};
    return kgw::python::TupleOrNull(pair, policy, cleanup);
  }
};

}  // namespace nanobind::detail
