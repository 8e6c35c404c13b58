// tests/match/random_model.h - random models and requests for comparing matchers.
//
// Everything is drawn from small alphabets, so that ties, wildcards inside wildcards, shadowed
// routes and near misses happen all the time. The same seed gives the same model and requests.
#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "kgw/request.h"
#include "match/matcher.h"
#include "model/model.h"

namespace kgw::match {

// Valid as translate/ builds it: hostnames intersected, listeners of one port distinct.
model::Model RandomModel(base::Random* random);

Options RandomOptions(base::Random* random);

// A request with its texts. Not copyable: it points into itself.
struct RandomRequest {
  RandomRequest() = default;
  RandomRequest(const RandomRequest&) = delete;
  RandomRequest& operator=(const RandomRequest&) = delete;

  // Half of the requests are made to fit one of the model's matches, as far as texts allow.
  void Draw(const model::Model& model, base::Random* random);

  kgw::Request request;
  Arrival arrival;

 private:
  void Fit(const model::Match& match, base::Random* random);

  std::string path_;
  std::vector<kgw::Header> headers_;
};

}  // namespace kgw::match
