// JSON: never crashes, and every value means the same after it is written and read again.
#include <cstddef>
#include <cstdint>

#include "round_trip.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  kgw::config::RequireRoundTrips(kgw::config::ParseJson(text));
  return 0;
}
