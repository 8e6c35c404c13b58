#include "source/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace kgw::source {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "kgw-files-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  void Write(const std::string& name, const std::string& bytes = "x") {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << bytes;
  }
  std::string At(const std::string& name) const { return (root_ / name).string(); }

  // What was read, below the root, then what was not, as "!name".
  std::string Read(std::vector<std::string> paths) {
    read_ = ReadFiles(paths);
    std::string out;
    const auto append = [&](const std::string& mark, const std::string& name) {
      if (!out.empty()) out += " ";
      out += mark + fs::path(name).lexically_relative(root_).string();
    };
    for (const FileText& file : read_.files) append("", file.name);
    for (const Diagnostic& finding : read_.unreadable) {
      EXPECT_EQ(finding.code, "CannotRead");
      EXPECT_EQ(finding.severity, Severity::kError);
      append("!", finding.file);
    }
    return out;
  }

  fs::path root_;
  FilesRead read_;
};

TEST_F(Files, OfAFolderComeInNameOrderFoldersIncluded) {
  for (const char* name : {"b.yaml", "a.yml", "c.json", "a/z.yaml", "bb/1.YAML", "z/y/x.yaml"}) {
    Write(name);
  }
  EXPECT_EQ(Read({root_.string()}), "a/z.yaml a.yml b.yaml bb/1.YAML c.json z/y/x.yaml");
}

TEST_F(Files, ThatAreNamedComeInTheGivenOrderWhateverTheyAreCalled) {
  Write("b.txt", "second");
  Write("a.yaml");
  EXPECT_EQ(Read({At("b.txt"), At("a.yaml")}), "b.txt a.yaml");
  EXPECT_EQ(read_.files[0].name, At("b.txt"));
  EXPECT_EQ(read_.files[0].bytes, "second");
}

TEST_F(Files, KeepTheirBytes) {
  const std::string bytes("\r\n\0\xff end", 8);
  Write("a.yaml", bytes);
  Write("empty.yaml", "");
  Write("large.yaml", std::string(300000, 'y'));
  EXPECT_EQ(Read({root_.string()}), "a.yaml empty.yaml large.yaml");
  EXPECT_EQ(read_.files[0].bytes, bytes);
  EXPECT_EQ(read_.files[1].bytes, "");
  EXPECT_EQ(read_.files[2].bytes.size(), 300000u);
}

TEST_F(Files, HiddenAndOtherOnesOfAFolderAreLeftOut) {
  for (const char* name : {".a.yaml", ".git/b.yaml", "README.md", "yaml", "c.yaml.bak", "d.yaml"}) {
    Write(name);
  }
  EXPECT_EQ(Read({root_.string()}), "d.yaml");
  EXPECT_EQ(Read({At(".a.yaml")}), ".a.yaml");
}

TEST_F(Files, LinksToFilesAreFollowedLinksToFoldersAreNot) {
  Write(".data/real.yaml", "linked");
  Write("sub/a.yaml");
  fs::create_symlink(".data/real.yaml", root_ / "link.yaml");
  fs::create_directory_symlink(".", root_ / "loop");
  fs::create_directory_symlink("sub", root_ / "folder.yaml");
  EXPECT_EQ(Read({root_.string()}), "link.yaml sub/a.yaml");
  EXPECT_EQ(read_.files[0].bytes, "linked");
  EXPECT_EQ(Read({At("loop/sub")}), "loop/sub/a.yaml");
}

TEST_F(Files, ABrokenLinkIsAnError) {
  Write("a.yaml");
  fs::create_symlink("nowhere", root_ / "b.yaml");
  EXPECT_EQ(Read({root_.string()}), "a.yaml !b.yaml");
}

TEST_F(Files, APipeInAFolderIsLeftOut) {
  Write("a.yaml");
  ASSERT_EQ(mkfifo(At("pipe.yaml").c_str(), 0600), 0);
  EXPECT_EQ(Read({root_.string()}), "a.yaml");
}

TEST_F(Files, ThatAreMissingDoNotKeepTheOthersBack) {
  Write("a.yaml");
  EXPECT_EQ(Read({At("none.yaml"), At("a.yaml"), At("a.yaml/x")}), "a.yaml !none.yaml !a.yaml/x");
  EXPECT_EQ(read_.unreadable[0].message, "there is no such file or folder");
  EXPECT_EQ(ReadFiles(std::vector<std::string>{""}).unreadable.size(), 1u);
}

TEST_F(Files, AnEmptyFolderSaysWhatItLacks) {
  Write("README.md");
  Write("sub/x.txt");
  EXPECT_EQ(Read({root_.string()}), "!.");
  EXPECT_EQ(read_.unreadable[0].message, "the folder has no *.yaml, *.yml or *.json file");
}

TEST_F(Files, AHelmChartIsNotReadAndSaysWhatToDo) {
  Write("shop/Chart.yaml");
  Write("shop/templates/route.yaml");
  Write("a.yaml");
  EXPECT_EQ(Read({At("shop")}), "!shop");
  EXPECT_NE(read_.unreadable[0].message.find("helm template " + At("shop")), std::string::npos);
  EXPECT_EQ(Read({root_.string()}), "a.yaml !shop");
}

TEST_F(Files, ThatFailWhileTheyAreReadAreErrors) {
  if (!fs::exists("/proc/self/mem")) GTEST_SKIP() << "needs /proc";
  const FilesRead read = ReadFiles(std::vector<std::string>{"/proc/self/mem"});
  EXPECT_TRUE(read.files.empty());
  ASSERT_EQ(read.unreadable.size(), 1u);
  EXPECT_NE(read.unreadable[0].message.find("cannot be read"), std::string::npos);
}

TEST_F(Files, WithoutPermissionAreErrors) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  Write("a.yaml");
  Write("locked/b.yaml");
  fs::permissions(root_ / "a.yaml", fs::perms::none);
  fs::permissions(root_ / "locked", fs::perms::none);
  EXPECT_EQ(Read({root_.string()}), "!a.yaml !locked");
  fs::permissions(root_ / "locked", fs::perms::owner_all);
}

}  // namespace
}  // namespace kgw::source
