#include "balance/hosts.h"

#include "base/strings.h"

namespace kgw::balance {

SlotRef SlotBook::Acquire(std::string_view identity) {
  const auto [it, inserted] = by_identity_.try_emplace(std::string(identity), 0);
  if (inserted && !free_.empty()) {
    it->second = free_.back();
    free_.pop_back();
  } else if (inserted) {
    it->second = size();
    entries_.emplace_back();
  }
  Entry& entry = entries_[it->second];
  if (inserted) {
    entry.identity = identity;
    if (++entry.generation == 0) entry.generation = 1;
  }
  ++entry.shares;
  return {it->second, entry.generation};
}

bool SlotBook::Release(SlotRef ref) {
  Entry& entry = entries_[ref.slot];
  if (--entry.shares > 0) return false;
  by_identity_.erase(entry.identity);
  entry.identity.clear();
  return true;
}

HostTable::~HostTable() {
  for (auto& block : blocks_) delete[] block.load(std::memory_order_relaxed);
}

void HostTable::ReleaseCluster(SlotRef cluster) {
  if (clusters_.Release(cluster)) clusters_.Recycle(cluster.slot);
}

SlotRef HostTable::AcquireHost(SlotRef cluster, const model::Endpoint& endpoint) {
  // A cluster's slot and generation stand for its name.
  const SlotRef host = hosts_.Acquire(
      base::Cat(std::to_string(cluster.slot), "/", std::to_string(cluster.generation), "/",
                endpoint.address, "/", endpoint.hostname, "/", std::to_string(endpoint.port)));
  Grow(host.slot);
  HostState& state = At(host);
  if (state.generation.load(std::memory_order_relaxed) != host.generation) {
    state.active.store(0, std::memory_order_relaxed);
    state.finished.store(0, std::memory_order_relaxed);
    state.failed.store(0, std::memory_order_relaxed);
    state.generation.store(host.generation, std::memory_order_release);
  }
  return host;
}

void HostTable::ReleaseHost(SlotRef host) {
  if (hosts_.Release(host)) draining_.push_back(host.slot);
}

// A slot gets a new owner only when all requests of the old one are done: until then their tickets
// find what they count for.
void HostTable::Sweep() {
  std::erase_if(draining_, [this](uint32_t slot) {
    if (Locate(slot)->active.load(std::memory_order_acquire) > 0) return false;
    hosts_.Recycle(slot);
    return true;
  });
}

HostTable::Place HostTable::PlaceOf(uint32_t slot) {
  size_t block = 0, index = slot;
  for (size_t size = kFirstBlock; index >= size; size *= 2, ++block) index -= size;
  return {block, index};
}

HostState* HostTable::Locate(uint32_t slot) const {
  const Place place = PlaceOf(slot);
  HostState* first = blocks_[place.block].load(std::memory_order_acquire);
  return first == nullptr ? nullptr : first + place.index;
}

void HostTable::Grow(uint32_t slot) {
  if (Locate(slot) != nullptr) return;
  const size_t block = PlaceOf(slot).block;
  blocks_[block].store(new HostState[kFirstBlock << block], std::memory_order_release);
}

void HostTable::Done(SlotRef host, const Outcome& outcome) const {
  // The table's size is not known here: a ticket may be any 64 bytes.
  HostState* state = host.slot >> 31 != 0 ? nullptr : Locate(host.slot);
  if (state == nullptr || host.generation == 0) return;
  if (state->generation.load(std::memory_order_acquire) != host.generation) return;
  uint32_t active = state->active.load(std::memory_order_relaxed);
  while (active > 0 &&
         !state->active.compare_exchange_weak(active, active - 1, std::memory_order_release,
                                              std::memory_order_relaxed)) {
  }
  if (outcome.result == Result::kAborted) return;
  state->finished.fetch_add(1, std::memory_order_relaxed);
  const bool failed = outcome.result != Result::kCompleted || outcome.status >= 500;
  if (failed) state->failed.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace kgw::balance
