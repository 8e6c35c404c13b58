// source/scan.h - one look at all paths, and the bytes of the files that may have changed.
//
// Lists, reads, lists again: if both lists are the same, all of it was there together at a moment
// between them. Otherwise `moving` names what it was not so for. Control path.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "kgw/diagnostic.h"
#include "source/listing.h"

namespace kgw::source {

// A file as it was last read.
struct Known {
  Stamp stamp;
  int64_t since_ns = 0;  // when this stamp was first seen
  int64_t read_ns = 0;
  uint64_t size = 0, hash = 0;

  // The stamp was old enough when the bytes were read: the same stamp means the same bytes.
  bool Certain() const;
};
using KnownFiles = std::map<std::string, Known>;

struct Scan {
  struct File {
    std::string name;
    std::string bytes;  // empty if they are as they were
    bool same = false;
    Known known;
  };

  bool still = false;  // nothing moved
  Listing listing;
  std::vector<File> files;           // what was read, in the order of the listing
  std::vector<Diagnostic> findings;  // what could not be read, in the same order
  bool failed = false;               // some file in the listing could not be read
  std::set<std::string> moving;

  // The names in whose place nothing is, as far as can be seen.
  std::vector<std::string> Gone(const KnownFiles& known) const;
};

// `watch` is called before anything is read with the folders whose events tell of later changes.
Scan ScanPaths(std::span<const std::string> paths, const KnownFiles& known, int64_t now_ns,
               const std::function<void(const Folders&)>& watch);

}  // namespace kgw::source
