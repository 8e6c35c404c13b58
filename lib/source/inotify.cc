#include "source/inotify.h"

#ifdef __linux__

#include <limits.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace kgw::source {
namespace {

// IN_MASK_ADD: a folder that goes by two paths needs what either of them needs.
constexpr uint32_t kNames = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF |
                            IN_MOVE_SELF | IN_ATTRIB | IN_ONLYDIR | IN_MASK_ADD;
constexpr uint32_t kContents = IN_MODIFY | IN_CLOSE_WRITE;
constexpr uint32_t kFolderItself = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT;

std::string Because(int error) { return std::generic_category().message(error); }

bool IsLimit(int error) {
  return error == ENOSPC || error == ENOMEM || error == EMFILE || error == ENFILE;
}

void Merge(const Interest& from, Interest* to) {
  to->listed |= from.listed;
  to->files |= from.files;
  to->names.insert(from.names.begin(), from.names.end());
}

}  // namespace

Inotify::~Inotify() {
  if (fd_ >= 0) close(fd_);
}

bool Inotify::Offered() { return true; }

std::string Inotify::Open() {
  fd_ = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  return fd_ >= 0 ? "" : Because(errno);
}

Inotify::Result Inotify::Watch(const Folders& folders) {
  Result out;
  std::map<int, Interest> wanted;
  for (const auto& [folder, interest] : folders) {
    const bool contents = interest.listed || interest.files;
    // A folder that is watched already keeps its number; one that took its place gets another.
    const int watch = inotify_add_watch(fd_, folder.c_str(), kNames | (contents ? kContents : 0));
    if (watch >= 0) {
      Merge(interest, &wanted[watch]);
    } else if (IsLimit(errno)) {
      out.problem = Because(errno);
      watches_.merge(wanted);
      wanted.clear();
      break;
    } else if (errno == EACCES) {
      out.blind = true;
    }  // else it is gone, which the next look will show
  }
  DropAllBut(wanted);
  watches_ = std::move(wanted);
  return out;
}

void Inotify::DropAllBut(const std::map<int, Interest>& wanted) {
  for (const auto& [watch, interest] : watches_) {
    if (!wanted.contains(watch)) inotify_rm_watch(fd_, watch);
  }
}

bool Inotify::Drain() {
  alignas(inotify_event) char buffer[16 * (sizeof(inotify_event) + NAME_MAX + 1)];
  bool matters = false;
  while (true) {
    const ssize_t size = read(fd_, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return matters;  // nothing more for now
    for (const char* at = buffer; at < buffer + size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(at);
      if (Matters(event->wd, event->mask, event->len > 0 ? event->name : "")) matters = true;
      at += sizeof(inotify_event) + event->len;
    }
  }
}

bool Inotify::Matters(int watch, unsigned mask, const char* name) {
  if (mask & IN_Q_OVERFLOW) return true;
  const auto it = watches_.find(watch);
  if (it == watches_.end()) return false;  // dropped since
  const Interest& interest = it->second;
  if (mask & kFolderItself) {
    if (mask & IN_IGNORED) watches_.erase(it);
    return true;
  }
  const std::string_view text = name;
  // Without a name it is the folder itself: who may read it has changed.
  if (text.empty() || interest.names.contains(std::string(text))) return true;
  return interest.listed && !text.starts_with('.');
}

}  // namespace kgw::source

#else

namespace kgw::source {

Inotify::~Inotify() = default;
bool Inotify::Offered() { return false; }
std::string Inotify::Open() { return "this system has no inotify"; }
Inotify::Result Inotify::Watch(const Folders&) { return {}; }
bool Inotify::Drain() { return false; }

}  // namespace kgw::source

#endif
