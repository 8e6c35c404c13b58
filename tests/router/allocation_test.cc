#include <gtest/gtest.h>

#include "served.h"
#include "support/allocations.h"

namespace kgw::router {
namespace {

// Calls of operator new by 100 decisions, after ten that let the buffers grow.
size_t AllocationsOf(Served* served, const Request& request, Verdict verdict) {
  size_t before = 0, different = 0;
  for (int i = 0; i < 110; ++i) {
    if (i == 10) before = support::Allocations();
    different += served->Route(request).verdict == verdict ? 0 : 1;
  }
  const size_t after = support::Allocations();
  EXPECT_EQ(different, 0u);
  return after - before;
}

model::Filters ManyFilters() {
  model::Filters out;
  out.request.set = {{"x-a", "1"}};
  out.response.add = {{"x-b", "2"}};
  out.path = model::PathRewrite{model::PathRewrite::Type::kPrefix, "/somewhere/else/entirely"};
  out.host = {.value = "a.rather.long.name.example"};
  out.keeps_old_host = true;
  out.cors.emplace();
  out.cors->allow_origins = {"https://app.example"};
  out.cors->allow_methods = {"GET", "PUT"};
  out.cors->allow_headers = {"x-one", "x-two", "x-three"};
  out.mirrors = {{To(kTwo).target, 1, 2}, {To(kNamed).target, 1, 1, "", true}};
  return out;
}

const std::vector<Header> kHeaders = {{"Origin", "https://app.example"},
                                      {"Access-Control-Request-Method", "PUT"},
                                      {"x-tag", "a"},
                                      {"x-tag", "b"}};

TEST(Route, AllocatesNothingForForwardsWithRewritesCorsAndMirrors) {
  model::Match match = PrefixMatch("/api");
  match.headers = {{"x-tag", "a,b", false}};
  match.query = {{"q", "a b", false}};
  Served served(OneRule(match, ForwardTo(kTwo, ManyFilters())));
  const Request request{
      .authority = "Shop.Example:80", .path = "/api/./x/%7ey?q=a+b", .headers = kHeaders};
  EXPECT_EQ(AllocationsOf(&served, request, Verdict::kForward), 0u);
}

TEST(Route, AllocatesNothingForPlainForwards) {
  model::Action action;
  action.backends = {To(kTwo, 9, 0), To(kNamed, 1, 1)};
  Served served(OneRule(PrefixMatch(""), action));
  EXPECT_EQ(AllocationsOf(&served, {.path = "/x"}, Verdict::kForward), 0u);
}

TEST(Route, AllocatesNothingForRedirects) {
  model::Action action;
  action.filters = ManyFilters();
  action.filters.redirect = model::Redirect{.scheme = "https", .path = action.filters.path};
  Served served(OneRule(PrefixMatch("/api"), action));
  const Request request{.authority = "shop.example", .path = "/api/x?q", .headers = kHeaders};
  EXPECT_EQ(AllocationsOf(&served, request, Verdict::kRedirect), 0u);
}

TEST(Route, AllocatesNothingForPreflights) {
  Served served(OneRule(PrefixMatch(""), ForwardTo(kTwo, ManyFilters())));
  const Request request{.method = "OPTIONS", .path = "/api", .headers = kHeaders};
  EXPECT_EQ(AllocationsOf(&served, request, Verdict::kRespond), 0u);
}

TEST(Route, AllocatesNothingForMissesAndErrors) {
  Served served(OneRule(PrefixMatch("/api"), ForwardTo(kEmpty)));
  EXPECT_EQ(AllocationsOf(&served, {.path = "/a/../b"}, Verdict::kNoRoute), 0u);
  EXPECT_EQ(AllocationsOf(&served, {.path = "/api"}, Verdict::kError), 0u);
  EXPECT_EQ(AllocationsOf(&served, {.port = 81}, Verdict::kReject), 0u);
}

}  // namespace
}  // namespace kgw::router
