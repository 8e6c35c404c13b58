#include "source/scan.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/hash.h"

namespace kgw::source {
namespace {

// No file system in use has a coarser clock (FAT: 2 s).
constexpr int64_t kCoarsestTick = 2'000'000'000;

using ByName = std::map<std::string_view, const Listed*>;

ByName Index(const Listing& listing) {
  ByName out;
  for (const Listed& entry : listing.entries) out.emplace(entry.name, &entry);
  return out;
}

std::string_view FolderOf(std::string_view name) {
  const size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

bool IsAtOrBelow(std::string_view name, std::string_view path) {
  if (!name.starts_with(path)) return false;
  return name.size() == path.size() || path.ends_with('/') || name[path.size()] == '/';
}

void AddDifferent(const Listing& some, const ByName& others, std::set<std::string>* moving) {
  for (const Listed& entry : some.entries) {
    const auto it = others.find(entry.name);
    if (it == others.end() || *it->second != entry) moving->insert(entry.name);
  }
}

// The links of one folder are swapped together, so one that moves takes the others with it.
void AddNeighbours(const Listing& before, const Listing& after, std::set<std::string>* moving) {
  std::set<std::string_view> folders;
  const auto each_link = [&](const auto& act) {
    for (const Listing* listing : {&before, &after}) {
      for (const Listed& entry : listing->entries) {
        if (entry.link) act(entry.name);
      }
    }
  };
  each_link([&](const std::string& name) {
    if (moving->contains(name)) folders.insert(FolderOf(name));
  });
  each_link([&](const std::string& name) {
    if (folders.contains(FolderOf(name))) moving->insert(name);
  });
}

void ReadEntry(const Listed& entry, const KnownFiles& known, int64_t now_ns, Scan* out) {
  const auto it = known.find(entry.name);
  const bool same_stamp = it != known.end() && it->second.stamp == entry.stamp;
  if (same_stamp && it->second.Certain()) return;
  FileRead read = ReadFile(entry.name, Reading::kRegularOnly);
  if (!read.problem.empty()) {
    out->findings.push_back(CannotRead(entry.name, std::move(read.problem)));
    out->failed = true;
    return;
  }
  if (read.moved || read.stamp != entry.stamp) out->moving.insert(entry.name);
  Scan::File& file = out->files.emplace_back();
  file.name = entry.name;
  file.known = {read.stamp, same_stamp ? it->second.since_ns : now_ns, now_ns, read.bytes.size(),
                base::Hash(read.bytes)};
  file.same =
      it != known.end() && it->second.size == file.known.size && it->second.hash == file.known.hash;
  if (!file.same) file.bytes = std::move(read.bytes);
}

}  // namespace

bool Known::Certain() const { return read_ns - since_ns >= kCoarsestTick; }

std::vector<std::string> Scan::Gone(const KnownFiles& known) const {
  std::set<std::string_view> there;
  std::vector<std::string_view> hiding;
  for (const Listed& entry : listing.entries) {
    if (entry.problem.empty()) {
      there.insert(entry.name);
    } else if (entry.unknown && !entry.name.empty()) {
      hiding.push_back(entry.name);
    }
  }
  std::vector<std::string> out;
  for (const auto& [name, file] : known) {
    const auto hides = [&](std::string_view path) { return IsAtOrBelow(name, path); };
    if (there.contains(name) || moving.contains(name)) continue;
    if (std::none_of(hiding.begin(), hiding.end(), hides)) out.push_back(name);
  }
  return out;
}

Scan ScanPaths(std::span<const std::string> paths, const KnownFiles& known, int64_t now_ns,
               const std::function<void(const Folders&)>& watch) {
  Scan out;
  out.listing = List(paths);
  watch(out.listing.folders);
  std::set<std::string_view> done;
  for (const Listed& entry : out.listing.entries) {
    if (!done.insert(entry.name).second) continue;  // named twice
    if (entry.problem.empty()) {
      ReadEntry(entry, known, now_ns, &out);
    } else {
      out.findings.push_back(CannotRead(entry.name, entry.problem));
    }
  }
  const Listing after = List(paths);
  out.still = out.moving.empty() && after == out.listing;
  if (!out.still) {
    AddDifferent(out.listing, Index(after), &out.moving);
    AddDifferent(after, Index(out.listing), &out.moving);
    AddNeighbours(out.listing, after, &out.moving);
  }
  return out;
}

}  // namespace kgw::source
