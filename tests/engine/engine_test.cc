#include "kgw/engine.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "config/parse.h"
#include "kgw/json.h"
#include "texts.h"

namespace kgw {
namespace {

namespace fs = std::filesystem;

// The codes of a report's findings.
std::string Codes(const Report& report) {
  std::string out;
  for (const Diagnostic& d : report.diagnostics) {
    if (!out.empty()) out += " ";
    out += d.code;
  }
  return out;
}

class EngineTest : public testing::Test {
 protected:
  EngineTest() { EXPECT_EQ(Codes(engine_.Apply("gateway.yaml", kGateway)), ""); }

  Engine engine_{Options{.seed = 1, .unix_seconds = [] { return 1'700'000'000; }}};
};

TEST_F(EngineTest, WhatIsValidIsPublishedBesideWhatIsNot) {
  const Report report =
      engine_.Apply("a.yaml", UpstreamText("one") + RouteText("good", "/good", "one") +
                                  "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"
                                  "metadata: {name: bad}\nspec: {rules: many}\n");
  EXPECT_TRUE(report.HasErrors());
  EXPECT_EQ(report.objects, 3u);
  EXPECT_EQ(report.generation, 2u);
  EXPECT_EQ(Ask(&engine_, "/good"), "one.example");
  EXPECT_EQ(Ask(&engine_, "/bad"), "404 NoRoute");
}

TEST_F(EngineTest, GenerationsCountEveryChange) {
  EXPECT_EQ(engine_.Apply("a.yaml", "").generation, 2u);
  EXPECT_EQ(engine_.Apply("a.yaml", "{").generation, 3u);
  EXPECT_EQ(engine_.Apply(std::span<const Source>()).generation, 4u);
}

TEST_F(EngineTest, ARejectedObjectKeepsItsLastGoodForm) {
  engine_.Apply("a.yaml", UpstreamText("one") + RouteText("r", "/", "one"));
  const Report report = engine_.Apply(
      "a.yaml",
      "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: one}\nspec: {}\n---\n" +
          RouteText("r", "/new", "one"));
  EXPECT_TRUE(report.HasErrors());
  EXPECT_EQ(Ask(&engine_, "/new"), "one.example");
  EXPECT_EQ(Ask(&engine_, "/"), "404 NoRoute");
}

TEST_F(EngineTest, OnTheFirstLoadARejectedUpstreamIsNotThere) {
  engine_.Apply(
      "a.yaml",
      "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: one}\nspec: {}\n---\n" +
          RouteText("r", "/", "one"));
  EXPECT_EQ(Ask(&engine_, "/"), "500 BackendNotFound");
}

TEST_F(EngineTest, ABrokenFileDeletesNothingUntilItIsWhole) {
  engine_.Apply("a.yaml", UpstreamText("one") + RouteText("r", "/", "one"));
  const Report broken = engine_.Apply("a.yaml", UpstreamText("two") + "a: [\n");
  EXPECT_TRUE(broken.HasErrors());
  EXPECT_EQ(broken.objects, 4u);
  EXPECT_EQ(Ask(&engine_, "/"), "one.example");
  EXPECT_EQ(engine_.Apply("a.yaml", UpstreamText("two")).objects, 2u);
  EXPECT_EQ(Ask(&engine_, "/"), "404 NoRoute");
}

TEST_F(EngineTest, AnEmptySourceRemovesWhatItBrought) {
  engine_.Apply("up.yaml", UpstreamText("one"));
  engine_.Apply("route.yaml", RouteText("r", "/", "one"));
  EXPECT_EQ(engine_.Apply("up.yaml", "").objects, 2u);
  EXPECT_EQ(Ask(&engine_, "/"), "500 BackendNotFound");
  EXPECT_EQ(engine_.Apply("route.yaml", "# nothing\n").objects, 1u);
  EXPECT_EQ(Ask(&engine_, "/"), "404 NoRoute");
}

TEST_F(EngineTest, SeveralSourcesAreOneChange) {
  engine_.Apply("up.yaml", UpstreamText("one"));
  engine_.Apply("route.yaml", RouteText("r", "/", "one"));
  const std::vector<Source> swap = {{"up.yaml", ""}, {"other.yaml", UpstreamText("one")}};
  const Report report = engine_.Apply(swap);
  EXPECT_EQ(Codes(report), "");
  EXPECT_EQ(report.generation, 4u);
  EXPECT_EQ(Ask(&engine_, "/"), "one.example");
}

TEST_F(EngineTest, OfTwoObjectsWithOneNameTheFirstStays) {
  const Report report = engine_.Apply("again.yaml", kGateway);
  EXPECT_EQ(Codes(report), "DuplicateObject");
  EXPECT_EQ(report.diagnostics[0].file, "again.yaml");
  EXPECT_NE(report.diagnostics[0].message.find("gateway.yaml:2"), std::string::npos);
}

TEST_F(EngineTest, FindingsComeBySourceThenByLine) {
  const std::string twice = RouteText("r", "/", "none") + RouteText("s", "/", "none");
  const std::vector<Source> sources = {{"z.yaml", "kind: X\n---\nkind: Y\n"},
                                       {"a.yaml", twice + "{}\n"}};
  const Report report = engine_.Apply(sources);
  ASSERT_GE(report.diagnostics.size(), 5u);
  std::string last_file = "z.yaml";
  uint32_t last_line = 0;
  for (const Diagnostic& d : report.diagnostics) {
    if (d.file != last_file) {
      EXPECT_EQ(last_file + d.file, "z.yamla.yaml");
      last_line = 0;
    }
    EXPECT_GE(d.line, last_line);
    last_file = d.file;
    last_line = d.line;
  }
  EXPECT_EQ(last_file, "a.yaml");
}

TEST_F(EngineTest, ForeignKindsAreCountedNotFound) {
  const Report report = engine_.Apply(
      "a.yaml",
      "apiVersion: apps/v1\nkind: Deployment\n---\napiVersion: apps/v1\nkind: Deployment\n"
      "---\napiVersion: batch/v1\nkind: Job\n");
  EXPECT_EQ(Codes(report), "");
  EXPECT_EQ(report.ignored.at("Deployment (apps/v1)"), 2u);
  EXPECT_EQ(report.ignored.at("Job (batch/v1)"), 1u);
}

TEST_F(EngineTest, AJsonFileIsJsonByItsName) {
  const std::string_view upstream =
      R"({"apiVersion":"gloo.solo.io/v1","kind":"Upstream","metadata":{"name":"one"},)"
      R"("spec":{"static":{"hosts":[{"addr":"one.example","port":80}]}}})";
  EXPECT_EQ(engine_.Apply("a.json", upstream).objects, 2u);
  EXPECT_TRUE(engine_.Apply("b.json", "kind: X").HasErrors());
  EXPECT_EQ(engine_.Apply("b.yaml", upstream, Format::kJson).objects, 2u);
  EXPECT_EQ(engine_.Apply("c.json", UpstreamText("two"), Format::kYaml).objects, 3u);
}

TEST_F(EngineTest, AReaderOutlivesItsEngine) {
  auto engine = std::make_unique<Engine>();
  engine->Apply("a.yaml",
                std::string(kGateway) + "---\n" + UpstreamText("one") + RouteText("r", "/", "one"));
  const auto reader = engine->NewReader();
  engine.reset();
  Decision d;
  for (int i = 0; i < 2; ++i) {
    reader->Route({}, &d);
    EXPECT_EQ(d.endpoint.hostname, "one.example");
    reader->Rest();
  }
}

TEST_F(EngineTest, AReaderFromBeforeTheFirstChangeSeesIt) {
  Engine engine;
  const auto reader = engine.NewReader();
  Decision d;
  reader->Route({}, &d);
  EXPECT_EQ(d.reason, "NoListener");
  engine.Apply("a.yaml", kGateway);
  reader->Route({}, &d);
  EXPECT_EQ(d.reason, "NoRoute");
}

// Which of eight hosts of equal weight 40 requests get.
std::string Draws(Engine* engine) {
  const auto reader = engine->NewReader();
  std::string out;
  Decision d;
  for (int i = 0; i < 40; ++i) {
    reader->Route({}, &d);
    out += std::to_string(d.backend.index);
  }
  return out;
}

TEST_F(EngineTest, ReadersOfOneSeedDifferFromEachOtherAndRepeat) {
  std::string text = UpstreamText("one") + RouteText("r", "/", "one");
  std::string refs = "[";
  for (int i = 0; i < 8; ++i) refs += "{group: gloo.solo.io, kind: Upstream, name: one},";
  const size_t at = text.find("[{group");
  text.replace(at, text.find('\n', at) - at, refs + "]");
  Engine same{Options{.seed = 1}}, other{Options{.seed = 2}};
  for (Engine* engine : {&engine_, &same, &other}) engine->Apply("a.yaml", text);
  same.Apply("gateway.yaml", kGateway);
  other.Apply("gateway.yaml", kGateway);
  const std::string first = Draws(&engine_), second = Draws(&engine_);
  EXPECT_NE(first, second);
  EXPECT_EQ(Draws(&same), first);
  EXPECT_EQ(Draws(&same), second);
  EXPECT_NE(Draws(&other), first);
}

TEST_F(EngineTest, ExplainsWhileItChanges) {
  const std::string good = UpstreamText("one") + RouteText("r", "/", "one");
  const std::string bad = RouteText("r", "/", "none");
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < 100; ++i) engine_.Apply("a.yaml", i % 2 == 0 ? good : bad);
    done = true;
  });
  while (!done) {
    const std::string json = ExplanationJson(engine_.Explain({}));
    EXPECT_TRUE(config::ParseJson(json).errors.empty()) << json;
  }
  writer.join();
}

class LoadTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "kgw-load-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string Write(const std::string& name, std::string_view bytes) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << bytes;
    return (root_ / name).string();
  }
  Report Load(const std::vector<std::string>& paths) { return engine_.Load(paths); }

  fs::path root_;
  Engine engine_;
};

TEST_F(LoadTest, AFolderIsOneChange) {
  Write("gateway.yaml", kGateway);
  Write("sub/up.yaml", UpstreamText("one"));
  Write("route.yml", RouteText("r", "/", "one"));
  const Report report = Load({root_.string()});
  EXPECT_EQ(Codes(report), "");
  EXPECT_EQ(report.objects, 3u);
  EXPECT_EQ(report.generation, 1u);
  EXPECT_EQ(Ask(&engine_, "/"), "one.example");
}

TEST_F(LoadTest, NothingReadableIsNothingPublished) {
  fs::create_directories(root_ / "empty");
  Write("chart/Chart.yaml", "name: shop");
  for (const char* name : {"none.yaml", "empty", "chart"}) {
    const Report report = Load({(root_ / name).string()});
    EXPECT_EQ(Codes(report), "CannotRead") << name;
    EXPECT_TRUE(report.HasErrors());
    EXPECT_EQ(report.generation, 0u);
  }
  EXPECT_EQ(Ask(&engine_, "/"), "0 NoListener");
}

TEST_F(LoadTest, WhatCannotBeReadDoesNotKeepTheRestBack) {
  const std::string gateway = Write("gateway.yaml", kGateway);
  const Report report = Load({(root_ / "none.yaml").string(), gateway});
  EXPECT_EQ(Codes(report), "CannotRead");
  EXPECT_EQ(report.objects, 1u);
  EXPECT_EQ(report.generation, 1u);
}

TEST_F(LoadTest, WhatComesBesideTheFilesIsPartOfTheChange) {
  const std::vector<std::string> paths = {Write("route.yaml", RouteText("r", "/", "one"))};
  const std::vector<Source> more = {{"-", std::string(kGateway) + "---\n" + UpstreamText("one")}};
  const Report report = engine_.Load(paths, more);
  EXPECT_EQ(Codes(report), "");
  EXPECT_EQ(report.generation, 1u);
  EXPECT_EQ(Ask(&engine_, "/"), "one.example");
}

TEST_F(LoadTest, AFileThatIsGoneKeepsItsObjects) {
  const std::string gateway = Write("gateway.yaml", kGateway);
  const std::string up = Write("up.yaml", UpstreamText("one") + RouteText("r", "/", "one"));
  Load({gateway, up});
  fs::remove(up);
  EXPECT_EQ(Codes(Load({gateway, up})), "CannotRead");
  EXPECT_EQ(Ask(&engine_, "/"), "one.example");
}

TEST_F(LoadTest, AFolderWithoutPermissionIsAnError) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  fs::permissions(root_, fs::perms::none);
  EXPECT_EQ(Codes(Load({root_.string()})), "CannotRead");
  fs::permissions(root_, fs::perms::owner_all);
}

}  // namespace
}  // namespace kgw
