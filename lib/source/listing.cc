#include "source/listing.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/strings.h"

namespace kgw::source {
namespace {

namespace fs = std::filesystem;
using base::Cat;

bool IsConfiguration(const fs::path& path) {
  const std::string extension = base::Lower(path.extension().string());
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

class Lister {
 public:
  explicit Lister(Listing* out) : out_(out) {}

  void Add(const std::string& path) {
    const std::string place = FollowTrail(".", path, &out_->folders);
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
      Fail(path, "there is no such file or folder");
    } else if (status.type() == fs::file_type::none) {
      Fail(path, Cat("it cannot be read: ", error.message()));
    } else if (fs::is_directory(status)) {
      AddFolder(path, place);
    } else {
      AddFile(path, false, place);
    }
  }

 private:
  Listed& Fail(const std::string& path, std::string message) {
    Listed& entry = out_->entries.emplace_back();
    entry.name = path;
    entry.problem = std::move(message);
    entry.unknown = true;
    return entry;
  }

  void AddFile(const std::string& path, bool link, std::string place) {
    Listed& entry = out_->entries.emplace_back();
    entry.name = path;
    entry.link = link;
    entry.place = std::move(place);
    entry.stamp = StampOf(path);
  }

  void AddFolder(const std::string& path, const std::string& place) {
    const size_t before = out_->entries.size();
    Walk(path, place);
    if (out_->entries.size() == before) {
      Fail(path, "the folder has no *.yaml, *.yml or *.json file").unknown = false;
    }
  }

  void Walk(const fs::path& folder, const std::string& place) {
    out_->folders[place].listed = true;
    std::error_code error;
    if (fs::exists(folder / "Chart.yaml", error)) {
      Fail(folder.string(),
           Cat("this is a Helm chart, whose templates are no objects yet; render it first: "
               "helm template ",
               folder.string(), " | kgw ... -f -"));
      return;
    }
    std::vector<fs::directory_entry> entries;
    error.clear();
    fs::directory_iterator it(folder, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) entries.push_back(*it);
    if (error) {
      Fail(folder.string(), Cat("the folder cannot be read: ", error.message()));
      return;
    }
    std::sort(entries.begin(), entries.end());
    for (const fs::directory_entry& entry : entries) AddEntry(entry, place);
  }

  void AddEntry(const fs::directory_entry& entry, const std::string& place) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".")) return;
    std::error_code error;
    const bool link = entry.is_symlink(error);
    if (!link && entry.is_directory(error)) {
      Walk(entry.path(), (fs::path(place) / name).string());
    } else if (IsConfiguration(entry.path()) && !entry.is_other(error) &&
               !entry.is_directory(error)) {
      AddFile(entry.path().string(), link, link ? FollowTrail(place, name, &out_->folders) : place);
    }
  }

  Listing* out_;
};

}  // namespace

Listing List(std::span<const std::string> paths) {
  Listing out;
  Lister lister(&out);
  for (const std::string& path : paths) lister.Add(path);
  return out;
}

Diagnostic CannotRead(std::string name, std::string message) {
  Diagnostic out;
  out.file = std::move(name);
  out.code = "CannotRead";
  out.message = std::move(message);
  return out;
}

}  // namespace kgw::source
