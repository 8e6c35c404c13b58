// Snapshots are swapped under load: no decision mixes two of them, and no count is lost.
//
// Each generation has names of its own in every part of a decision that comes from the
// configuration, so that a mixture shows. KGW_SWAPS sets how many swaps there are.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "balance/ticket.h"
#include "router/router.h"
#include "snapshot/store.h"

namespace kgw {
namespace {

constexpr uint32_t kNames = 16;  // generations take turns with them
constexpr int kReaders = 2;

uint64_t Swaps() {
  const char* wanted = std::getenv("KGW_SWAPS");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 100'000;
}

// Two endpoints that stay, and all else by the generation.
model::Model Tagged(uint32_t name) {
  const std::string tag = "g" + std::to_string(name);
  model::Model model;
  model.upstreams = {{.cluster = "shop", .display = "default/shop"}};
  model.upstreams[0].endpoints = {{.hostname = "a.example", .port = 80},
                                  {.hostname = "b.example", .port = 80}};
  model.upstreams.push_back({.cluster = tag, .display = tag});
  model.upstreams[1].endpoints = {{.hostname = tag, .port = 80}};
  model::Action action;
  action.filters.host = {.value = tag};
  action.filters.request.set = {{"x-generation", tag}};
  action.filters.path = model::PathRewrite{model::PathRewrite::Type::kFull, "/" + tag};
  for (uint32_t i = 0; i < 2; ++i) {
    model::Backend& backend = action.backends.emplace_back();
    backend.index = i;
    backend.target = {.kind = "Service", .namespace_ = "default", .name = tag, .upstream = i};
  }
  model::Route& route = model.routes.emplace_back();
  route.namespace_ = "default";
  route.name = tag;
  route.rules = {{.name = tag, .matches = {{.path = {}}}, .action = std::move(action)}};
  model::Listener listener{.name = tag, .port = 80};
  listener.routes = {{0, {{"", ""}}}};
  model.gateways = {{"default/" + tag, {std::move(listener)}}};
  return model;
}

bool IsWhole(const Decision& d) {
  const std::string tag = "g" + std::to_string(d.generation % kNames);
  const bool cluster = d.backend.index == 0 ? d.cluster == "shop" : d.cluster == tag;
  const bool endpoint = d.backend.index == 0 ? d.endpoint.hostname == "a.example" ||
                                                   d.endpoint.hostname == "b.example"
                                             : d.endpoint.hostname == tag;
  return d.verdict == Verdict::kForward && cluster && endpoint && d.gateway == "default/" + tag &&
         d.listener == tag && d.route.name == tag && d.route.rule_name == tag &&
         d.backend.name == tag && d.request.authority == tag && d.request.path == "/" + tag &&
         d.request.edits.set.size() == 1 && d.request.edits.set[0].value == tag;
}

struct Tally {
  uint64_t decisions = 0, shop = 0, mixed = 0, backwards = 0;
};

class Load {
 public:
  Load(const std::shared_ptr<snapshot::SnapshotStore>& store,
       std::shared_ptr<balance::HostTable> hosts, uint64_t seed)
      : router_(store, seed), hosts_(std::move(hosts)) {}

  Tally Run(const std::atomic<bool>& stop) {
    while (!stop.load(std::memory_order_relaxed)) Step();
    Finish();
    return tally_;
  }

 private:
  void Step() {
    Decision d;
    router_.Route({.authority = "x.example"}, &d);
    Judge(d);
    if (tally_.decisions % 5 == 0) {
      router_.Retry(&request_, &d.ticket, {.result = Result::kReset}, &d);
      Judge(d);
    }
    open_.push_back(d.ticket);
    if (open_.size() == 64) Finish();
    if (tally_.decisions % 97 == 0) router_.Rest();
  }

  void Judge(const Decision& d) {
    ++tally_.decisions;
    tally_.shop += d.backend.index == 0 ? 1 : 0;
    tally_.mixed += IsWhole(d) ? 0 : 1;
    tally_.backwards += d.generation < last_ ? 1 : 0;
    last_ = d.generation;
  }

  void Finish() {
    for (const Ticket& ticket : open_) {
      hosts_->Done(balance::TicketData::Read(ticket).host, {.status = 200});
    }
    open_.clear();
  }

  const Request request_{.authority = "x.example"};
  router::Router router_;
  std::shared_ptr<balance::HostTable> hosts_;
  std::vector<Ticket> open_;
  uint64_t last_ = 0;
  Tally tally_;
};

TEST(Swap, NoDecisionMixesTwoSnapshotsAndNoCountIsLost) {
  const auto hosts = std::make_shared<balance::HostTable>();
  const auto store = std::make_shared<snapshot::SnapshotStore>();
  std::vector<model::Model> models;
  for (uint32_t i = 0; i < kNames; ++i) models.push_back(Tagged(i));
  const auto publish = [&](uint64_t generation) {
    auto snapshot = std::make_unique<const snapshot::Snapshot>(models[generation % kNames],
                                                               Options{}, generation, hosts);
    store->Publish(std::move(snapshot), 0, hosts->cluster_slots());
  };
  publish(1);
  std::atomic<bool> stop{false};
  std::vector<Tally> tallies(kReaders);
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&, i] { tallies[i] = Load(store, hosts, 7 + i).Run(stop); });
  }
  const uint64_t swaps = Swaps();
  for (uint64_t i = 2; i < swaps + 2; ++i) publish(i);
  stop.store(true);
  for (std::thread& reader : readers) reader.join();

  Tally sum;
  for (const Tally& t : tallies) {
    EXPECT_EQ(t.mixed, 0u);
    EXPECT_EQ(t.backwards, 0u);
    EXPECT_GT(t.decisions, 0u);
    sum.shop += t.shop;
    sum.decisions += t.decisions;
  }
  // The hosts of "shop" were never gone, so every request to them is in their counts.
  const auto current = store->Current();
  uint64_t finished = 0;
  for (const snapshot::Host& compiled : current->HostsOf(current->ClusterOf(0))) {
    const balance::HostState& host = hosts->At(compiled.slot);
    EXPECT_EQ(host.active, 0u);
    finished += host.finished;
  }
  EXPECT_EQ(finished, sum.shop);
  store->Reclaim();
  EXPECT_EQ(store->Held(0).retired, 0u);  // every snapshot was freed
  std::printf("%llu swaps, %llu decisions\n", static_cast<unsigned long long>(swaps),
              static_cast<unsigned long long>(sum.decisions));
}

}  // namespace
}  // namespace kgw
