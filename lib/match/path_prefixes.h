// match/path_prefixes.h - the element-wise prefixes of one request's path, with their hashes.
//
// The prefix of depth d ends before the (d+1)th slash, or at the end of the path: "/a/b" has ""
// (0),
// "/a" (1) and "/a/b" (2). For each depth there is at most one prefix, and a deeper one is longer.
// Lives on the stack of one search; hashes what is asked for, once.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "base/hash.h"

namespace kgw::match {

class PathPrefixes {
 public:
  static constexpr unsigned kDepths = 64;  // deeper prefixes are not looked up by hash

  explicit PathPrefixes(std::string_view path) : path_(path) {}

  std::string_view path() const { return path_; }
  uint64_t path_hash() {
    if (!whole_known_) whole_ = base::Hash(path_);
    whole_known_ = true;
    return whole_;
  }

  // The depths among `depths` (a bit mask) that the path has.
  uint64_t Present(uint64_t depths) {
    if (depths == 0) return 0;
    ScanTo(static_cast<unsigned>(std::bit_width(depths)));
    return depths & (count_ == kDepths ? ~uint64_t{0} : (uint64_t{1} << count_) - 1);
  }

  // `depth` is one that Present() has returned.
  std::string_view At(unsigned depth) const { return path_.substr(0, ends_[depth]); }
  uint64_t HashAt(unsigned depth) {
    const uint64_t bit = uint64_t{1} << depth;
    if ((hashed_ & bit) == 0) hashes_[depth] = base::Hash(At(depth));
    hashed_ |= bit;
    return hashes_[depth];
  }

 private:
  // Finds the ends of the prefixes of the depths below `depths`.
  void ScanTo(unsigned depths) {
    while (count_ < depths && !scanned_) {
      const size_t slash = std::min(path_.find('/', next_), path_.size());
      ends_[count_++] = slash;
      next_ = slash + 1;
      scanned_ = slash == path_.size();
    }
  }

  std::string_view path_;
  uint64_t whole_ = 0;
  uint64_t hashed_ = 0;
  size_t next_ = 0;
  unsigned count_ = 0;
  bool whole_known_ = false;
  bool scanned_ = false;
  std::array<size_t, kDepths> ends_;
  std::array<uint64_t, kDepths> hashes_;
};

// The depth of a path or prefix value: the number of its slashes.
inline size_t DepthOf(std::string_view value) {
  return static_cast<size_t>(std::count(value.begin(), value.end(), '/'));
}

}  // namespace kgw::match
