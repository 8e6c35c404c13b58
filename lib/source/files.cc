#include "source/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/strings.h"

namespace kgw::source {
namespace {

namespace fs = std::filesystem;
using base::Cat;

constexpr size_t kLargestFile = 512u << 20;

class Collector {
 public:
  explicit Collector(FilesRead* out) : out_(out) {}

  void Add(const std::string& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      Fail(path, "there is no such file or folder");
    } else if (fs::is_directory(status)) {
      AddFolder(path);
    } else {
      AddFile(path);
    }
  }

 private:
  void Fail(const std::string& path, std::string message) {
    Diagnostic& d = out_->unreadable.emplace_back();
    d.file = path;
    d.code = "CannotRead";
    d.message = std::move(message);
  }

  void AddFolder(const std::string& path) {
    const size_t before = out_->files.size(), failed = out_->unreadable.size();
    Walk(path);
    if (out_->files.size() == before && out_->unreadable.size() == failed) {
      Fail(path, "the folder has no *.yaml, *.yml or *.json file");
    }
  }

  void Walk(const fs::path& folder) {
    std::error_code error;
    if (fs::exists(folder / "Chart.yaml", error)) {
      Fail(folder.string(),
           Cat("this is a Helm chart, whose templates are no objects yet; render it first: "
               "helm template ",
               folder.string(), " | kgw ... -f -"));
      return;
    }
    std::vector<fs::path> entries;
    error.clear();
    fs::directory_iterator it(folder, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
      entries.push_back(it->path());
    }
    if (error) {
      Fail(folder.string(), Cat("the folder cannot be read: ", error.message()));
      return;
    }
    std::sort(entries.begin(), entries.end());
    for (const fs::path& entry : entries) {
      if (entry.filename().string().starts_with(".")) continue;
      // Links to folders are not followed: they may lead back here. Nor is what may never end: a
      // pipe, a device.
      const fs::file_status status = fs::status(entry, error);
      if (fs::is_directory(status)) {
        if (!fs::is_symlink(fs::symlink_status(entry, error))) Walk(entry);
      } else if (IsConfiguration(entry) && !fs::is_other(status)) {
        AddFile(entry.string());
      }
    }
  }

  static bool IsConfiguration(const fs::path& path) {
    const std::string extension = base::Lower(path.extension().string());
    return extension == ".yaml" || extension == ".yml" || extension == ".json";
  }

  void AddFile(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string bytes;
    char block[64 * 1024];
    while (in && bytes.size() <= kLargestFile) {
      in.read(block, sizeof block);
      bytes.append(block, static_cast<size_t>(in.gcount()));
    }
    if (bytes.size() > kLargestFile) {
      Fail(path, "the file is larger than 512 MiB; split it");
    } else if (!in.eof()) {
      Fail(path, Cat("the file cannot be read: ", std::strerror(errno)));
    } else {
      out_->files.push_back({path, std::move(bytes)});
    }
  }

  FilesRead* out_;
};

}  // namespace

FilesRead ReadFiles(std::span<const std::string> paths) {
  FilesRead out;
  Collector collector(&out);
  for (const std::string& path : paths) collector.Add(path);
  return out;
}

}  // namespace kgw::source
