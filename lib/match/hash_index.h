// match/hash_index.h - finds a number by a 64-bit hash: open addressing with linear probing.
//
// The caller keeps the keys and verifies each hit. A table is built from a configuration and only
// read by requests: whoever sends requests can choose what to look up, but never make the table's
// runs of full slots longer, so the hash needs no secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kgw::match {

class HashIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // `value` is not kNone. Equal hashes may be added; they are found in the order of adding.
  void Add(uint64_t hash, uint32_t value) {
    if (4 * (size_ + 1) > 3 * slots_.size()) Grow();
    Insert(hash, value);
    ++size_;
  }

  // The first value added with that hash for which `verify(value)` is true, or kNone.
  template <typename Verify>
  uint32_t Find(uint64_t hash, const Verify& verify) const {
    for (size_t i = hash & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[i];
      if (slot.value == kNone) return kNone;
      if (slot.hash == hash && verify(slot.value)) return slot.value;
    }
  }

 private:
  struct Slot {
    uint64_t hash = 0;
    uint32_t value = kNone;
  };

  void Insert(uint64_t hash, uint32_t value) {
    size_t i = hash & (slots_.size() - 1);
    while (slots_[i].value != kNone) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = {hash, value};
  }

  // Every run is moved from its beginning on, which keeps equal hashes in order.
  void Grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    size_t start = 0;
    while (old[start].value != kNone) ++start;
    for (size_t n = 0; n < old.size(); ++n) {
      const Slot& slot = old[(start + n) & (old.size() - 1)];
      if (slot.value != kNone) Insert(slot.hash, slot.value);
    }
  }

  size_t size_ = 0;
  std::vector<Slot> slots_ = std::vector<Slot>(4);
};

}  // namespace kgw::match
