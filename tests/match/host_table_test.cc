#include "match/host_table.h"

#include <gtest/gtest.h>

#include <memory>

namespace kgw::match {
namespace {

model::Listener Listener(std::string hostname, std::vector<std::string> routes) {
  model::Listener listener;
  listener.hostname = std::move(hostname);
  for (const std::string& route : routes) {
    listener.routes.push_back({static_cast<uint32_t>(listener.routes.size()), {{route, route}}});
  }
  return listener;
}

class HostTableTest : public testing::Test {
 protected:
  void Build(std::vector<model::Listener> listeners) {
    listeners_ = std::move(listeners);
    std::vector<const model::Listener*> pointers;
    for (const model::Listener& listener : listeners_) pointers.push_back(&listener);
    table_ = std::make_unique<HostTable>(pointers, 0, &groups_);
  }

  // The patterns that are tried for a host, in their order.
  std::string Chain(std::string_view host) const {
    std::string chain;
    for (const HostEntry* e = table_->Find(host); e != nullptr; e = e->next) {
      chain += chain.empty() ? "" : " > ";
      chain += e->pattern.empty() ? "any" : e->pattern;
    }
    return chain;
  }

  std::vector<model::Listener> listeners_;
  std::vector<RouteGroup> groups_;
  std::unique_ptr<HostTable> table_;
};

TEST_F(HostTableTest, FollowsLessSpecificHostnamesOfTheSameListener) {
  Build({Listener("", {"a.b.c", "*.b.c", "*.c"})});
  EXPECT_EQ(Chain("a.b.c"), "a.b.c > *.b.c > *.c > any");
  EXPECT_EQ(Chain("x.y.b.c"), "*.b.c > *.c > any");
  EXPECT_EQ(Chain("b.c"), "*.c > any");
  EXPECT_EQ(Chain("c"), "any");
}

TEST_F(HostTableTest, NeverLeavesTheListener) {
  Build({Listener("", {"*.c"}), Listener("*.b.c", {"a.b.c", "*.a.b.c"})});
  EXPECT_EQ(Chain("a.b.c"), "a.b.c > *.b.c");
  EXPECT_EQ(Chain("x.a.b.c"), "*.a.b.c > *.b.c");
  EXPECT_EQ(Chain("x.c"), "*.c > any");
  EXPECT_EQ(table_->Find("a.b.c")->listener, &listeners_[1]);
}

TEST_F(HostTableTest, LeavesOutWhatAnotherListenerAnswers) {
  Build(
      {Listener("", {"a.b.c", "*.b.c", "*.x.b.c"}), Listener("*.b.c", {}), Listener("a.b.c", {})});
  EXPECT_TRUE(groups_.empty());
  EXPECT_EQ(table_->Find("a.b.c")->listener, &listeners_[2]);
  EXPECT_EQ(table_->Find("y.x.b.c")->listener, &listeners_[1]);
  EXPECT_EQ(table_->Find("c")->listener, &listeners_[0]);
}

TEST_F(HostTableTest, AWildcardStandsForAtLeastOneLabel) {
  Build({Listener("*.b.c", {})});
  EXPECT_EQ(Chain("b.c"), "");
  EXPECT_EQ(Chain(".b.c"), "");
  EXPECT_EQ(Chain("a..b.c"), "*.b.c");
  EXPECT_EQ(Chain("ab.c"), "");
  EXPECT_EQ(Chain(""), "");
}

TEST_F(HostTableTest, GroupsOfAnEntryRankByTheRoutesOwnHostnames) {
  Build({Listener("a.b.c", {})});
  listeners_[0].routes = {{0, {{"a.b.c", "*.c"}}},
                          {1, {{"a.b.c", "a.b.c"}}},
                          {2, {{"a.b.c", "*.b.c"}}},
                          {3, {{"a.b.c", "a.b.c"}}}};
  groups_.clear();
  const model::Listener* listener = listeners_.data();
  table_ = std::make_unique<HostTable>(std::span(&listener, 1), 5, &groups_);
  ASSERT_EQ(groups_.size(), 3u);
  EXPECT_EQ(table_->Find("a.b.c")->first_group, 5u);
  EXPECT_EQ(table_->Find("a.b.c")->group_count, 3u);
  EXPECT_EQ(groups_[0].routes, (std::vector<uint32_t>{1, 3}));
  EXPECT_EQ(groups_[1].routes, (std::vector<uint32_t>{2}));
  EXPECT_EQ(groups_[2].routes, (std::vector<uint32_t>{0}));
}

}  // namespace
}  // namespace kgw::match
