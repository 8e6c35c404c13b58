// balance/hosts.h - what is known of endpoints while the process runs; it outlives snapshots.
//
// Clusters and their endpoints have a slot each, found by identity: the same endpoint of the same
// cluster keeps its slot, and with it its counters, over any number of configurations. Slots never
// move and never leave memory, so a Ticket of long ago can be finished safely. A slot's generation
// tells its present owner from earlier ones.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "kgw/ticket.h"
#include "model/upstream.h"

namespace kgw::balance {

struct SlotRef {
  uint32_t slot = 0;
  uint32_t generation = 0;  // from 1; 0: no slot
  bool operator==(const SlotRef&) const = default;
};

// One endpoint. Alone on its cache line, since several threads count here.
struct alignas(64) HostState {
  std::atomic<uint32_t> generation{0};
  std::atomic<uint32_t> active{0};    // requests under way
  std::atomic<uint64_t> finished{0};  // requests that are done
  std::atomic<uint64_t> failed{0};    // of those: answered 5xx, or not at all
};

// Gives slots to identities, counted: who acquires a slot releases it.
// Thread: control calls, serialised by the caller.
class SlotBook {
 public:
  SlotRef Acquire(std::string_view identity);
  // True if this was the last share: the slot has no owner now, and the caller recycles it.
  bool Release(SlotRef ref);
  void Recycle(uint32_t slot) { free_.push_back(slot); }

  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }  // slots ever used

 private:
  struct Entry {
    std::string identity;
    uint32_t generation = 0;
    uint32_t shares = 0;
  };
  std::vector<Entry> entries_;
  std::vector<uint32_t> free_;
  absl::flat_hash_map<std::string, uint32_t> by_identity_;
};

class HostTable {
 public:
  HostTable() = default;
  ~HostTable();
  HostTable(const HostTable&) = delete;
  HostTable& operator=(const HostTable&) = delete;

  // Control calls, serialised by the caller; a snapshot makes them for all that it refers to.
  // Sweep() first: it makes slots free whose last requests are done.
  void Sweep();
  SlotRef AcquireCluster(std::string_view name) { return clusters_.Acquire(name); }
  void ReleaseCluster(SlotRef cluster);
  SlotRef AcquireHost(SlotRef cluster, const model::Endpoint& endpoint);
  void ReleaseHost(SlotRef host);
  uint32_t cluster_slots() const { return clusters_.size(); }

  // Thread: any. `host` was acquired and not released; the result stays valid as long as the table.
  HostState& At(SlotRef host) const { return *Locate(host.slot); }

  // Thread: any. Counts one more request under way, or one less. Done() of a host that is gone does
  // nothing, and no count falls below 0.
  void Begin(SlotRef host) const { At(host).active.fetch_add(1, std::memory_order_relaxed); }
  void Done(SlotRef host, const Outcome& outcome) const;

 private:
  // Block k holds kFirstBlock << k states: few blocks, none of which ever moves.
  static constexpr size_t kFirstBlock = 64;
  static constexpr size_t kBlocks = 26;

  struct Place {
    size_t block;
    size_t index;
  };

  static Place PlaceOf(uint32_t slot);
  HostState* Locate(uint32_t slot) const;
  void Grow(uint32_t slot);

  SlotBook clusters_, hosts_;
  std::vector<uint32_t> draining_;  // without an owner, but with requests under way
  std::array<std::atomic<HostState*>, kBlocks> blocks_{};
};

}  // namespace kgw::balance
