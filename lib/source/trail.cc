#include "source/trail.h"

#include <sys/stat.h>

#include <deque>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/strings.h"

namespace kgw::source {
namespace {

constexpr int kMostLinks = 40;  // as the kernel has it

std::deque<std::string> Steps(std::string_view path) {
  std::deque<std::string> out;
  while (!path.empty()) {
    const size_t end = path.find('/');
    const std::string_view step = path.substr(0, end);
    if (!step.empty() && step != ".") out.emplace_back(step);
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
  }
  return out;
}

std::string Join(const std::string& folder, const std::string& name) {
  if (folder == ".") return name;
  return base::Cat(folder, folder.ends_with('/') ? "" : "/", name);
}

}  // namespace

std::string FollowTrail(const std::string& from, const std::string& path, Folders* folders) {
  std::string at = path.starts_with('/') ? "/" : from;
  std::deque<std::string> steps = Steps(path);
  int links = 0;
  while (!steps.empty()) {
    const std::string name = std::move(steps.front());
    steps.pop_front();
    std::string next = Join(at, name);
    if (name == "..") {
      at = std::move(next);
      continue;
    }
    Interest& interest = (*folders)[at];
    interest.names.insert(name);
    struct stat status;
    if (lstat(next.c_str(), &status) != 0) return next;
    if (S_ISLNK(status.st_mode)) {
      std::error_code error;
      const std::string target = std::filesystem::read_symlink(next, error).string();
      if (error || ++links > kMostLinks) return next;
      if (target.starts_with('/')) at = "/";
      const std::deque<std::string> more = Steps(target);
      steps.insert(steps.begin(), more.begin(), more.end());
      continue;
    }
    if (!S_ISDIR(status.st_mode)) {
      interest.files = true;
      return next;
    }
    at = std::move(next);
  }
  return at;
}

}  // namespace kgw::source
