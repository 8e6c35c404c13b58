#include "source/watch.h"

#include <sys/stat.h>
#include <unistd.h>

#include "watched_folder.h"

namespace kgw::source {
namespace {

class Watch : public WatchedFolder {};
INSTANTIATE_TEST_SUITE_P(, Watch, testing::Values(Method::kInotify, Method::kPolling), MethodName);

TEST_P(Watch, FirstReturnsEverything) {
  Write("conf/b.yaml", "2");
  Write("conf/a.yaml", "1");
  Write("conf/sub/c.json", "3");
  Write("conf/README.md", "no");
  EXPECT_EQ(Follow({"conf"}), "conf/a.yaml=1 conf/b.yaml=2 conf/sub/c.json=3");
  EXPECT_TRUE(IsQuiet());
}

TEST_P(Watch, ReturnsOnlyWhatChanged) {
  Write("conf/a.yaml", "1");
  Write("conf/b.yaml", "2");
  Follow({"conf"});
  Write("conf/b.yaml", "two");
  EXPECT_EQ(Next(), "conf/b.yaml=two");
  Replace("conf/a.yaml", "one");
  EXPECT_EQ(Next(), "conf/a.yaml=one");
  Write("conf/c.yaml", "3");
  EXPECT_EQ(Next(), "conf/c.yaml=3");
  EXPECT_TRUE(IsQuiet());
}

TEST_P(Watch, SameBytesAreNoNews) {
  Write("conf/a.yaml", "1");
  Follow({"conf"});
  Write("conf/a.yaml", "1");
  EXPECT_TRUE(IsQuiet());
  Replace("conf/a.yaml", "1");
  EXPECT_TRUE(IsQuiet());
}

TEST_P(Watch, AnotherTextOfTheSameLengthIsNews) {
  Write("conf/a.yaml", "1");
  Follow({"conf"});
  for (const char* bytes : {"2", "3", "4"}) {
    Write("conf/a.yaml", bytes);
    EXPECT_EQ(Next(), std::string("conf/a.yaml=") + bytes);
  }
}

TEST_P(Watch, AMovedObjectComesInOneChange) {
  Write("conf/a.yaml", "x");
  Follow({"conf"});
  fs::rename(At("conf/a.yaml"), At("conf/b.yaml"));
  EXPECT_EQ(Next(), "conf/b.yaml=x -conf/a.yaml");
}

TEST_P(Watch, AFileThatIsGoneFromItsFolderIsRemoved) {
  Write("conf/a.yaml", "1");
  Write("conf/b.yaml", "2");
  Follow({"conf"});
  fs::remove(At("conf/a.yaml"));
  EXPECT_EQ(Next(), "-conf/a.yaml");
  fs::remove(At("conf/b.yaml"));
  EXPECT_EQ(Next(), "-conf/b.yaml !conf");
  Write("conf/c.yaml", "3");
  EXPECT_EQ(Next(), "conf/c.yaml=3");
}

TEST_P(Watch, EditorsThatMoveTheOldFileAwayAreUnderstood) {
  Write("conf/a.yaml", "1");
  Follow({"conf"});
  Write("conf/.a.yaml.swp", "swap");  // vim with backups
  Write("conf/4913", "");
  fs::remove(At("conf/4913"));
  fs::rename(At("conf/a.yaml"), At("conf/a.yaml~"));
  Write("conf/a.yaml", "edited");
  fs::remove(At("conf/a.yaml~"));
  EXPECT_EQ(Next(), "conf/a.yaml=edited");
  EXPECT_TRUE(IsQuiet());
}

TEST_P(Watch, ANamedFileMayBeRewrittenReplacedAndMissed) {
  Write("conf/gateway.conf", "1");
  Follow({"conf/gateway.conf"});
  Write("conf/other.yaml", "not followed");
  EXPECT_TRUE(IsQuiet());
  Write("conf/gateway.conf", "two");
  EXPECT_EQ(Next(), "conf/gateway.conf=two");
  Replace("conf/gateway.conf", "three");
  EXPECT_EQ(Next(), "conf/gateway.conf=three");
  fs::remove(At("conf/gateway.conf"));
  EXPECT_EQ(Next(), "!conf/gateway.conf");
  Write("conf/gateway.conf", "three");
  EXPECT_EQ(Next(), "") << "the same text is back: no change, and the finding is gone";
  Write("conf/gateway.conf", "fourth");
  EXPECT_EQ(Next(), "conf/gateway.conf=fourth");
}

TEST_P(Watch, APathThatVanishesKeepsItsFilesAndMayComeBack) {
  Write("conf/sub/a.yaml", "1");
  Write("other/b.yaml", "2");
  Follow({"conf/sub", "other"});
  fs::rename(At("conf"), At("away"));
  EXPECT_EQ(Next(), "!conf/sub");
  EXPECT_EQ(change_.unreadable[0].code, "CannotRead");
  Write("other/b.yaml", "two");
  EXPECT_EQ(Next(), "other/b.yaml=two !conf/sub");
  Write("conf/sub/a.yaml", "back");
  EXPECT_EQ(Next(), "conf/sub/a.yaml=back");
}

TEST_P(Watch, APathMayBeThereLater) {
  EXPECT_EQ(Follow({"conf/new/deep"}), "!conf/new/deep");
  Write("conf/new/deep/a.yaml", "1");
  EXPECT_EQ(Next(), "conf/new/deep/a.yaml=1");
}

TEST_P(Watch, NewFoldersAreFollowed) {
  Write("conf/a.yaml", "1");
  Follow({"conf"});
  Write("conf/x/y/b.yaml", "2");
  EXPECT_EQ(Next(), "conf/x/y/b.yaml=2");
  Write("conf/x/y/b.yaml", "two");
  EXPECT_EQ(Next(), "conf/x/y/b.yaml=two");
  fs::create_directories(At("conf/empty/later"));
  EXPECT_TRUE(IsQuiet());
  Write("conf/empty/later/c.yaml", "3");
  EXPECT_EQ(Next(), "conf/empty/later/c.yaml=3");
}

TEST_P(Watch, FoldersMayBeDeletedMovedAndMadeAgain) {
  Write("conf/a.yaml", "1");
  Write("conf/sub/b.yaml", "2");
  Follow({"conf"});
  fs::remove_all(At("conf/sub"));
  EXPECT_EQ(Next(), "-conf/sub/b.yaml");
  Write("conf/sub/b.yaml", "again");
  EXPECT_EQ(Next(), "conf/sub/b.yaml=again");
  fs::rename(At("conf/sub"), At("conf/bus"));
  EXPECT_EQ(Next(), "conf/bus/b.yaml=again -conf/sub/b.yaml");
  Write("conf/bus/b.yaml", "moved");
  EXPECT_EQ(Next(), "conf/bus/b.yaml=moved");
  fs::remove_all(At("conf"));
  EXPECT_EQ(Next(), "!conf");
  Write("conf/bus/b.yaml", "whole");
  EXPECT_EQ(Next(), "conf/bus/b.yaml=whole -conf/a.yaml");
}

TEST_P(Watch, AFolderThatBecomesAHelmChartKeepsItsFiles) {
  Write("conf/a.yaml", "1");
  Write("conf/shop/b.yaml", "2");
  Follow({"conf"});
  Write("conf/shop/Chart.yaml", "name: shop");
  EXPECT_EQ(Next(), "!conf/shop");
  EXPECT_NE(change_.unreadable[0].message.find("helm template"), std::string::npos);
  fs::remove(At("conf/shop/Chart.yaml"));
  EXPECT_EQ(Next(), "");
}

TEST_P(Watch, HiddenFilesAreNoConfiguration) {
  Write("conf/a.yaml", "1");
  Follow({"conf"});
  Write("conf/.b.yaml", "2");
  Write("conf/.git/c.yaml", "3");
  EXPECT_TRUE(IsQuiet());
}

TEST_P(Watch, AFileThatIsThereButCannotBeReadKeepsWhatItHad) {
  Write("conf/a.yaml", "1");
  Write("conf/b.yaml", "2");
  Follow({"conf"});
  fs::remove(At("conf/a.yaml"));
  fs::create_symlink("a.yaml", At("conf/a.yaml"));  // a loop stops root too
  EXPECT_EQ(Next(), "!conf/a.yaml");
  EXPECT_EQ(change_.unreadable[0].severity, Severity::kError);
  Replace("conf/b.yaml", "two");
  EXPECT_EQ(Next(), "conf/b.yaml=two !conf/a.yaml");
  Replace("conf/a.yaml", "1");
  EXPECT_EQ(Next(), "");
}

TEST_P(Watch, WithoutPermissionKeepsWhatItHad) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  Write("conf/a.yaml", "1");
  Write("conf/sub/b.yaml", "2");
  Follow({"conf"});
  fs::permissions(At("conf/a.yaml"), fs::perms::none);
  EXPECT_EQ(Next(), "!conf/a.yaml");
  fs::permissions(At("conf/sub"), fs::perms::none);
  EXPECT_EQ(Next(), "!conf/a.yaml !conf/sub");
  fs::permissions(At("conf/sub"), fs::perms::owner_all);
  fs::permissions(At("conf/a.yaml"), fs::perms::owner_all);
  EXPECT_EQ(Next(), "");
}

TEST_P(Watch, APipeIsNeverWaitedFor) {
  ASSERT_EQ(mkfifo(At("conf/pipe.yaml").c_str(), 0600), 0);
  Write("conf/a.yaml", "1");
  EXPECT_EQ(Follow({"conf", "conf/pipe.yaml"}), "conf/a.yaml=1 !conf/pipe.yaml");
}

TEST_P(Watch, AFileThatIsNamedTwiceComesOnce) {
  Write("conf/a.yaml", "1");
  EXPECT_EQ(Follow({"conf", "conf/a.yaml"}), "conf/a.yaml=1");
  Write("conf/a.yaml", "two");
  EXPECT_EQ(Next(), "conf/a.yaml=two");
}

TEST_P(Watch, NoPathsAreNoNewsForEver) {
  EXPECT_EQ(Follow({}), "");
  EXPECT_TRUE(IsQuiet());
}

}  // namespace
}  // namespace kgw::source
