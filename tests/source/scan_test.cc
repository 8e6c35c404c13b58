#include "source/scan.h"

#include "base/hash.h"
#include "watched_folder.h"

namespace kgw::source {
namespace {

// The method does not matter here; Follow() is not called.
class Scans : public WatchedFolder {
 protected:
  // One scan, in whose midst, between the listing and the reading, something happens.
  Scan Run(
      const std::function<void()>& meanwhile = [] {}, const KnownFiles& known = {},
      int64_t now_ns = 0) {
    return ScanPaths(std::vector<std::string>{At("conf")}, known, now_ns,
                     [&](const Folders&) { meanwhile(); });
  }
  // conf/a.yaml as it is, read at that time, but with a hash that its bytes do not have.
  KnownFiles Mistaken(int64_t read_ns) const {
    return {{At("conf/a.yaml"), Known{StampOf(At("conf/a.yaml")), 0, read_ns, 1, 0}}};
  }
};
INSTANTIATE_TEST_SUITE_P(, Scans, testing::Values(Method::kPolling), MethodName);

TEST_P(Scans, AreStillIfNothingMoves) {
  Write("conf/a.yaml", "1");
  const Scan scan = Run();
  EXPECT_TRUE(scan.still);
  ASSERT_EQ(scan.files.size(), 1u);
  EXPECT_EQ(scan.files[0].bytes, "1");
  EXPECT_EQ(scan.files[0].known.hash, base::Hash("1"));
}

TEST_P(Scans, NameTheFilesThatMoved) {
  for (const char* name : {"conf/a.yaml", "conf/b.yaml", "conf/c.yaml"}) Write(name, "1");
  const Scan scan = Run([&] {
    Write("conf/a.yaml", "longer");
    fs::remove(At("conf/b.yaml"));
    Write("conf/d.yaml", "new");
  });
  EXPECT_FALSE(scan.still);
  EXPECT_EQ(scan.moving,
            (std::set<std::string>{At("conf/a.yaml"), At("conf/b.yaml"), At("conf/d.yaml")}));
}

TEST_P(Scans, TakeTheOtherLinksOfAFolderAlong) {
  Write("real/a", "1");
  Write("real/b", "1");
  Write("conf/plain.yaml", "1");
  fs::create_symlink("../real/a", At("conf/a.yaml"));
  fs::create_symlink("../real/b", At("conf/b.yaml"));
  const Scan scan = Run([&] { Write("real/a", "longer"); });
  EXPECT_EQ(scan.moving, (std::set<std::string>{At("conf/a.yaml"), At("conf/b.yaml")}));
}

TEST_P(Scans, ReadAgainWhatChangedJustBeforeItWasRead) {
  Write("conf/a.yaml", "1");
  EXPECT_EQ(Run([] {}, Mistaken(kSecond), kSecond).files.size(), 1u);
  EXPECT_EQ(Run([] {}, Mistaken(2 * kSecond), kSecond).files.size(), 0u);
}

}  // namespace
}  // namespace kgw::source
