// source/read_file.h - one file: what it looks like from outside, and its bytes.
//
// Control path; blocks on the file system.
#pragma once

#include <cstdint>
#include <string>

namespace kgw::source {

// A file whose stamp is the same is the same file, and as good as certainly unchanged: only a
// second write within one tick of the file system's clock can hide. All zero: there is none.
struct Stamp {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size = 0;
  int64_t modified_ns = 0;
  int64_t changed_ns = 0;  // of the inode: moves on even where a tool sets `modified_ns` back
  bool operator==(const Stamp&) const = default;
};

Stamp StampOf(const std::string& path);

struct FileRead {
  std::string problem;  // why it could not be read; empty: it was
  std::string bytes;
  Stamp stamp;         // of what was opened
  bool moved = false;  // it changed while it was read
};

enum class Reading : uint8_t {
  kAnything,     // pipes too: waits for their end
  kRegularOnly,  // never waits for anybody
};

FileRead ReadFile(const std::string& path, Reading reading);

}  // namespace kgw::source
