#include "source/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/strings.h"
#include "config/load.h"

namespace kgw::source {
namespace {

constexpr size_t kSmallestBlock = 64 * 1024, kLargestBlock = 1024 * 1024;

int64_t Nanoseconds(const timespec& t) { return int64_t{t.tv_sec} * 1000000000 + t.tv_nsec; }

Stamp StampOf(const struct stat& s) {
#ifdef __APPLE__
  const timespec &modified = s.st_mtimespec, &changed = s.st_ctimespec;
#else
  const timespec &modified = s.st_mtim, &changed = s.st_ctim;
#endif
  return {static_cast<uint64_t>(s.st_dev), static_cast<uint64_t>(s.st_ino),
          static_cast<uint64_t>(s.st_size), Nanoseconds(modified), Nanoseconds(changed)};
}

std::string CannotBeRead(int error) {
  return base::Cat("the file cannot be read: ", std::generic_category().message(error));
}

// Empty, or what went wrong.
std::string ReadAll(int file, size_t expected, std::string* bytes) {
  // One byte more finds the end without another block.
  bytes->reserve(expected <= config::kLargestText ? expected + 1 : 0);
  while (true) {
    const size_t before = bytes->size();
    const size_t room = bytes->capacity() - before;
    bytes->resize(before + (room == 0 ? kSmallestBlock : std::min(room, kLargestBlock)));
    ssize_t count;
    do {
      count = read(file, bytes->data() + before, bytes->size() - before);
    } while (count < 0 && errno == EINTR);
    const int error = errno;
    bytes->resize(before + static_cast<size_t>(count < 0 ? 0 : count));
    if (count < 0) return CannotBeRead(error);
    if (bytes->size() > config::kLargestText) {
      return base::Cat("the file is larger than ", std::to_string(config::kLargestText >> 20),
                       " MiB; split it");
    }
    if (count == 0) return "";
  }
}

}  // namespace

Stamp StampOf(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 ? StampOf(status) : Stamp{};
}

FileRead ReadFile(const std::string& path, Reading reading) {
  FileRead out;
  // O_NONBLOCK: opening a pipe that nobody writes to would wait.
  const int wait = reading == Reading::kRegularOnly ? O_NONBLOCK : 0;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | wait);
  struct stat before, after;
  if (file < 0 || fstat(file, &before) != 0) {
    out.problem = CannotBeRead(errno);
  } else if (reading == Reading::kRegularOnly && !S_ISREG(before.st_mode)) {
    out.problem = "this is no regular file, so its changes cannot be followed; name a file";
  } else {
    out.stamp = StampOf(before);
    const size_t size = S_ISREG(before.st_mode) ? static_cast<size_t>(before.st_size) : 0;
    out.problem = ReadAll(file, size, &out.bytes);
    out.moved = fstat(file, &after) != 0 || StampOf(after) != out.stamp;
  }
  if (file >= 0) close(file);
  return out;
}

}  // namespace kgw::source
