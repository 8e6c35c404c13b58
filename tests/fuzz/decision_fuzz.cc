// The compiled matcher against the naive one: a random model, some of its texts replaced by the
// input's bytes, and requests made the same way. Both must point at the same things.
#include <fuzzer/FuzzedDataProvider.h>

#include <string>
#include <vector>

#include "../match/random_model.h"
#include "../match/shrink.h"
#include "base/strings.h"
#include "http/path.h"
#include "http/request_view.h"
#include "inspect/naive_matcher.h"
#include "require.h"

namespace kgw::match {
namespace {

using base::Cat;

bool Same(const Result& a, const Result& b) {
  return a.outcome == b.outcome && a.gateway == b.gateway && a.listener == b.listener &&
         a.route == b.route && a.rule == b.rule && a.match == b.match;
}

std::string Answer(std::string_view who, const Result& result) {
  std::string text = Cat(who, ": outcome ", std::to_string(static_cast<int>(result.outcome)));
  if (result.listener != nullptr) text += Cat(" listener ", result.listener->name);
  if (result.match == nullptr) return text;
  return Cat(text, " ", result.route->FullName(), " rule ",
             std::to_string(result.rule - result.route->rules.data()), " match ",
             std::to_string(result.match->index));
}

std::string NormalPath(FuzzedDataProvider* data) {
  const std::string path = "/" + data->ConsumeRandomLengthString(24);
  std::string scratch;
  return std::string(http::NormalizePath(path, http::Normalization::kRfc3986, &scratch));
}

void Replace(FuzzedDataProvider* data, model::Match* match) {
  std::vector<model::ValueMatch>* list = data->ConsumeBool() ? &match->headers : &match->query;
  switch (data->ConsumeIntegralInRange(0, 4)) {
    case 0:
      match->path = {model::PathType::kExact, NormalPath(data)};
      break;
    case 1:
      match->path = {model::PathType::kPathPrefix,
                     std::string(http::TrimPrefixValue(NormalPath(data)))};
      break;
    case 2:
      match->path = {model::PathType::kRegularExpression, data->ConsumeRandomLengthString(24)};
      break;
    case 3:
      list->push_back({data->ConsumeBool() ? "x-a" : "q", data->ConsumeRandomLengthString(12),
                       data->ConsumeBool()});
      break;
    case 4:
      match->method = data->ConsumeRandomLengthString(4);
      break;
  }
}

void ReplaceSome(FuzzedDataProvider* data, model::Model* model) {
  for (model::Route& route : model->routes) {
    for (model::Rule& rule : route.rules) {
      for (model::Match& match : rule.matches) {
        if (data->remaining_bytes() > 40 && data->ConsumeBool()) Replace(data, &match);
      }
    }
  }
}

class Comparison {
 public:
  Comparison(const Options& options, const RandomRequest& asked, const kgw::Request& request)
      : options_(options), asked_(asked), request_(request) {
    view_.Reset(request, http::Normalization::kRfc3986);
  }

  void RequireSame(const model::Model& model, const Matcher& matcher) const {
    if (Same(Compiled(matcher), Naive(model))) return;
    const model::Model least = Shrink(model, [&](const model::Model& smaller) {
      return !Same(Compiled(Matcher(smaller, options_)), Naive(smaller));
    });
    std::string seen = Cat(request_.method, " ", request_.authority, " ", request_.path, " port ",
                           std::to_string(asked_.arrival.port), " sni ", asked_.arrival.sni);
    for (const kgw::Header& h : request_.headers) seen += Cat(" ", h.name, ": \"", h.value, "\"");
    fuzz::Require(false, "the matchers disagree",
                  Cat(seen, "\n", Describe(least), "\n",
                      Answer("compiled", Compiled(Matcher(least, options_))), "\n",
                      Answer("naive", Naive(least))));
  }

 private:
  Result Compiled(const Matcher& matcher) const {
    return matcher.Find(asked_.arrival, view_, request_.method);
  }
  Result Naive(const model::Model& model) const {
    return inspect::MatchNaively(model, options_, asked_.arrival, view_, request_.method).result;
  }

  const Options& options_;
  const RandomRequest& asked_;
  const kgw::Request& request_;
  http::RequestView view_;
};

void AskOnce(FuzzedDataProvider* data, base::Random* random, const model::Model& model,
             const Options& options, const Matcher& matcher) {
  RandomRequest asked;
  asked.Draw(model, random);
  kgw::Request request = asked.request;
  std::string path, method;
  std::vector<kgw::Header> headers(request.headers.begin(), request.headers.end());
  const std::string value = data->ConsumeRandomLengthString(12);
  if (data->ConsumeBool()) headers.push_back({"x-a", value});
  if (data->ConsumeBool()) request.path = path = NormalPath(data);
  if (data->ConsumeBool()) request.path = path += "?q=" + data->ConsumeRandomLengthString(12);
  if (data->ConsumeBool()) request.method = method = data->ConsumeRandomLengthString(4);
  request.headers = headers;
  Comparison(options, asked, request).RequireSame(model, matcher);
}

}  // namespace
}  // namespace kgw::match

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace kgw::match;
  FuzzedDataProvider data(bytes, size);
  kgw::base::Random random(data.ConsumeIntegral<uint16_t>());
  kgw::model::Model model = RandomModel(&random);
  const Options options = RandomOptions(&random);
  ReplaceSome(&data, &model);
  const Matcher matcher(model, options);
  for (int i = 0; i < 8; ++i) AskOnce(&data, &random, model, options, matcher);
  return 0;
}
