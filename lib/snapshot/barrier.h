// snapshot/barrier.h - the order between a reader's announcement and the writer's look at it.
//
// A reader announces a value and looks again whether it is still the current one; the writer
// replaces the current value and then reads the announcements. Each must see the other's store.
// Either both sides pay (sequentially consistent operations), or, where Linux has
// membarrier(PRIVATE_EXPEDITED), the writer alone: the system call runs a full barrier on every
// processor that runs a thread of this process. Threads: any.
#pragma once

#include <cstdint>

namespace kgw::snapshot {

enum class BarrierKind : uint8_t { kBest, kAsymmetric, kSequential };

// What a store gets that asks for `wanted`: kAsymmetric or kSequential. kSequential always under
// ThreadSanitizer, which knows nothing of membarrier, and where the kernel refuses it.
BarrierKind ChooseBarrier(BarrierKind wanted);

// The writer's half of `kind`, to be called after its store and before its loads. False if the
// kernel refuses what it granted before: then nothing is known of the readers.
[[nodiscard]] bool WriterBarrier(BarrierKind kind);

}  // namespace kgw::snapshot
