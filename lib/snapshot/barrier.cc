#include "snapshot/barrier.h"

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#if defined(__SANITIZE_THREAD__)
#define KGW_NO_MEMBARRIER
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define KGW_NO_MEMBARRIER
#endif
#endif

namespace kgw::snapshot {
namespace {

#if defined(__linux__) && defined(__NR_membarrier) && !defined(KGW_NO_MEMBARRIER)
bool Call(int command) { return syscall(__NR_membarrier, command, 0, 0) == 0; }
bool Register() { return Call(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED); }
bool Expedite() { return Call(MEMBARRIER_CMD_PRIVATE_EXPEDITED); }
#else
bool Register() { return false; }
bool Expedite() { return false; }
#endif

}  // namespace

BarrierKind ChooseBarrier(BarrierKind wanted) {
  if (wanted == BarrierKind::kSequential) return wanted;
  return Register() && Expedite() ? BarrierKind::kAsymmetric : BarrierKind::kSequential;
}

bool WriterBarrier(BarrierKind kind) {
  if (kind == BarrierKind::kSequential) return true;  // the operations themselves are the barrier
  return Expedite() || (Register() && Expedite());    // a process may lose its registration
}

}  // namespace kgw::snapshot
