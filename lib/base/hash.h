// base/hash.h - the hash of every table in the engine: XXH3 with 64 bits, seeded.
#pragma once

#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace kgw::base {

inline uint64_t Hash(std::string_view bytes, uint64_t seed = 0) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace kgw::base
