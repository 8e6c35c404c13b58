// Random models, random requests: the compiled matcher and the naive one give the same answer.
//
// KGW_PROPERTY_REQUESTS changes how many requests are tried, KGW_PROPERTY_SEED where to begin.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/strings.h"
#include "http/request_view.h"
#include "inspect/naive_matcher.h"
#include "match/matcher.h"
#include "random_model.h"
#include "shrink.h"

namespace kgw::match {
namespace {

constexpr uint64_t kRequestsPerModel = 100;
constexpr std::string_view kOutcomes[] = {"matched", "no route", "misdirected", "no listener"};

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

bool Same(const Result& a, const Result& b) {
  return a.outcome == b.outcome && a.gateway == b.gateway && a.listener == b.listener &&
         a.route == b.route && a.rule == b.rule && a.match == b.match;
}

std::string Describe(const Result& result) {
  std::string text(kOutcomes[static_cast<size_t>(result.outcome)]);
  if (result.gateway != nullptr) text += base::Cat(" gateway ", result.gateway->name);
  if (result.listener != nullptr) text += base::Cat(" listener ", result.listener->name);
  if (result.route != nullptr) {
    text += base::Cat(" ", result.route->kind, " ", result.route->FullName(), " rule ",
                      std::to_string(result.rule - result.route->rules.data()), " match ",
                      std::to_string(result.match->index));
  }
  return text;
}

std::string Describe(const RandomRequest& asked) {
  const kgw::Request& request = asked.request;
  std::string text =
      base::Cat(request.method, " ", request.authority, " ", request.path, " port ",
                std::to_string(asked.arrival.port), asked.arrival.tls ? " tls" : "", " sni \"",
                asked.arrival.sni, "\" gateway \"", asked.arrival.gateway, "\"");
  for (const kgw::Header& header : request.headers) {
    text += base::Cat(" ", header.name, ": \"", header.value, "\"");
  }
  return text;
}

class Comparison {
 public:
  Comparison(const Options& options, const RandomRequest& asked)
      : options_(options), asked_(asked) {
    view_.Reset(asked.request, http::Normalization::kRfc3986);
  }

  Result Compiled(const Matcher& matcher) const {
    return matcher.Find(asked_.arrival, view_, asked_.request.method);
  }
  Result Naive(const model::Model& model) const {
    return inspect::MatchNaively(model, options_, asked_.arrival, view_, asked_.request.method)
        .result;
  }

  std::string Explain(const model::Model& model, uint64_t seed) const {
    const model::Model least = Shrink(model, [&](const model::Model& smaller) {
      return !Same(Compiled(Matcher(smaller, options_)), Naive(smaller));
    });
    return base::Cat("seed ", std::to_string(seed), "\n", Describe(asked_),
                     options_.host_fallthrough ? "" : ", host_fallthrough off",
                     options_.path_type_prefix_first ? ", path_type_prefix_first" : "", "\n",
                     match::Describe(least),
                     "compiled: ", Describe(Compiled(Matcher(least, options_))),
                     "\nnaive: ", Describe(Naive(least)));
  }

 private:
  const Options& options_;
  const RandomRequest& asked_;
  http::RequestView view_;
};

TEST(CompiledMatcher, AnswersAsTheNaiveOne) {
  const uint64_t requests = FromEnvironment("KGW_PROPERTY_REQUESTS", 1000000);
  std::array<uint64_t, 4> outcomes{};
  std::array<uint64_t, 3> path_types{};
  uint64_t seed = FromEnvironment("KGW_PROPERTY_SEED", 1);
  RandomRequest asked;
  for (uint64_t done = 0; done < requests; ++seed) {
    base::Random random(seed);
    const model::Model model = RandomModel(&random);
    const Options options = RandomOptions(&random);
    const Matcher matcher(model, options);
    for (uint64_t i = 0; i < kRequestsPerModel && done < requests; ++i, ++done) {
      asked.Draw(model, &random);
      const Comparison comparison(options, asked);
      const Result result = comparison.Compiled(matcher);
      ASSERT_TRUE(Same(result, comparison.Naive(model))) << comparison.Explain(model, seed);
      ++outcomes[static_cast<size_t>(result.outcome)];
      if (result.match != nullptr) ++path_types[static_cast<size_t>(result.match->path.type)];
    }
  }
  for (size_t i = 0; i < outcomes.size(); ++i) {
    std::printf("%-12s %8llu\n", kOutcomes[i].data(), static_cast<unsigned long long>(outcomes[i]));
    EXPECT_GT(100 * outcomes[i], requests) << kOutcomes[i];
  }
  for (const uint64_t count : path_types) EXPECT_GT(100 * count, requests);
}

TEST(Shrink, LeavesOnlyWhatTheFailureNeeds) {
  base::Random random(3);
  model::Model model;
  const auto fails = [](const model::Model& m) {
    for (const model::Route& route : m.routes) {
      for (const model::Rule& rule : route.rules) {
        for (const model::Match& match : rule.matches) {
          if (!match.headers.empty()) return true;
        }
      }
    }
    return false;
  };
  while (!fails(model)) model = RandomModel(&random);
  model = Shrink(std::move(model), fails);
  EXPECT_TRUE(model.gateways.empty());
  size_t rules = 0, headers = 0;
  for (const model::Route& route : model.routes) {
    rules += route.rules.size();
    for (const model::Rule& rule : route.rules) headers += rule.matches.at(0).headers.size();
  }
  EXPECT_EQ(rules, 1u);
  EXPECT_EQ(headers, 1u);
}

}  // namespace
}  // namespace kgw::match
