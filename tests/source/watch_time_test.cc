// When a watch reads: silence, the longest wait, intervals, and what it does at the system's
// limits.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

#include "watched_folder.h"

namespace kgw::source {
namespace {

class WatchTime : public WatchedFolder {
 protected:
  // One call at a time that the test chooses, once what the test did has arrived.
  bool PollAt(int64_t now) {
    if (GetParam() == Method::kInotify) {
      EXPECT_TRUE(Readable(10'000));
    }
    now_ = now;
    return watch_->Poll(now_, &change_, &next_);
  }
};
INSTANTIATE_TEST_SUITE_P(, WatchTime, testing::Values(Method::kInotify, Method::kPolling),
                         MethodName);

TEST_P(WatchTime, ReadsAfterSilence) {
  Write("conf/a.yaml", "1");
  Follow({"conf"});
  ASSERT_TRUE(IsQuiet());
  const int64_t start = now_ + 10 * kSecond;
  Write("conf/a.yaml", "two");
  EXPECT_FALSE(PollAt(start));
  EXPECT_EQ(next_, start + 100 * kMillisecond);
  Write("conf/a.yaml", "three");
  EXPECT_FALSE(PollAt(start + 60 * kMillisecond));
  EXPECT_EQ(next_, start + 160 * kMillisecond);
  EXPECT_FALSE(watch_->Poll(start + 159 * kMillisecond, &change_, &next_));
  EXPECT_TRUE(watch_->Poll(start + 160 * kMillisecond, &change_, &next_));
  EXPECT_EQ(Text(), "conf/a.yaml=three");
}

TEST_P(WatchTime, AStormPostponesItNoLongerThanTheLongestWait) {
  Write("conf/a.yaml", "x");
  Follow({"conf"});
  ASSERT_TRUE(IsQuiet());
  const int64_t start = now_ + 10 * kSecond;
  std::string bytes = "x";
  for (int64_t at = 0; at < 1000; at += 90) {
    Write("conf/a.yaml", bytes += "x");
    EXPECT_FALSE(PollAt(start + at * kMillisecond));
  }
  EXPECT_EQ(next_, start + kSecond);
  Write("conf/a.yaml", bytes += "x");
  EXPECT_TRUE(PollAt(start + kSecond));
  EXPECT_EQ(Text(), "conf/a.yaml=" + bytes);
}

TEST_P(WatchTime, AQuietWatchAsksForNothingButItsInterval) {
  Write("conf/a.yaml", "1");
  Follow({"conf"});
  ASSERT_TRUE(IsQuiet());
  EXPECT_EQ(watch_->fd() >= 0, GetParam() == Method::kInotify);
  if (GetParam() == Method::kInotify) {
    EXPECT_EQ(next_, FileWatch::kNever);
  } else {
    now_ = next_;
    EXPECT_FALSE(watch_->Poll(now_, &change_, &next_));
    EXPECT_EQ(next_, now_ + kSecond);
  }
}

TEST_P(WatchTime, PollingReadsAYoungFileAgain) {
  if (GetParam() != Method::kPolling) GTEST_SKIP() << "events tell";
  Write("conf/a.yaml", "1");
  Follow({"conf"});
  now_ = next_;
  EXPECT_FALSE(watch_->Poll(now_, &change_, &next_));
  EXPECT_EQ(next_, now_ + 100 * kMillisecond) << "the next write may have left the same stamp";
}

TEST_P(WatchTime, AFolderThatCannotBeWatchedIsPolled) {
  if (geteuid() == 0) GTEST_SKIP() << "root may watch everything";
  Write("conf/a.yaml", "1");
  fs::permissions(At("conf"), fs::perms::owner_write | fs::perms::owner_exec);
  EXPECT_EQ(Follow({"conf/a.yaml"}), "conf/a.yaml=1");
  EXPECT_EQ(next_, now_ + kSecond);
  Write("conf/a.yaml", "two");
  EXPECT_EQ(Next(), "conf/a.yaml=two");
  fs::permissions(At("conf"), fs::perms::owner_all);
}

TEST_P(WatchTime, LongestTimesDoNotOverflow) {
  Write("conf/a.yaml", "1");
  watch_ = std::make_unique<FileWatch>(
      std::vector<std::string>{At("conf")},
      FileWatch::Options{FileWatch::kNever, FileWatch::kNever, FileWatch::kNever, GetParam()});
  EXPECT_TRUE(watch_->Poll(kSecond, &change_, &next_));
  EXPECT_EQ(next_, FileWatch::kNever);
}

#ifdef __linux__

TEST_P(WatchTime, TheDescriptorIsNotInheritedAndDoesNotBlock) {
  if (GetParam() != Method::kInotify) GTEST_SKIP() << "polling has none";
  Follow({"conf"});
  EXPECT_NE(fcntl(watch_->fd(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_NE(fcntl(watch_->fd(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_P(WatchTime, WithoutDescriptorsItPollsAndSaysSo) {
  if (GetParam() != Method::kInotify) GTEST_SKIP() << "polling needs none";
  Write("conf/a.yaml", "1");
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none = {0, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  watch_ = std::make_unique<FileWatch>(std::vector<std::string>{At("conf")}, FileWatch::Options{});
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(watch_->fd(), -1);
  EXPECT_EQ(Next(), "conf/a.yaml=1 !");
  EXPECT_EQ(change_.unreadable[0].code, "CannotWatch");
  EXPECT_EQ(change_.unreadable[0].severity, Severity::kWarning);
  Write("conf/a.yaml", "two");
  EXPECT_EQ(Next(), "conf/a.yaml=two !");
}

// The events that did not fit are lost, all but the news that some were.
TEST_P(WatchTime, AnOverflowOfEventsIsSurvived) {
  if (GetParam() != Method::kInotify) GTEST_SKIP() << "polling has no queue";
  int64_t limit = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> limit;
  if (limit > 50'000) GTEST_SKIP() << "the queue of this system is too long";
  Write("conf/.a", "hidden, so of no interest");
  Write("conf/.b", "the same");
  Write("conf/a.yaml", "1");
  Follow({"conf"});
  ASSERT_TRUE(IsQuiet());
  for (int64_t i = 0; i <= limit; ++i) {
    // Two files in turn: equal events in a row are but one.
    ASSERT_EQ(chmod(At(i % 2 == 0 ? "conf/.a" : "conf/.b").c_str(), 0600), 0);
  }
  Write("conf/sub/c.yaml", "late");
  EXPECT_EQ(Next(), "conf/sub/c.yaml=late");
  Write("conf/sub/c.yaml", "later");
  EXPECT_EQ(Next(), "conf/sub/c.yaml=later");
}

// 0: all was well; 1: not; 2: this system does not let it be tried.
int WithFewWatches(const std::string& folder) {
  if (unshare(CLONE_NEWUSER) != 0) return 2;
  const int file = open("/proc/sys/user/max_inotify_watches", O_WRONLY | O_CLOEXEC);
  if (file < 0 || write(file, "4", 1) != 1) return 2;
  close(file);
  FileWatch watch({folder}, {});
  FilesChanged change;
  int64_t next = 0;
  if (!watch.Poll(0, &change, &next) || change.changed.size() != 1) return 1;
  if (change.unreadable.size() != 1 || change.unreadable[0].code != "CannotWatch") return 1;
  if (next != kSecond) return 1;
  const int fd = watch.fd();
  std::ofstream(folder + "/a.yaml") << "other bytes";
  for (int i = 0; i < 20; ++i) {
    if (!watch.Poll(next, &change, &next)) continue;
    return watch.fd() == fd && change.changed.size() == 1 ? 0 : 1;
  }
  return 1;
}

TEST_P(WatchTime, WithoutWatchesItPollsAndSaysSo) {
  if (GetParam() != Method::kInotify) GTEST_SKIP() << "polling needs none";
  Write("conf/a.yaml", "1");
  for (int i = 0; i < 8; ++i) fs::create_directory(At("conf/" + std::to_string(i)));
  const pid_t child = fork();  // the limit is the child's alone
  if (child == 0) _exit(WithFewWatches(At("conf")));
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 2) GTEST_SKIP() << "needs a user namespace";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

#endif

}  // namespace
}  // namespace kgw::source
