#include "source/watch.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"

namespace kgw::source {
namespace {

// In a storm without pause, how often to hope for a moment of rest before taking what rests.
constexpr int kTries = 8;

int64_t Later(int64_t now_ns, int64_t delay_ns) {
  return now_ns > FileWatch::kNever - delay_ns ? FileWatch::kNever : now_ns + delay_ns;
}

bool SameFindings(const std::vector<Diagnostic>& a, const std::vector<Diagnostic>& b) {
  return std::ranges::equal(a, b, [](const Diagnostic& x, const Diagnostic& y) {
    return x.file == y.file && x.code == y.code && x.message == y.message;
  });
}

}  // namespace

FileWatch::FileWatch(std::vector<std::string> paths, Options options)
    : paths_(std::move(paths)), options_(options) {
  if (options.method == Method::kPolling) return;
  if (options.method == Method::kBest && !Inotify::Offered()) return;
  cannot_watch_ = inotify_.Open();
}

bool FileWatch::Poll(int64_t now_ns, FilesChanged* change, int64_t* next_ns) {
  *change = {};
  if (Stirred(now_ns)) {
    if (!pending_) first_ns_ = now_ns;
    last_ns_ = now_ns;
    pending_ = true;
  }
  const bool due = !started_ || (pending_ && now_ns >= Due());
  const bool news = due && Read(now_ns, change);
  *next_ns = pending_ ? Due() : Polling() ? look_ns_ : kNever;
  return news;
}

bool FileWatch::Polling() const { return inotify_.fd() < 0 || !cannot_watch_.empty() || blind_; }

int64_t FileWatch::Due() const {
  return std::min(Later(last_ns_, options_.debounce_ns), Overdue());
}

int64_t FileWatch::Overdue() const { return Later(first_ns_, options_.longest_wait_ns); }

// Whether something happened since the last call.
bool FileWatch::Stirred(int64_t now_ns) {
  const bool told = inotify_.fd() >= 0 && inotify_.Drain();
  if (!started_ || !Polling() || (!pending_ && now_ns < look_ns_)) return told;
  Listing now = List(paths_);
  const bool moved = now != seen_ || (uncertain_ && !pending_);
  seen_ = std::move(now);
  look_ns_ = Later(now_ns, options_.poll_interval_ns);
  return told || moved;
}

void FileWatch::Watch(const Folders& folders) {
  if (inotify_.fd() < 0 || !cannot_watch_.empty()) return;
  Inotify::Result result = inotify_.Watch(folders);
  cannot_watch_ = std::move(result.problem);
  blind_ = result.blind;
}

// Reads what changed. False if it is still on the move, or nothing differs.
bool FileWatch::Read(int64_t now_ns, FilesChanged* change) {
  const bool overdue = !started_ || now_ns >= Overdue();
  Scan scan;
  for (int tries = overdue ? kTries : 1; tries > 0 && !scan.still; --tries) {
    scan = ScanPaths(paths_, known_, now_ns, [this](const Folders& f) { Watch(f); });
  }
  last_ns_ = now_ns;
  if (!scan.still && !overdue) return false;
  first_ns_ = now_ns;
  pending_ = !scan.still;
  const bool news = Commit(&scan, change) || !started_;
  started_ = true;
  if (Polling()) {
    seen_ = std::move(scan.listing);
    look_ns_ = Later(now_ns, options_.poll_interval_ns);
  }
  return news;
}

// Takes over what did not move, and says what is new in it.
bool FileWatch::Commit(Scan* scan, FilesChanged* change) {
  uncertain_ = scan->failed;
  for (Scan::File& file : scan->files) {
    if (scan->moving.contains(file.name)) continue;
    if (!file.known.Certain()) uncertain_ = true;
    known_[file.name] = file.known;
    if (!file.same) change->changed.push_back({std::move(file.name), std::move(file.bytes)});
  }
  change->removed = scan->Gone(known_);
  for (const std::string& name : change->removed) known_.erase(name);
  for (Diagnostic& finding : scan->findings) {
    if (!scan->moving.contains(finding.file)) change->unreadable.push_back(std::move(finding));
  }
  if (!cannot_watch_.empty()) change->unreadable.push_back(CannotWatch());
  const bool news = !SameFindings(change->unreadable, unreadable_);
  unreadable_ = change->unreadable;
  return news || !change->changed.empty() || !change->removed.empty();
}

Diagnostic FileWatch::CannotWatch() const {
  Diagnostic out;
  out.severity = Severity::kWarning;
  out.code = "CannotWatch";
  out.message = base::Cat(
      "files cannot be watched by inotify (", cannot_watch_, "), so they are looked at every ",
      std::to_string(options_.poll_interval_ns / 1'000'000),
      " ms instead; the limits are fs.inotify.max_user_watches and fs.inotify.max_user_instances");
  return out;
}

}  // namespace kgw::source
