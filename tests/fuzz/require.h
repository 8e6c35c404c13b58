// tests/fuzz/require.h - what must hold, or the fuzzer stops with what was seen.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/parse.h"

namespace kgw::fuzz {

inline void Require(bool holds, std::string_view what, std::string_view seen = "") {
  if (holds) return;
  std::fprintf(stderr, "%.*s:\n%.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(seen.size()), seen.data());
  std::abort();
}

// One JSON value and nothing else.
inline void RequireJson(const std::string& text) {
  const config::Parsed parsed = config::ParseJson(text);
  Require(parsed.errors.empty() && parsed.documents.size() == 1, "this is no JSON", text);
}

}  // namespace kgw::fuzz
