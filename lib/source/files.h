// source/files.h - reads configuration files and folders, once.
//
// Control path: blocks on the file system. What is a configuration file: source/listing.h.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kgw/diagnostic.h"

namespace kgw::source {

struct FileText {
  std::string name;  // as given, or the folder's name and the path below it
  std::string bytes;
};

struct FilesRead {
  std::vector<FileText> files;         // folders in name order
  std::vector<Diagnostic> unreadable;  // errors with code "CannotRead", each saying what to do
};

// Folders are read recursively: *.yaml, *.yml and *.json. A file that is named is read whatever it
// is called.
FilesRead ReadFiles(std::span<const std::string> paths);

}  // namespace kgw::source
