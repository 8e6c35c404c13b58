// tests/match/table.h - small models for tests, asked through both matchers at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kgw/request.h"
#include "match/matcher.h"
#include "model/model.h"

namespace kgw::match {

model::Match Exact(std::string value);
model::Match Prefix(std::string value);  // as written: with its trailing slash
model::Match RegularExpression(std::string value);
model::Match Method(model::Match match, std::string method);
model::Match WithHeader(model::Match match, std::string name, std::string value,
                        bool regex = false);
model::Match WithQuery(model::Match match, std::string name, std::string value, bool regex = false);

struct Asked {
  std::string authority = "a.example.com";
  std::string path = "/";
  std::string method = "GET";
  std::vector<kgw::Header> headers = {};
  Arrival arrival = {};
};

class Table {
 public:
  Table() { Gateway("default/web"); }

  Table& Gateway(std::string name);  // the following listeners are its
  Table& Listen(std::string name, std::string hostname = "", uint16_t port = 80, bool tls = false);
  Table& NotReady();  // the last listener

  // Each match is a rule of its own. Attached to every listener so far whose hostname intersects.
  Table& Route(std::string name, std::vector<std::string> hostnames,
               std::vector<model::Match> rules, int64_t created = model::Route::kUndated);
  Table& OneRule(std::string name, std::vector<model::Match> matches);
  Table& Kind(std::string kind);  // of the last route

  // "route.rule.match", "404", "404 without listener", "421" or "close"; what the two matchers say
  // if they disagree.
  std::string Ask(const Asked& asked) const;

  Options options;
  model::Model model;

 private:
  void Attach(uint32_t route, const std::vector<std::string>& hostnames);
};

}  // namespace kgw::match
