// What is reached through symbolic links: ConfigMaps, git checkouts, links to single files.
#include <unistd.h>

#include "watched_folder.h"

namespace kgw::source {
namespace {

class WatchLinks : public WatchedFolder {
 protected:
  // As the kubelet does: a new hidden folder, then one rename moves all files to it.
  void SwapConfigMap(const std::string& version, const std::string& a, const std::string& b) {
    const std::string folder = "..2024_" + version;
    Write("conf/" + folder + "/a.yaml", a);
    Write("conf/" + folder + "/b.yaml", b);
    std::error_code none;
    const fs::path old = fs::read_symlink(At("conf/..data"), none);
    fs::create_directory_symlink(folder, At("conf/..data_tmp"));
    fs::rename(At("conf/..data_tmp"), At("conf/..data"));
    for (const char* name : {"a.yaml", "b.yaml"}) {
      if (!fs::is_symlink(At("conf") / fs::path(name))) {
        fs::create_symlink(fs::path("..data") / name, At("conf") / fs::path(name));
      }
    }
    if (!old.empty()) fs::remove_all(root_ / "conf" / old);
  }
};
INSTANTIATE_TEST_SUITE_P(, WatchLinks, testing::Values(Method::kInotify, Method::kPolling),
                         MethodName);

TEST_P(WatchLinks, AConfigMapSwapIsOneChange) {
  SwapConfigMap("1", "one", "eins");
  EXPECT_EQ(Follow({"conf"}), "conf/a.yaml=one conf/b.yaml=eins");
  SwapConfigMap("2", "two", "zwei");
  EXPECT_EQ(Next(), "conf/a.yaml=two conf/b.yaml=zwei");
  SwapConfigMap("3", "two", "drei");
  EXPECT_EQ(Next(), "conf/b.yaml=drei");
  SwapConfigMap("4", "two", "drei");
  EXPECT_TRUE(IsQuiet());
}

TEST_P(WatchLinks, AConfigMapSwapIsSeenByAFileNamedInIt) {
  SwapConfigMap("1", "one", "eins");
  EXPECT_EQ(Follow({"conf/a.yaml"}), "conf/a.yaml=one");
  SwapConfigMap("2", "two", "zwei");
  EXPECT_EQ(Next(), "conf/a.yaml=two");
}

TEST_P(WatchLinks, AKeyThatLeavesTheConfigMapIsRemoved) {
  SwapConfigMap("1", "one", "eins");
  Follow({"conf"});
  fs::create_directory(At("conf/..2024_2"));
  Write("conf/..2024_2/a.yaml", "two");
  fs::create_directory_symlink("..2024_2", At("conf/..data_tmp"));
  fs::rename(At("conf/..data_tmp"), At("conf/..data"));
  fs::remove(At("conf/b.yaml"));
  EXPECT_EQ(Next(), "conf/a.yaml=two -conf/b.yaml");
}

TEST_P(WatchLinks, APathMayBeALinkThatIsTurned) {
  Write("v1/conf/a.yaml", "one");
  Write("v1/conf/old.yaml", "old");
  Write("v2/conf/a.yaml", "two");
  fs::create_directory_symlink("v1", At("current"));
  fs::create_directory_symlink("current/conf", At("link"));
  EXPECT_EQ(Follow({"link"}), "link/a.yaml=one link/old.yaml=old");
  fs::create_directory_symlink("v2", At("next"));
  fs::rename(At("next"), At("current"));
  EXPECT_EQ(Next(), "link/a.yaml=two -link/old.yaml");
  Write("v2/conf/a.yaml", "edited");
  EXPECT_EQ(Next(), "link/a.yaml=edited");
  Write("v1/conf/a.yaml", "nobody looks here");
  EXPECT_TRUE(IsQuiet());
}

TEST_P(WatchLinks, TheTargetOfALinkIsFollowedInItsOwnFolder) {
  Write("elsewhere/deep/real.txt", "1");
  fs::create_symlink(At("elsewhere/deep/real.txt"), At("conf/a.yaml"));
  fs::create_symlink("../elsewhere/../elsewhere/deep/real.txt", At("conf/b.yaml"));
  EXPECT_EQ(Follow({"conf"}), "conf/a.yaml=1 conf/b.yaml=1");
  Write("elsewhere/deep/real.txt", "edited");
  EXPECT_EQ(Next(), "conf/a.yaml=edited conf/b.yaml=edited");
  fs::rename(At("elsewhere"), At("away"));
  EXPECT_EQ(Next(), "!conf/a.yaml !conf/b.yaml");
  fs::rename(At("away"), At("elsewhere"));
  EXPECT_EQ(Next(), "");
}

TEST_P(WatchLinks, PathsMayBeRelative) {
  Write("conf/a.yaml", "1");
  fs::current_path(root_);
  const FileWatch::Options options{.method = GetParam()};
  watch_ = std::make_unique<FileWatch>(
      std::vector<std::string>{"conf/../conf/", "./conf/a.yaml", "conf/none"}, options);
  Next();
  ASSERT_EQ(change_.changed.size(), 2u);
  EXPECT_EQ(change_.changed[0].name, "conf/../conf/a.yaml");
  EXPECT_EQ(change_.changed[1].name, "./conf/a.yaml");
  Write("conf/a.yaml", "two");
  Next();
  EXPECT_EQ(change_.changed.size(), 2u);
}

TEST_P(WatchLinks, AFolderMayGoByTwoPaths) {
  Write("conf/a.yaml", "1");
  fs::current_path(root_);
  const FileWatch::Options options{.method = GetParam()};
  // Of the relative path only the names in the folder matter, of the other one the contents too.
  watch_ = std::make_unique<FileWatch>(std::vector<std::string>{At("conf"), "conf/none/x.yaml"},
                                       options);
  Next();
  Write("conf/a.yaml", "two");
  Next();
  ASSERT_EQ(change_.changed.size(), 1u);
  EXPECT_EQ(change_.changed[0].bytes, "two");
}

}  // namespace
}  // namespace kgw::source
