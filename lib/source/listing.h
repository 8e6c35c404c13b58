// source/listing.h - which configuration files some paths lead to, and what stands in the way.
//
// Folders recursively in name order: *.yaml, *.yml and *.json. Hidden names, links to folders (they
// may lead back here), pipes and devices in a folder are left out. A file that is named is one
// whatever it is called. Control path; blocks on the file system.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kgw/diagnostic.h"
#include "source/read_file.h"
#include "source/trail.h"

namespace kgw::source {

struct Listed {
  std::string name;      // as given, or the folder's name and the path below it
  std::string problem;   // not empty: what is wrong with `name`, which is then no file to read
  bool unknown = false;  // with a problem: it hides what is below `name`, if anything
  bool link = false;
  std::string place;  // where a link, or the file's folder, ends with all links followed
  Stamp stamp;        // zero if it cannot be seen
  bool operator==(const Listed&) const = default;
};

struct Listing {
  std::vector<Listed> entries;  // paths in the order given, folders in name order
  Folders folders;              // where a change may change this listing or a file of it
  bool operator==(const Listing&) const = default;
};

Listing List(std::span<const std::string> paths);

// The finding that `name` cannot be read.
Diagnostic CannotRead(std::string name, std::string message);

}  // namespace kgw::source
