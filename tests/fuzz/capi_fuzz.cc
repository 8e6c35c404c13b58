// Random sequences of calls of the C ABI, by one thread and then by two: no call may crash, hang,
// leak, race or answer with what is no code, whatever came before and whatever it is given.
#include <fuzzer/FuzzedDataProvider.h>

#include <memory>
#include <thread>

#include "capi/caller.h"
#include "capi/world.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  kgw::fuzz::RequireShopServes();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace kgw::fuzz;
  FuzzedDataProvider data(bytes, size);
  const auto rest = data.ConsumeBytes<uint8_t>(data.ConsumeIntegralInRange<size_t>(0, size / 2));
  FuzzedDataProvider other_data(rest.data(), rest.size());
  auto world = std::make_unique<World>(&data);
  {
    Caller one(world.get(), &data), other(world.get(), &other_data);
    one.Run(16, true);
    std::thread thread([&] { other.Run(32, false); });
    one.Run(32, false);
    thread.join();
    one.Run(16, true);
    world.reset();  // readers and pins outlive their engines
  }
  Folder::Get().Restore();
  return 0;
}
