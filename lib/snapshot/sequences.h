// snapshot/sequences.h - the positions of one reader in all clusters, by the cluster's slot number.
//
// Allocated and freed by the writer, read and written by the one reader that adopted it. It shares
// no cache line with anything else, for it is written with every pick.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

#include "balance/policy.h"

namespace kgw::snapshot {

// Two lines of 64 bytes: processors fetch them in pairs.
inline constexpr size_t kLinePair = 128;

class Sequences {
 public:
  explicit Sequences(uint32_t size) : size_(size), states_(Allocate(size)) { Clear(); }

  uint32_t size() const { return size_; }
  balance::PickState* data() { return states_.get(); }

  void Clear() { std::uninitialized_value_construct_n(states_.get(), size_); }

  // `older` is not larger than this one.
  void CopyFrom(const Sequences& older) {
    std::copy_n(older.states_.get(), older.size_, states_.get());
  }

 private:
  static_assert(std::is_trivially_destructible_v<balance::PickState>);

  struct Free {
    void operator()(balance::PickState* states) const {
      ::operator delete(states, std::align_val_t{kLinePair});
    }
  };

  static balance::PickState* Allocate(uint32_t size) {
    const size_t bytes = size * sizeof(balance::PickState);
    const size_t whole_pairs = (bytes / kLinePair + 1) * kLinePair;
    return static_cast<balance::PickState*>(
        ::operator new(whole_pairs, std::align_val_t{kLinePair}));
  }

  const uint32_t size_;
  const std::unique_ptr<balance::PickState, Free> states_;
};

}  // namespace kgw::snapshot
