// router/scratch.h - memory for the texts and lists of one decision.
//
// Blocks never move, so what points into them stays valid until Reset(). Kept at its high-water
// mark: steady traffic allocates nothing. One owner thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace kgw::router {

class Scratch {
 public:
  void Reset() {
    block_ = 0;
    used_ = 0;
  }

  // The blocks with all that was put into them; this one starts anew.
  Scratch Release() { return std::exchange(*this, Scratch()); }

  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* out = Take(text.size(), 1);
    std::memcpy(out, text.data(), text.size());
    return {out, text.size()};
  }

  // A copy of the items, in memory that lives as long as the texts.
  template <typename T>
  std::span<const T> CopyList(const std::vector<T>& items) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (items.empty()) return {};
    T* out = reinterpret_cast<T*>(Take(items.size() * sizeof(T), alignof(T)));
    std::uninitialized_copy(items.begin(), items.end(), out);
    return {out, items.size()};
  }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size = 0;
  };

  char* Take(size_t size, size_t align) {
    for (; block_ < blocks_.size(); ++block_, used_ = 0) {
      const size_t start = (used_ + align - 1) / align * align;
      if (start + size > blocks_[block_].size) continue;
      used_ = start + size;
      return blocks_[block_].bytes.get() + start;
    }
    constexpr size_t kSmallest = 256;  // what a decision that is kept takes at the least
    const size_t last = blocks_.empty() ? 0 : blocks_.back().size;
    const size_t want = std::max({kSmallest, size, last * 2});
    blocks_.push_back({std::make_unique<char[]>(want), want});
    used_ = size;
    return blocks_.back().bytes.get();
  }

  std::vector<Block> blocks_;
  size_t block_ = 0, used_ = 0;
};

}  // namespace kgw::router
