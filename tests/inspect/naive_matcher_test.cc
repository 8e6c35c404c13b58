#include "inspect/naive_matcher.h"

#include <gtest/gtest.h>

#include "http/request_view.h"

namespace kgw::inspect {
namespace {

using model::PathType;

// Rules that answer are tested in tests/match/matcher_test.cc, with both matchers; here what is
// said of those that do not.
class NaiveMatcherTest : public testing::Test {
 protected:
  NaiveMatcherTest() {
    model_.gateways.push_back({"ns/web", {{"http", 80, false, true, "*.example.com", {}}}});
    model::Route& route = model_.routes.emplace_back();
    route.namespace_ = "ns";
    route.name = "r";
    route.rules.emplace_back();
    listener().routes.push_back({0, {{"*.example.com", "*.example.com"}}});
  }

  model::Listener& listener() { return model_.gateways[0].listeners[0]; }

  void Add(model::Match match) {
    std::vector<model::Match>& matches = model_.routes[0].rules[0].matches;
    match.index = static_cast<uint32_t>(matches.size());
    matches.push_back(std::move(match));
  }

  static model::Match Path(PathType type, std::string value) {
    model::Match match;
    match.path = {type, std::move(value)};
    return match;
  }

  NaiveResult Ask() {
    request_.headers = headers_;
    view_.Reset(request_, http::Normalization::kRfc3986);
    return MatchNaively(model_, {}, arrival_, view_, request_.method);
  }

  // What is said of the only candidate.
  std::string Failed() {
    const NaiveResult answer = Ask();
    return answer.candidates.size() == 1 ? answer.candidates[0].failed : "not one candidate";
  }

  model::Model model_;
  kgw::Request request_{.authority = "a.example.com", .path = "/x"};
  std::vector<kgw::Header> headers_;
  match::Arrival arrival_;
  http::RequestView view_;
};

TEST_F(NaiveMatcherTest, SaysWhyAPathDoesNotMatch) {
  Add(Path(PathType::kExact, "/y"));
  EXPECT_EQ(Failed(), "path /x is not /y");
  model_.routes[0].rules[0].matches[0] = Path(PathType::kPathPrefix, "/api");
  EXPECT_EQ(Failed(), "path /x is not under PathPrefix /api");
  model_.routes[0].rules[0].matches[0] = Path(PathType::kRegularExpression, "/[a-c]");
  EXPECT_EQ(Failed(), "path /x does not match the regular expression /[a-c]");
  model_.routes[0].rules[0].matches[0] = Path(PathType::kRegularExpression, "/[");
  EXPECT_EQ(Failed(), "the regular expression /[ is invalid");
}

TEST_F(NaiveMatcherTest, SaysWhichMethodIsNeeded) {
  Add(Path(PathType::kPathPrefix, ""));
  model_.routes[0].rules[0].matches[0].method = "POST";
  EXPECT_EQ(Failed(), "method is GET, needs POST");
}

TEST_F(NaiveMatcherTest, SaysWhatAHeaderOrParameterIsAndShouldBe) {
  Add(Path(PathType::kPathPrefix, ""));
  model::Match& match = model_.routes[0].rules[0].matches[0];
  match.headers = {{"x-a", "1", false}};
  EXPECT_EQ(Failed(), "no header x-a");
  headers_ = {{"X-A", "2"}};
  EXPECT_EQ(Failed(), "header x-a is \"2\", needs \"1\"");
  match.headers[0] = {"x-a", "[0-1]", true};
  EXPECT_EQ(Failed(), "header x-a is \"2\", needs a match of \"[0-1]\"");
  match.headers.clear();
  match.query = {{"q", "1", false}};
  EXPECT_EQ(Failed(), "no query parameter q");
  request_.path = "/x?q=2";
  EXPECT_EQ(Failed(), "query parameter q is \"2\", needs \"1\"");
  request_.path = "/x?q=1";
  EXPECT_EQ(Failed(), "");
}

TEST_F(NaiveMatcherTest, ListsEveryCandidateBestFirst) {
  Add(Path(PathType::kPathPrefix, ""));
  Add(Path(PathType::kExact, "/x"));
  Add(Path(PathType::kPathPrefix, "/x"));
  Add(Path(PathType::kRegularExpression, "/x.+"));
  const NaiveResult answer = Ask();
  ASSERT_EQ(answer.candidates.size(), 4u);
  EXPECT_EQ(answer.candidates[0].match->index, 1u);
  EXPECT_EQ(answer.candidates[1].match->index, 3u);
  EXPECT_EQ(answer.candidates[2].match->index, 2u);
  EXPECT_EQ(answer.candidates[3].match->index, 0u);
  EXPECT_EQ(answer.candidates[0].hostname->effective, "*.example.com");
  EXPECT_EQ(answer.result.match, answer.candidates[0].match);
}

TEST_F(NaiveMatcherTest, TellsHowTheListenerWasChosen) {
  EXPECT_EQ(Ask().steps,
            (std::vector<std::string>{"Gateway ns/web: listener http (*.example.com) is the most "
                                      "specific one for host a.example.com"}));
  listener().ready = false;
  EXPECT_EQ(Ask().steps.at(1),
            "Gateway ns/web: listener http is not ready: the connection is closed");
  listener().hostname = "b.example.com";
  EXPECT_EQ(Ask().steps,
            (std::vector<std::string>{"Gateway ns/web: no listener on the port has host "
                                      "a.example.com"}));
  arrival_.port = 81;
  EXPECT_EQ(Ask().steps, (std::vector<std::string>{"Gateway ns/web: no HTTP listener on port 81"}));
}

TEST_F(NaiveMatcherTest, TellsWhichListenerTheConnectionBelongsTo) {
  arrival_ = {.port = 443, .tls = true, .sni = "b.example.com"};
  listener().port = 443;
  listener().tls = true;
  model_.gateways[0].listeners.push_back({"a", 443, true, true, "a.example.com", {}});
  const NaiveResult answer = Ask();
  EXPECT_EQ(answer.result.outcome, match::Outcome::kMisdirected);
  EXPECT_EQ(answer.steps,
            (std::vector<std::string>{
                "Gateway ns/web: listener http (*.example.com) takes a connection with SNI "
                "b.example.com",
                "Gateway ns/web: host a.example.com belongs to listener a, not to the one of the "
                "connection"}));
  arrival_.sni = "";
  EXPECT_EQ(Ask().steps,
            (std::vector<std::string>{
                "Gateway ns/web: no listener on the port takes a connection without SNI"}));
}

}  // namespace
}  // namespace kgw::inspect
