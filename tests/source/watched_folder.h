// tests/source/watched_folder.h - a real folder, a watch of it and a clock that the test turns.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "source/watch.h"

namespace kgw::source {

namespace fs = std::filesystem;
using Method = FileWatch::Method;

constexpr int64_t kMillisecond = 1'000'000, kSecond = 1'000'000'000;

inline bool HasInotify() { return FileWatch({}, {.method = Method::kBest}).fd() >= 0; }

class WatchedFolder : public testing::TestWithParam<Method> {
 protected:
  void SetUp() override {
    if (GetParam() == Method::kInotify && !HasInotify()) GTEST_SKIP() << "there is no inotify here";
    std::string name = (fs::temp_directory_path() / "kgw-watch-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    fs::create_directory(root_ / "conf");
  }
  void TearDown() override {
    fs::current_path(start_);
    if (!root_.empty()) fs::remove_all(root_);
  }

  std::string At(const std::string& name) const { return (root_ / name).string(); }
  void Write(const std::string& name, const std::string& bytes) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << bytes;
  }
  // As careful writers do: readers see the old bytes or the new ones.
  void Replace(const std::string& name, const std::string& bytes) {
    const fs::path next = (root_ / name).parent_path() / ".next";
    std::ofstream(next, std::ios::binary) << bytes;
    fs::rename(next, root_ / name);
  }

  // Follows these from now on; what is there at first is returned like Next().
  std::string Follow(std::vector<std::string> names) {
    for (std::string& name : names) name = At(name);
    watch_ =
        std::make_unique<FileWatch>(std::move(names), FileWatch::Options{.method = GetParam()});
    return Next();
  }

  // Waits for news as a caller would: "name=bytes" for what changed, "-name" for what is gone and
  // "!name" for what cannot be read.
  std::string Next() {
    for (int i = 0; i < 200; ++i) {
      if (watch_->Poll(now_, &change_, &next_)) return Text();
      if (next_ != FileWatch::kNever) {
        now_ = std::max(now_, next_);
      } else if (!Readable(10'000)) {
        return "(nothing in ten seconds)";
      }
    }
    return "(nothing in 200 calls)";
  }

  // All that waits has been done, and there was nothing to say.
  bool IsQuiet() {
    for (int i = 0; i < 20; ++i) {
      if (watch_->Poll(now_, &change_, &next_)) return false;
      if (next_ == FileWatch::kNever && !Readable(20)) return true;
      if (next_ != FileWatch::kNever) now_ = std::max(now_, next_);
    }
    return true;
  }

  bool Readable(int milliseconds) const {
    pollfd wait = {watch_->fd(), POLLIN, 0};
    return watch_->fd() >= 0 && poll(&wait, 1, milliseconds) == 1;
  }

  std::string Text() const {
    std::string out;
    const auto append = [&](const std::string& mark, const std::string& name,
                            const std::string& bytes) {
      if (!out.empty()) out += " ";
      out += mark + (name.empty() ? "" : fs::path(name).lexically_relative(root_).string()) + bytes;
    };
    for (const FileText& file : change_.changed) append("", file.name, "=" + file.bytes);
    for (const std::string& name : change_.removed) append("-", name, "");
    for (const Diagnostic& finding : change_.unreadable) append("!", finding.file, "");
    return out;
  }

  fs::path root_;
  const fs::path start_ = fs::current_path();  // a test may go elsewhere
  std::unique_ptr<FileWatch> watch_;
  FilesChanged change_;
  int64_t now_ = 5 * kSecond, next_ = 0;
};

inline std::string MethodName(const testing::TestParamInfo<Method>& info) {
  return info.param == Method::kInotify ? "Inotify" : "Polling";
}

}  // namespace kgw::source
