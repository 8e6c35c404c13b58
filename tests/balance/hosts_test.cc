#include "balance/hosts.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "balance/ticket.h"

namespace kgw::balance {
namespace {

const model::Endpoint kOne = {.address = "10.0.0.1", .port = 80};
const model::Endpoint kTwo = {.address = "10.0.0.2", .port = 80};
const Outcome kFine = {.status = 200};

TEST(HostTable, TheSameEndpointOfTheSameClusterKeepsItsSlotAndCounts) {
  HostTable table;
  const SlotRef cluster = table.AcquireCluster("shop");
  const SlotRef before = table.AcquireHost(cluster, kOne);
  table.Begin(before);
  const SlotRef after = table.AcquireHost(cluster, kOne);  // of the next snapshot
  table.ReleaseHost(before);
  table.Sweep();
  EXPECT_EQ(before, after);
  EXPECT_EQ(table.At(after).active, 1u);
  table.Done(before, kFine);
  EXPECT_EQ(table.At(after).active, 0u);
  EXPECT_EQ(table.At(after).finished, 1u);
}

TEST(HostTable, OfAnotherClusterItIsAnotherHost) {
  HostTable table;
  const SlotRef a = table.AcquireHost(table.AcquireCluster("a"), kOne);
  const SlotRef b = table.AcquireHost(table.AcquireCluster("b"), kOne);
  EXPECT_NE(a.slot, b.slot);
}

TEST(HostTable, ASlotIsUsedAgainOnlyWhenItsRequestsAreDone) {
  HostTable table;
  const SlotRef cluster = table.AcquireCluster("shop");
  const SlotRef gone = table.AcquireHost(cluster, kOne);
  table.Begin(gone);
  table.ReleaseHost(gone);
  table.Sweep();
  EXPECT_NE(table.AcquireHost(cluster, kTwo).slot, gone.slot);
  table.Done(gone, kFine);
  table.Sweep();
  const SlotRef next = table.AcquireHost(cluster, {.hostname = "c.example", .port = 80});
  EXPECT_EQ(next.slot, gone.slot);
  EXPECT_NE(next.generation, gone.generation);
  EXPECT_EQ(table.At(next).finished, 0u);
}

TEST(HostTable, ATicketOfAHostThatIsGoneCountsForNobody) {
  HostTable table;
  const SlotRef cluster = table.AcquireCluster("shop");
  const SlotRef gone = table.AcquireHost(cluster, kOne);
  table.ReleaseHost(gone);
  table.Sweep();
  const SlotRef next = table.AcquireHost(cluster, kTwo);
  ASSERT_EQ(next.slot, gone.slot);
  table.Begin(next);
  table.Done(gone, kFine);
  EXPECT_EQ(table.At(next).active, 1u);
  EXPECT_EQ(table.At(next).finished, 0u);
}

TEST(HostTable, CountsNeverFallBelowZero) {
  HostTable table;
  const SlotRef host = table.AcquireHost(table.AcquireCluster("shop"), kOne);
  table.Done(host, kFine);
  EXPECT_EQ(table.At(host).active, 0u);
}

TEST(HostTable, MadeUpTicketsDoNothing) {
  HostTable table;
  table.AcquireHost(table.AcquireCluster("shop"), kOne);
  for (const uint32_t slot : {0u, 1u, 63u, 64u, 1u << 20, (1u << 31) - 1, UINT32_MAX}) {
    for (const uint32_t generation : {0u, 2u, UINT32_MAX}) table.Done({slot, generation}, kFine);
  }
  EXPECT_EQ(table.At({0, 1}).finished, 0u);
}

TEST(HostTable, SaysWhatFailed) {
  HostTable table;
  const SlotRef host = table.AcquireHost(table.AcquireCluster("shop"), kOne);
  for (const Outcome& outcome :
       {Outcome{.status = 200}, Outcome{.status = 499}, Outcome{.status = 500},
        Outcome{.result = Result::kReset}, Outcome{.result = Result::kConnectFailure},
        Outcome{.result = Result::kTimeout}, Outcome{.result = Result::kAborted}}) {
    table.Begin(host);
    table.Done(host, outcome);
  }
  EXPECT_EQ(table.At(host).active, 0u);
  EXPECT_EQ(table.At(host).finished, 6u);  // an aborted try says nothing
  EXPECT_EQ(table.At(host).failed, 4u);
}

TEST(HostTable, GrowsWithoutMovingAnybody) {
  HostTable table;
  const SlotRef cluster = table.AcquireCluster("shop");
  std::vector<SlotRef> hosts;
  std::vector<HostState*> states;
  for (uint32_t i = 0; i < 5000; ++i) {
    hosts.push_back(table.AcquireHost(cluster, {.address = std::to_string(i), .port = 80}));
    states.push_back(&table.At(hosts.back()));
  }
  for (uint32_t i = 0; i < 5000; ++i) EXPECT_EQ(&table.At(hosts[i]), states[i]);
}

TEST(HostTable, LosesNoCountBetweenThreads) {
  HostTable table;
  const SlotRef host = table.AcquireHost(table.AcquireCluster("shop"), kOne);
  constexpr int kEach = 20000;
  const auto work = [&] {
    for (int i = 0; i < kEach; ++i) {
      table.Begin(host);
      table.Done(host, kFine);
    }
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(table.At(host).active, 0u);
  EXPECT_EQ(table.At(host).finished, uint64_t{2 * kEach});
}

TEST(TicketData, ReadsWhatItWrote) {
  TicketData data{.host = {7, 1},
                  .cluster = {(1u << 28) - 1, UINT32_MAX},
                  .backend = 15,
                  .tried = {1, 2, 3, UINT32_MAX}};
  const TicketData read = TicketData::Read(data.Write());
  EXPECT_EQ(read.host, data.host);
  EXPECT_EQ(read.cluster, data.cluster);
  EXPECT_EQ(read.backend, data.backend);
  EXPECT_EQ(read.tried, data.tried);
  EXPECT_FALSE(data.Write().empty());
  EXPECT_TRUE(Ticket().empty());
}

TEST(TicketData, RemembersTheLastFourThatFailed) {
  TicketData data;
  for (uint32_t slot = 10; slot < 16; ++slot) {
    data.host = {slot, 1};
    data.Exclude();
  }
  for (uint32_t slot = 12; slot < 16; ++slot) EXPECT_TRUE(data.WasTried(slot));
  EXPECT_FALSE(data.WasTried(11));
}

}  // namespace
}  // namespace kgw::balance
