#include "source/files.h"

#include "source/listing.h"
#include "source/read_file.h"

namespace kgw::source {

FilesRead ReadFiles(std::span<const std::string> paths) {
  FilesRead out;
  for (Listed& entry : List(paths).entries) {
    if (entry.problem.empty()) {
      FileRead read = ReadFile(entry.name, Reading::kAnything);
      if (read.problem.empty()) {
        out.files.push_back({std::move(entry.name), std::move(read.bytes)});
        continue;
      }
      entry.problem = std::move(read.problem);
    }
    out.unreadable.push_back(CannotRead(std::move(entry.name), std::move(entry.problem)));
  }
  return out;
}

}  // namespace kgw::source
