#include "match/predicates.h"

#include <gtest/gtest.h>

namespace kgw::match {
namespace {

TEST(Predicates, NamesAndPatternsAreKeptOnce) {
  model::Match match;
  match.headers = {{"x-a", "1", false}, {"x-a", "[0-9]", true}, {"q", "[0-9]", true}};
  match.query = {{"q", "1", false}};
  Predicates predicates;
  EXPECT_EQ(predicates.Add(match)->count, 4u);
  EXPECT_EQ(predicates.Add(match)->first, 4u);
  ASSERT_EQ(predicates.names().size(), 3u);
  EXPECT_EQ(predicates.names()[1].text, "q");
  EXPECT_FALSE(predicates.names()[1].query);
  EXPECT_TRUE(predicates.names()[2].query);
  EXPECT_EQ(predicates.AddPattern("[0-9]"), 0u);
  EXPECT_EQ(predicates.AddPattern("[a-z]"), 1u);
}

TEST(Predicates, AMatchWithABrokenPatternLeavesNothingBehind) {
  model::Match broken, sound;
  broken.method = "GET";
  broken.headers = {{"x-a", "(", true}};
  Predicates predicates;
  EXPECT_FALSE(predicates.Add(broken).has_value());
  sound.method = "GET";
  EXPECT_EQ(predicates.Add(sound)->first, 0u);
}

TEST(RequestValues, TellAnEmptyValueFromNone) {
  const std::vector<Name> names = {{"x-a", false}, {"x-b", false}, {"q", true}, {"r", true}};
  const std::vector<kgw::Header> headers = {{"X-A", {}}};
  kgw::Request request{.path = "/?q", .headers = headers};
  http::RequestView view;
  view.Reset(request, http::Normalization::kRfc3986);
  RequestValues values(names, view, "GET");
  for (int i = 0; i < 2; ++i) {  // looked up, then remembered
    EXPECT_EQ(values.Get(0), "");
    EXPECT_EQ(values.Get(1), std::nullopt);
    EXPECT_EQ(values.Get(2), "");
    EXPECT_EQ(values.Get(3), std::nullopt);
  }
}

}  // namespace
}  // namespace kgw::match
