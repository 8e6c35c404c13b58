// support/allocations.h - counts what the test program allocates. Link allocations.cc.
#pragma once

#include <cstddef>

namespace kgw::support {

// Calls of operator new by any thread since the program began.
size_t Allocations();

}  // namespace kgw::support
