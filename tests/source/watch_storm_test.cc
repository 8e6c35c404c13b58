// Writers that never rest: whatever Poll() returns is whole.
#include <atomic>
#include <chrono>
#include <thread>

#include "base/hash.h"
#include "watched_folder.h"

namespace kgw::source {
namespace {

constexpr int kRounds = 1000;

int64_t Now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

// A line that says what the rest must hash to.
std::string Sealed(const std::string& text) {
  return std::to_string(base::Hash(text)) + "\n" + text;
}
bool IsSealed(const std::string& bytes) {
  const size_t line = bytes.find('\n');
  return line != std::string::npos && Sealed(bytes.substr(line + 1)) == bytes;
}

class WatchStorm : public WatchedFolder {
 protected:
  // Calls Poll() without pause while `write` runs, then until all is quiet for a while.
  template <typename Write, typename Check>
  void PollDuring(const Write& write, const Check& check) {
    watch_ = std::make_unique<FileWatch>(
        std::vector<std::string>{At("conf")},
        FileWatch::Options{kMillisecond, 5 * kMillisecond, kMillisecond, GetParam()});
    std::atomic<bool> done = false;
    std::thread writer([&] {
      write();
      done = true;
    });
    int64_t last = Now();
    while (!done || Now() - last < kSecond / 2) {
      if (!watch_->Poll(Now(), &change_, &next_)) continue;
      last = Now();
      ++changes_;
      for (const FileText& file : change_.changed)
        latest_[fs::path(file.name).filename()] = file.bytes;
      check();
    }
    writer.join();
  }

  std::map<std::string, std::string> latest_;
  int changes_ = 0;
};
INSTANTIATE_TEST_SUITE_P(, WatchStorm, testing::Values(Method::kInotify, Method::kPolling),
                         MethodName);

TEST_P(WatchStorm, OfReplacedFilesNeverReturnsATornText) {
  const auto text = [](int file, int round) {
    return Sealed(
        std::string(static_cast<size_t>(20'000 + 10 * round), static_cast<char>('a' + file)) +
        std::to_string(round));
  };
  const auto name = [](int file) { return "f" + std::to_string(file) + ".yaml"; };
  for (int file = 0; file < 5; ++file) Write("conf/" + name(file), text(file, 0));
  PollDuring(
      [&] {
        for (int round = 1; round <= kRounds; ++round) {
          Replace("conf/" + name(round % 5), text(round % 5, round));
        }
      },
      [&] {
        EXPECT_TRUE(change_.removed.empty());
        EXPECT_TRUE(change_.unreadable.empty());
        for (const FileText& file : change_.changed) ASSERT_TRUE(IsSealed(file.bytes)) << file.name;
      });
  ASSERT_EQ(latest_.size(), 5u);
  for (int round = kRounds - 4; round <= kRounds; ++round) {
    EXPECT_EQ(latest_[name(round % 5)], text(round % 5, round));
  }
  EXPECT_GT(changes_, 2) << "the storm must not have been waited for";
}

TEST_P(WatchStorm, OfConfigMapSwapsNeverMixesGenerations) {
  const auto write = [&](int round) {
    const std::string folder = "..2024_" + std::to_string(round);
    for (const char* name : {"a.yaml", "b.yaml"}) {
      Write("conf/" + folder + "/" + name, std::to_string(round));
    }
    fs::create_directory_symlink(folder, At("conf/..data_tmp"));
    fs::rename(At("conf/..data_tmp"), At("conf/..data"));
    if (round > 0) fs::remove_all(At("conf/..2024_" + std::to_string(round - 1)));
  };
  write(0);
  fs::create_symlink("..data/a.yaml", At("conf/a.yaml"));
  fs::create_symlink("..data/b.yaml", At("conf/b.yaml"));
  PollDuring(
      [&] {
        for (int round = 1; round <= kRounds; ++round) write(round);
      },
      [&] {
        EXPECT_TRUE(change_.removed.empty());
        ASSERT_EQ(latest_["a.yaml"], latest_["b.yaml"]);
      });
  EXPECT_EQ(latest_["a.yaml"], std::to_string(kRounds));
  EXPECT_EQ(latest_["b.yaml"], std::to_string(kRounds));
}

}  // namespace
}  // namespace kgw::source
