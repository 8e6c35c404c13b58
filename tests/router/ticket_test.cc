// Tickets, retries, batches, pins and peeking: what a decision leaves behind.
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <thread>

#include "served.h"
#include "support/allocations.h"

namespace kgw::router {
namespace {

constexpr uint32_t kHosts = 6;  // of upstream kNamed in ManyHosts()

// One rule to an upstream of several hosts, with a mirror to another upstream.
model::Model ManyHosts(uint32_t hosts = kHosts, bool mirror = false) {
  model::Filters filters;
  filters.host = {.type = model::HostRewrite::Type::kEndpoint};
  if (mirror) filters.mirrors = {{To(kTwo).target, 1, 1}};
  model::Model model = OneRule(PrefixMatch(""), ForwardTo(kNamed, std::move(filters)));
  model.upstreams[kNamed].endpoints.clear();
  for (uint32_t i = 0; i < hosts; ++i) {
    model.upstreams[kNamed].endpoints.push_back(
        {.hostname = "h" + std::to_string(i) + ".example", .port = 80});
  }
  return model;
}

balance::TicketData Data(const Ticket& ticket) { return balance::TicketData::Read(ticket); }

uint32_t ActiveOf(const Served& served, const Ticket& ticket) {
  return served.hosts().At(Data(ticket).host).active;
}

const Outcome kRefused = {.result = Result::kConnectFailure};

TEST(Ticket, EachForwardAndEachMirrorIsAnActiveRequest) {
  Served served(ManyHosts(1, true));
  const Decision d = served.Get("/");
  ASSERT_EQ(d.mirrors.size(), 1u);
  EXPECT_EQ(ActiveOf(served, d.ticket), 1u);
  EXPECT_EQ(ActiveOf(served, d.mirrors[0].ticket), 1u);
  served.hosts().Done(Data(d.ticket).host, {.status = 200});
  EXPECT_EQ(ActiveOf(served, d.ticket), 0u);
  EXPECT_EQ(ActiveOf(served, d.mirrors[0].ticket), 1u);
}

TEST(Ticket, OnlyForwardsHaveOne) {
  Served served(OneRule(PrefixMatch("/a"), ForwardTo(kEmpty)));
  EXPECT_TRUE(served.Get("/a").ticket.empty());
  EXPECT_TRUE(served.Get("/b").ticket.empty());
}

TEST(Ticket, OutlivesTheSnapshotThatGaveIt) {
  Served served(ManyHosts());
  const Ticket ticket = served.Get("/").ticket;
  for (int i = 0; i < 3; ++i) served.Publish(ManyHosts());
  served.Get("/");
  EXPECT_GE(ActiveOf(served, ticket), 1u);
  served.Publish(OneRule(PrefixMatch(""), ForwardTo(kTwo)));  // its hosts are gone
  served.Get("/");
  EXPECT_EQ(ActiveOf(served, ticket), 1u);
  served.hosts().Done(Data(ticket).host, {.status = 200});
  EXPECT_EQ(ActiveOf(served, ticket), 0u);
}

TEST(Retry, TakesAHostThatDidNotFailWhileThereIsOne) {
  Served served(ManyHosts(5));
  Decision d = served.Get("/");
  std::set<std::string> used = {std::string(d.endpoint.hostname)};
  const Request request{.authority = "shop.example"};
  for (int i = 0; i < 4; ++i) {
    const Ticket failed = d.ticket;
    served.router().Retry(&request, &d.ticket, kRefused, &d);
    EXPECT_EQ(ActiveOf(served, failed), 0u);
    ASSERT_EQ(d.verdict, Verdict::kForward);
    EXPECT_TRUE(used.insert(std::string(d.endpoint.hostname)).second) << d.endpoint.hostname;
    EXPECT_EQ(d.request.authority, d.endpoint.hostname);  // the rewrite is that of the new host
  }
}

TEST(Retry, WithoutAnotherHostTriesTheSameAgain) {
  Served served(ManyHosts(1));
  Decision d = served.Get("/");
  served.router().Retry(nullptr, &d.ticket, kRefused, &d);
  EXPECT_EQ(d.verdict, Verdict::kForward);
  EXPECT_EQ(d.endpoint.hostname, "h0.example");
  EXPECT_EQ(served.hosts().At(Data(d.ticket).host).failed, 1u);
}

TEST(Retry, StaysWithTheClusterOfTheFailedTry) {
  model::Action action;
  for (uint32_t i = 0; i < 8; ++i) action.backends.push_back(To(i % 2 == 0 ? kTwo : kNamed, 1, i));
  Served served(OneRule(PrefixMatch(""), action));
  const Request request;
  for (int i = 0; i < 50; ++i) {
    Decision d = served.Route(request);
    const std::string cluster(d.cluster);
    served.router().Retry(&request, &d.ticket, kRefused, &d);
    EXPECT_EQ(d.cluster, cluster);
  }
}

TEST(Retry, CallsTheFunctionOfTheFailedTry) {
  model::Action action;
  for (uint32_t i = 0; i < 16; ++i) {
    action.backends.push_back(ToFunction("f" + std::to_string(i), i));
  }
  Served served(OneRule(PrefixMatch(""), action));
  const Request request;
  for (int i = 0; i < 50; ++i) {
    Decision d = served.Route(request);
    const std::string function(d.backend.function), path(d.request.path);
    served.router().Retry(&request, &d.ticket, kRefused, &d);
    EXPECT_EQ(d.backend.function, function);
    EXPECT_EQ(d.request.path, path);
    served.router().Retry(&request, &d.ticket, kRefused, &d);
    EXPECT_EQ(d.backend.function, function);
    served.router().Retry(nullptr, &d.ticket, kRefused, &d);
    served.router().Retry(&request, &d.ticket, kRefused, &d);
    EXPECT_EQ(d.backend.function, function) << "a try without a request forgets nothing";
  }
}

TEST(Retry, FollowsTheNewestConfiguration) {
  Served served(ManyHosts());
  const Request request;
  Decision d = served.Route(request);
  Ticket second = served.Route(request).ticket;
  served.Publish(OneRule(PrefixMatch(""), ForwardTo(kTwo)));
  served.router().Retry(&request, &d.ticket, kRefused, &d);
  EXPECT_EQ(d.cluster, "two_default");
  // Upstream kNamed is still there, with other hosts.
  served.router().Retry(nullptr, &second, kRefused, &d);
  EXPECT_EQ(d.endpoint.hostname, "shop.internal");
}

TEST(Retry, OfAClusterThatIsGoneIs503) {
  Served served(ManyHosts());
  Decision d = served.Get("/");
  model::Model model = OneRule(PrefixMatch(""), ForwardTo(0));
  model.upstreams = {model.upstreams[kTwo]};
  served.Publish(std::move(model));
  served.router().Retry(nullptr, &d.ticket, kRefused, &d);
  EXPECT_EQ(d.verdict, Verdict::kError);
  EXPECT_EQ(d.response.status, 503);
  EXPECT_EQ(d.reason, "NoEndpoints");
}

TEST(Retry, SendsNoMirrorAgain) {
  Served served(ManyHosts(2, true));
  const Request request;
  Decision d = served.Route(request);
  served.router().Retry(&request, &d.ticket, kRefused, &d);
  EXPECT_TRUE(d.mirrors.empty());
}

TEST(Retry, OfAnEmptyTicketIsARequestLikeAnother) {
  Served served(ManyHosts());
  const Request request;
  Ticket none;
  Decision d;
  served.router().Retry(&request, &none, kRefused, &d);
  EXPECT_EQ(d.verdict, Verdict::kForward);
  served.router().Retry(nullptr, &none, kRefused, &d);
  EXPECT_EQ(d.verdict, Verdict::kError);
}

TEST(Peek, ShowsTheNextAnswerAndLeavesNoTrace) {
  Served served(ManyHosts(kHosts, true));
  const Request request, peek{.peek = 1};
  for (int i = 0; i < 20; ++i) {
    const Decision shown = served.Route(peek);
    EXPECT_TRUE(shown.ticket.empty());
    EXPECT_TRUE(shown.mirrors[0].ticket.empty());
    const std::string host(shown.endpoint.hostname);
    EXPECT_EQ(served.Route(peek).endpoint.hostname, host);
    EXPECT_EQ(served.Route(request).endpoint.hostname, host);
  }
}

TEST(Peek, IsExactForSeededRequestsAndMirrorsToo) {
  model::Model model = ManyHosts();
  model.routes[0].rules[0].action.filters.mirrors = {{To(kNamed).target, 1, 2}};
  Served served(std::move(model));
  for (uint64_t random = 0; random < 40; ++random) {
    const Decision shown = served.Route({.peek = 1, .random = random});
    const std::string host(shown.endpoint.hostname);
    const std::string copy(shown.mirrors.empty() ? "" : shown.mirrors[0].endpoint.hostname);
    const Decision real = served.Route({.random = random});
    EXPECT_EQ(real.endpoint.hostname, host);
    EXPECT_EQ(real.mirrors.empty() ? "" : real.mirrors[0].endpoint.hostname, copy);
  }
}

TEST(Lookup, ThatThrowsLeavesNothingCounted) {
  model::Model model = ManyHosts(1);
  model.routes[0].rules[0].action.filters.cors.emplace();
  Served served(std::move(model));
  const HeaderLookup angry = [](void*, const char* name, size_t size, size_t, const char**,
                                size_t*) -> int32_t {
    if (std::string_view(name, size) == "origin") throw 1;
    return 0;
  };
  const std::vector<Request> requests = {{.authority = "a"}, {.authority = "a", .lookup = angry}};
  std::vector<Decision> decisions(2);
  EXPECT_THROW(served.router().RouteMany(requests, decisions), int);
  EXPECT_EQ(ActiveOf(served, served.Get("/").ticket), 1u);
}

TEST(Lookup, IsHeldToWhatRequestsAreHeldTo) {
  model::Match match = PrefixMatch("");
  match.headers = {{"x-a", "1", false}};
  Options options;
  options.limits.header_count = 3;
  Served served(OneRule(match, ForwardTo(kTwo)), options);
  const HeaderLookup broken = [](void*, const char*, size_t, size_t, const char** value,
                                 size_t* size) -> int32_t {
    *value = "a\r\nb";
    *size = 4;
    return 1;
  };
  const HeaderLookup endless = [](void*, const char*, size_t, size_t, const char** value,
                                  size_t* size) -> int32_t {
    *value = "1";
    *size = 1;
    return 1;
  };
  EXPECT_EQ(served.Route({.authority = "a", .lookup = broken}).response.status, 400u);
  const Decision many = served.Route({.authority = "a", .lookup = endless});
  EXPECT_EQ(many.response.status, 431u);
  EXPECT_TRUE(many.ticket.empty());
}

TEST(RouteMany, AnswersInOrderAndKeepsAllTexts) {
  model::Filters filters;
  filters.path = model::PathRewrite{model::PathRewrite::Type::kPrefix, "/new"};
  Served served(OneRule(PrefixMatch("/old"), ForwardTo(kTwo, filters)));
  std::vector<std::string> paths;
  std::vector<Request> requests;
  for (int i = 0; i < 40; ++i) paths.push_back("/old/" + std::to_string(i));
  for (const std::string& path : paths) requests.push_back({.path = path});
  std::vector<Decision> decisions(requests.size());
  served.router().RouteMany(requests, decisions);
  for (size_t i = 0; i < requests.size(); ++i) {
    EXPECT_EQ(decisions[i].request.path, "/new/" + std::to_string(i));
    EXPECT_EQ(decisions[i].generation, 1u);
  }
}

TEST(Keep, TextsOutliveReaderAndSnapshot) {
  model::Filters filters;
  filters.path = model::PathRewrite{model::PathRewrite::Type::kPrefix, "/new"};
  filters.request.set = {{"x-a", "a value that is too long for a small string"}};
  Decision d;
  Kept kept;
  {
    Served served(OneRule(PrefixMatch("/old"), ForwardTo(kTwo, filters)));
    d = served.Get("/old/x");
    kept = served.router().Keep();
    served.Get("/old/something/else");
    served.Publish(OneRule(PrefixMatch(""), ForwardTo(kNamed)));
    served.Get("/");
  }
  EXPECT_EQ(d.request.path, "/new/x");
  EXPECT_EQ(d.request.edits.set[0].value, "a value that is too long for a small string");
  EXPECT_EQ(d.cluster, "two_default");
  std::thread([moved = std::move(kept)] {}).join();  // any thread may end it
}

TEST(Keep, SeveralOfOneCallShareItsTexts) {
  model::Filters filters;
  filters.path = model::PathRewrite{model::PathRewrite::Type::kPrefix, "/new"};
  Served served(OneRule(PrefixMatch("/old"), ForwardTo(kTwo, filters)));
  const Decision d = served.Get("/old/x");
  auto first = std::make_optional(served.router().Keep());
  const Kept second = served.router().Keep();
  first.reset();
  served.Get("/old/something/else");
  EXPECT_EQ(d.request.path, "/new/x");
}

const std::vector<Header> kHostLine = {{"Host", "from.a.line"}};

TEST(Changed, SaysWhatTheProxyMustReplace) {
  Served plain(OneRule(PrefixMatch(""), ForwardTo(kTwo)));
  EXPECT_EQ(plain.Get("/a/b?c").changed, 0u);
  EXPECT_EQ(plain.Get("/a/../b").changed, uint32_t{Decision::kPath});
  const Decision named = plain.Route({.headers = kHostLine});
  EXPECT_EQ(named.changed, uint32_t{Decision::kAuthority});  // it was no authority before
  EXPECT_EQ(named.request.authority, "from.a.line");
  Served renamed(ManyHosts());
  EXPECT_EQ(renamed.Get("/a").changed, uint32_t{Decision::kAuthority});
}

TEST(Sequence, GoesOnWhereItWasAfterASwap) {
  Served served(ManyHosts());
  std::vector<std::string> order;
  for (uint32_t i = 0; i < 2 * kHosts; ++i) {
    order.emplace_back(served.Get("/").endpoint.hostname);
    served.Publish(ManyHosts());
  }
  EXPECT_EQ(std::set<std::string>(order.begin(), order.end()).size(), kHosts);
  for (uint32_t i = 0; i < kHosts; ++i) EXPECT_EQ(order[i], order[i + kHosts]);
}

TEST(Allocation, NoneForRetriesBatchesAndSwaps) {
  Served served(ManyHosts(kHosts, true));
  const std::vector<Request> requests(16);
  std::vector<Decision> decisions(16);
  const auto round = [&] {
    served.router().RouteMany(requests, decisions);
    for (Decision& d : decisions) {
      served.router().Retry(&requests[0], &d.ticket, kRefused, &d);
      served.hosts().Done(Data(d.ticket).host, {.status = 200});
    }
    served.router().Rest();
  };
  for (int i = 0; i < 3; ++i) round();
  size_t allocations = 0;
  for (int i = 0; i < 20; ++i) {
    served.Publish(ManyHosts(kHosts, true));
    const size_t before = support::Allocations();
    round();
    allocations += support::Allocations() - before;
  }
  EXPECT_EQ(allocations, 0u);
}

}  // namespace
}  // namespace kgw::router
