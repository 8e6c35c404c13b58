// tests/fuzz/capi/world.h - what all callers of the C ABI share in one run of its fuzzer: engines
// with callbacks, and a folder of files.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kgw/c.h"

namespace kgw::fuzz {

// A Gateway and a route with filters, a mirror, and an Upstream of a type of ours.
extern const std::string kShop;
void RequireShopServes();  // lest the fuzzer sees refusals only

// An engine and the state of its callbacks.
struct Host {
  kgw_engine* engine = nullptr;
  uint32_t luck = 0;  // its lock's holder has it: the thread sanitizer checks that there is a lock
  int types = 0;      // that it was given, less those that were freed
  std::atomic<int> log_lines{0};
};

class World {
 public:
  explicit World(FuzzedDataProvider* data);  // two engines, the first with kShop
  ~World();  // the engines go: first of all, if readers and pins are to outlive them
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Host* host(bool second) const { return hosts_[second ? 1 : 0]; }

  // No other thread may use the engine. A host without one gets one.
  void Replace(FuzzedDataProvider* data, bool second);

 private:
  Host* NewHost() { return all_.emplace_back(std::make_unique<Host>()).get(); }
  static kgw_options* NewOptions(FuzzedDataProvider* data, Host* host);

  std::vector<std::unique_ptr<Host>> all_;
  std::array<Host*, 2> hosts_;
};

// Holds "shop.yaml", which is kShop between the runs. One for the life of the process.
class Folder {
 public:
  static Folder& Get();
  ~Folder();

  const std::string& path() const { return path_; }
  const std::string& file() const { return file_; }

  void Change(const std::string& text);  // any thread
  void Restore();

 private:
  Folder();

  std::string path_, file_;
  std::atomic<bool> changed_{false};
};

}  // namespace kgw::fuzz
