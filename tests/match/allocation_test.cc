#include <gtest/gtest.h>

#include "http/request_view.h"
#include "match/matcher.h"
#include "support/allocations.h"
#include "table.h"

namespace kgw::match {
namespace {

TEST(Matcher, FindAllocatesNothing) {
  Table table;
  table.Listen("any").Listen("wild", "*.example.com");
  table.Route("r", {"a.example.com", "*.example.com"},
              {Exact("/a/b"), WithHeader(Prefix("/a"), "x-tenant", "1"),
               WithQuery(Prefix("/a/b/c"), "q", "1"), Method(Prefix("/"), "PUT")});
  const Matcher matcher(table.model, {});
  const std::vector<kgw::Header> headers = {{"X-Tenant", "2"}, {"x-other", "1"}};
  kgw::Request request{.authority = "a.example.com", .path = "/a/b/c/d?q=2", .headers = headers};
  http::RequestView view;
  size_t matched = 0, before = 0;
  for (int i = 0; i < 100; ++i) {
    if (i == 1) before = support::Allocations();
    view.Reset(request, http::Normalization::kRfc3986);
    matched += matcher.Find({}, view, "GET").outcome == Outcome::kMatched ? 1 : 0;
    matched += matcher.Find({}, view, "PUT").outcome == Outcome::kMatched ? 1 : 0;
  }
  EXPECT_EQ(support::Allocations(), before);
  EXPECT_EQ(matched, 100u);
}

}  // namespace
}  // namespace kgw::match
