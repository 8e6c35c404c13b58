#include "http/request_view.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/allocations.h"

namespace kgw::http {
namespace {

constexpr Normalization kRfc = Normalization::kRfc3986;

TEST(RequestView, ReadsHostPathAndQueryInNormalForm) {
  Request request;
  request.authority = "Shop.Test.:8080";
  request.path = "/x/%2e%2e/admin?next=/../%61#top";
  RequestView view;
  view.Reset(request, kRfc);
  EXPECT_EQ(view.host(), "shop.test");
  EXPECT_EQ(view.authority(), "Shop.Test.:8080");
  EXPECT_EQ(view.path(), "/admin");
  EXPECT_TRUE(view.path_changed());
  EXPECT_EQ(view.query(), "?next=/../%61");

  request.path = "";
  view.Reset(request, kRfc);
  EXPECT_EQ(view.path(), "/");
  EXPECT_FALSE(view.path_changed());
  EXPECT_EQ(view.query(), "");
}

TEST(RequestView, FindsHeadersWhateverTheCaseOfTheirName) {
  const std::vector<kgw::Header> headers = {{"X-Colour", "Red"}, {"x-empty", ""}};
  Request request;
  request.headers = headers;
  RequestView view;
  view.Reset(request, kRfc);
  ASSERT_EQ(view.Header("x-colour"), "Red");
  EXPECT_EQ(view.Header("x-colour")->data(), headers[0].value.data());
  EXPECT_EQ(view.Header("x-empty"), "");
  EXPECT_EQ(view.Header("x-colou"), std::nullopt);
  EXPECT_EQ(view.Header("x-colours"), std::nullopt);
}

TEST(RequestView, JoinsFieldLinesInTheirOrder) {
  const std::vector<kgw::Header> headers = {{"x-tag", "a"},   {"other", "1"}, {"X-Tag", "b"},
                                            {"Other", ""},    {"X-TAG", "c"}, {"third", "x"},
                                            {"third", "y, z"}};
  Request request;
  request.headers = headers;
  RequestView view;
  view.Reset(request, kRfc);
  // The first view must survive the ones that follow.
  const std::string_view tag = view.Header("x-tag").value();
  EXPECT_EQ(view.Header("other"), "1,");
  EXPECT_EQ(view.Header("third"), "x,y, z");
  EXPECT_EQ(tag, "a,b,c");
  EXPECT_EQ(view.Header("x-tag")->data(), tag.data());
}

TEST(RequestView, ForgetsTheRequestBefore) {
  const std::vector<kgw::Header> first = {{"x", "1"}, {"x", "2"}};
  const std::vector<kgw::Header> second = {{"x", "3"}, {"x", "4"}};
  Request request;
  request.headers = first;
  request.path = "/?a=1";
  RequestView view;
  view.Reset(request, kRfc);
  EXPECT_EQ(view.Header("x"), "1,2");
  EXPECT_EQ(view.Query("a"), "1");
  request.headers = second;
  request.path = "/?b=2";
  view.Reset(request, kRfc);
  EXPECT_EQ(view.Header("x"), "3,4");
  EXPECT_EQ(view.Query("a"), std::nullopt);
  EXPECT_EQ(view.Query("b"), "2");
}

TEST(RequestView, TakesTheAuthorityForTheHostHeader) {
  const std::vector<kgw::Header> headers = {{"Host", "Line.Test:81"}};
  Request request;
  request.headers = headers;
  RequestView view;
  view.Reset(request, kRfc);
  EXPECT_EQ(view.Header("host"), "Line.Test:81");
  EXPECT_EQ(view.host(), "line.test");
  request.authority = "Sent.Test:80";
  view.Reset(request, kRfc);
  EXPECT_EQ(view.Header("host"), "Sent.Test:80");
  EXPECT_EQ(view.host(), "sent.test");
  request.authority = "";
  request.headers = {};
  view.Reset(request, kRfc);
  EXPECT_EQ(view.Header("host"), std::nullopt);
  EXPECT_EQ(view.host(), "");
}

TEST(RequestView, DecodesQueryParametersOnBothSides) {
  Request request;
  request.path = "/?a&b=1&b=2&%63+d=x%20y+z&Animal=w&e=%zz%4&f==&&g=%26%3d&=n&h=1?2";
  RequestView view;
  view.Reset(request, kRfc);
  const std::string_view decoded = view.Query("c d").value();
  EXPECT_EQ(decoded, "x y z");
  EXPECT_EQ(view.Query("a"), "");
  EXPECT_EQ(view.Query("b"), "1");
  EXPECT_EQ(view.Query("animal"), std::nullopt);
  EXPECT_EQ(view.Query("Animal"), "w");
  EXPECT_EQ(view.Query("e"), "%zz%4");
  EXPECT_EQ(view.Query("f"), "=");
  EXPECT_EQ(view.Query("g"), "&=");
  EXPECT_EQ(view.Query(""), "n");
  EXPECT_EQ(view.Query("h"), "1?2");
  EXPECT_EQ(view.Query("i"), std::nullopt);
}

TEST(RequestView, HasNoParametersWithoutAQuery) {
  for (const std::string_view path : {"/", "/?", "/?&", "*"}) {
    Request request;
    request.path = path;
    RequestView view;
    view.Reset(request, kRfc);
    EXPECT_EQ(view.Query(""), std::nullopt) << path;
    EXPECT_EQ(view.Query("a"), std::nullopt) << path;
  }
}

TEST(RequestView, AllocatesNothingOnceItHasSeenTheTraffic) {
  const std::vector<kgw::Header> headers = {
      {"x-tag", "a value that is longer than any small string"},
      {"X-Tag", "b"},
      {"x-two", "one"},
      {"x-two", "another value that is longer than a small string"}};
  Request request;
  request.authority = "A.Host.Whose.Name.Is.Longer.Than.A.Small.String.Test:80";
  request.headers = headers;
  request.path =
      "/some/long/./path/%2e%2e/that/has/to/be/copied?a=%20&b=some+longer+text+to+decode";
  RequestView view;
  const auto read_all = [&] {
    view.Reset(request, Normalization::kMergeSlashes);
    return view.Header("x-tag")->size() + view.Header("x-two")->size() + view.Query("a")->size() +
           view.Query("b")->size();
  };
  const size_t warm = read_all();
  const size_t before = support::Allocations();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(read_all(), warm);
  EXPECT_EQ(support::Allocations(), before);
}

}  // namespace
}  // namespace kgw::http
