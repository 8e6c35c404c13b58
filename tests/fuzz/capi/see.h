// tests/fuzz/capi/see.h - reads all that the C ABI hands out, so that sanitizers see it as well,
// and stops the fuzzer if it makes no sense. What is freed here may be NULL.
#pragma once

#include <cstdint>

#include "kgw/c.h"

namespace kgw::fuzz {

// One of the codes that kgw/c.h lists, and not KGW_E_INTERNAL: no callback of ours throws.
void Known(int32_t code);

int32_t Free(kgw_error* error);  // returns its code
void Free(kgw_report* report);
void Free(kgw_objects* objects);
void Free(kgw_text* text);
void FreeJson(kgw_text* text);

void Touch(kgw_str text);
void TouchJson(kgw_str text);
void Touch(const kgw_diagnostic& found);
void Touch(const kgw_object& object);

// The texts of a decision that are the configuration's, never the caller's: a pin keeps them.
void TouchPinned(const kgw_decision& decision);
// All of them, and its JSON. `request` may be null.
void Touch(const kgw_decision& decision, const kgw_request* request);

}  // namespace kgw::fuzz
