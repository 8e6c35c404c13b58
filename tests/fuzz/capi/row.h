// tests/fuzz/capi/row.h - structs that begin with `size`, in a row: of their own size or, now and
// then, of that of an older or a newer kgw/c.h, or of none.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace kgw::fuzz {

template <typename T>
class Row {
 public:
  Row(FuzzedDataProvider* data, std::vector<T> values) {
    if (data->ConsumeIntegralInRange<int>(0, 7) == 7) {
      size_ = data->ConsumeIntegralInRange<size_t>(0, sizeof(T) + 256);
    }
    room_ = std::max(size_, sizeof(T::size));
    // What only a newer header knows: nothing, or something.
    bytes_.assign(values.size() * room_, data->ConsumeIntegralInRange<int>(0, 7) == 7 ? 'x' : '\0');
    for (size_t i = 0; i < values.size(); ++i) {
      values[i].size = size_;
      std::memcpy(&bytes_[i * room_], &values[i], std::min(room_, sizeof(T)));
    }
  }

  T* data() { return reinterpret_cast<T*>(bytes_.data()); }
  size_t size() const { return size_; }  // of one of them

  T Get(size_t i) const {
    T value = {};
    std::memcpy(&value, &bytes_[i * room_], std::min(room_, sizeof(T)));
    value.size = sizeof(T);
    return value;
  }

 private:
  size_t size_ = sizeof(T), room_;
  std::vector<char> bytes_;
};

}  // namespace kgw::fuzz
