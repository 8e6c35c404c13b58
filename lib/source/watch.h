// source/watch.h - follows files and folders as they change.
//
// What Poll() returns existed together at one moment: not the two halves of a ConfigMap's swap or a
// file that is being written. What cannot be read keeps what it had. Control path; starts no thread
// and reads no clock; one thread at a time. inotify does not see what other machines do to a
// network file system: use kPolling there.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "kgw/diagnostic.h"
#include "source/files.h"
#include "source/inotify.h"
#include "source/listing.h"
#include "source/scan.h"

namespace kgw::source {

// To be applied at once: what moved from one file to another must not be missing in between.
struct FilesChanged {
  std::vector<FileText> changed;     // new, or with other bytes; in the order of ReadFiles
  std::vector<std::string> removed;  // names that are gone, in name order
  // All that stands in the way now, also if it did before: errors with code "CannotRead", whose
  // files keep what they had, and the warning "CannotWatch".
  std::vector<Diagnostic> unreadable;
};

class FileWatch {
 public:
  enum class Method : uint8_t { kBest, kInotify, kPolling };

  struct Options {
    int64_t debounce_ns = 100'000'000;        // of silence before anything is read
    int64_t longest_wait_ns = 1'000'000'000;  // then it is read without silence
    int64_t poll_interval_ns = 1'000'000'000;
    Method method = Method::kBest;  // inotify where offered
  };

  FileWatch(std::vector<std::string> paths, Options options);

  // Readable when something happened; the same for life. -1: there is none, and only the time that
  // Poll() asks for counts.
  int fd() const { return inotify_.fd(); }

  // Does what is due. `now_ns` is any monotonic clock. `*next_ns`: when to call again at the
  // latest, or kNever. True if `*change` has news; the first call returns everything.
  bool Poll(int64_t now_ns, FilesChanged* change, int64_t* next_ns);

  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

 private:
  bool Stirred(int64_t now_ns);
  bool Polling() const;
  int64_t Due() const;
  int64_t Overdue() const;
  void Watch(const Folders& folders);
  bool Read(int64_t now_ns, FilesChanged* change);
  bool Commit(Scan* scan, FilesChanged* change);
  Diagnostic CannotWatch() const;

  const std::vector<std::string> paths_;
  const Options options_;
  Inotify inotify_;
  std::string cannot_watch_;  // why inotify is not used although it should be
  bool blind_ = false;        // inotify does not see everything

  KnownFiles known_;                    // as last returned
  std::vector<Diagnostic> unreadable_;  // likewise
  Listing seen_;                        // the last look, while polling
  int64_t look_ns_ = 0;                 // when to look again
  bool uncertain_ = false;              // the next look must read again what looks the same
  bool started_ = false;
  bool pending_ = true;                 // something happened that no scan has settled
  int64_t first_ns_ = 0, last_ns_ = 0;  // when that began, and when it last happened
};

}  // namespace kgw::source
