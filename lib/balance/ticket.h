// balance/ticket.h - what a Ticket says, to those who write and read it.
//
// Bound to no snapshot: cluster and host are named by their slots, which outlive snapshots. Plain
// functions; a Ticket that was made up yields slots that do not exist, and HostTable minds that.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "balance/hosts.h"
#include "kgw/ticket.h"

namespace kgw::balance {

struct TicketData {
  static constexpr uint32_t kTried = 4;  // how many failed hosts are remembered

  SlotRef host;
  SlotRef cluster;
  uint32_t backend = 0;                     // position in the rule's backendRefs, of at most 16
  std::array<uint32_t, kTried> tried = {};  // slots, plus one; 0: none. The last one first.

  // A rule has at most 16 backendRefs (Gateway API).
  static constexpr uint32_t BackendOf(uint32_t index) { return index & 15; }

  bool WasTried(uint32_t slot) const {
    return std::find(tried.begin(), tried.end(), slot + 1) != tried.end();
  }

  // `host` has failed: the next try goes elsewhere.
  void Exclude() {
    if (host.generation == 0) return;
    std::rotate(tried.begin(), tried.end() - 1, tried.end());
    tried[0] = host.slot + 1;
  }

  Ticket Write() const {
    return {{Pack(host.generation, host.slot),
             Pack(cluster.generation, backend << kSlotBits | cluster.slot),
             Pack(tried[0], tried[1]), Pack(tried[2], tried[3])}};
  }

  static TicketData Read(const Ticket& ticket) {
    const auto& o = ticket.opaque;
    return {{Low(o[0]), High(o[0])},
            {Low(o[1]) & ((1u << kSlotBits) - 1), High(o[1])},
            Low(o[1]) >> kSlotBits,
            {High(o[2]), Low(o[2]), High(o[3]), Low(o[3])}};
  }

 private:
  static constexpr uint32_t kSlotBits = 28;  // of a cluster's slot; the backend has the rest

  static uint64_t Pack(uint32_t high, uint32_t low) { return uint64_t{high} << 32 | low; }
  static uint32_t High(uint64_t word) { return static_cast<uint32_t>(word >> 32); }
  static uint32_t Low(uint64_t word) { return static_cast<uint32_t>(word); }
};

}  // namespace kgw::balance
