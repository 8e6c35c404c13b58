// kgw/str.h - borrowed text and borrowed lists, laid out as the C ABI has them.
//
// std::string_view and std::span say the same, but each standard library lays them out in its own
// order. What crosses into C, Rust or Go without being copied must have one layout for all.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kgw {

// Bytes that belong to somebody else; not zero-terminated. In C: kgw_str.
struct Str {
  const char* bytes = nullptr;
  size_t length = 0;

  constexpr Str() = default;
  constexpr Str(const char* data, size_t size) : bytes(data), length(size) {}
  constexpr Str(std::string_view text) : bytes(text.data()), length(text.size()) {}
  constexpr Str(const char* text) : Str(std::string_view(text)) {}
  constexpr Str(const std::string& text) : Str(std::string_view(text)) {}

  constexpr operator std::string_view() const { return {bytes, length}; }
  explicit operator std::string() const { return std::string(bytes, length); }

  constexpr const char* data() const { return bytes; }
  constexpr size_t size() const { return length; }
  constexpr bool empty() const { return length == 0; }

  // One template for all texts: anything less exact would be ambiguous with std::string_view's.
  template <std::convertible_to<std::string_view> T>
  friend constexpr bool operator==(Str a, const T& b) {
    return std::string_view(a) == static_cast<std::string_view>(b);
  }
  friend std::ostream& operator<<(std::ostream& out, Str text) {
    return out << std::string_view(text);
  }
};

// Items that belong to somebody else. In C: a pointer and a count.
template <typename T>
struct List {
  const T* items = nullptr;
  size_t count = 0;

  constexpr List() = default;
  constexpr List(const T* first, size_t size) : items(first), count(size) {}
  constexpr List(std::span<const T> span) : items(span.data()), count(span.size()) {}
  constexpr List(const std::vector<T>& vector) : items(vector.data()), count(vector.size()) {}
  template <size_t N>
  constexpr List(const std::array<T, N>& array) : items(array.data()), count(N) {}

  constexpr operator std::span<const T>() const { return {items, count}; }

  constexpr const T* data() const { return items; }
  constexpr size_t size() const { return count; }
  constexpr bool empty() const { return count == 0; }
  constexpr const T& back() const { return items[count - 1]; }
  constexpr const T& operator[](size_t i) const { return items[i]; }
  constexpr const T* begin() const { return items; }
  constexpr const T* end() const { return items + count; }
};

}  // namespace kgw

template <>
struct std::hash<kgw::Str> {
  size_t operator()(kgw::Str text) const { return std::hash<std::string_view>()(text); }
};
