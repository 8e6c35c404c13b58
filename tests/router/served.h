// tests/router/served.h - a hand-made model behind a router.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/model.h"
#include "router/router.h"
#include "snapshot/store.h"

namespace kgw::router {

// Upstreams of OneRule().
inline constexpr uint32_t kNamed = 0, kTwo = 1, kEmpty = 2, kSecure = 3, kOddPolicy = 4;

inline model::Match PrefixMatch(std::string value, std::string method = "") {
  return {.path = {model::PathType::kPathPrefix, std::move(value)}, .method = std::move(method)};
}

inline model::Backend To(uint32_t upstream, uint32_t weight = 1, uint32_t index = 0) {
  model::Backend out{.index = index, .weight = weight};
  out.target = {.kind = "Service", .namespace_ = "default", .name = "shop", .port = 80};
  out.target.upstream = upstream;
  return out;
}

// A backend that dictates method, target and authority of its requests, as a function does.
inline model::Backend ToFunction(std::string name, uint32_t index = 0,
                                 std::string method = "POST") {
  model::Backend out = To(kTwo, 1, index);
  out.target.function = name;
  out.target.invocation = std::make_shared<const model::Invocation>(model::Invocation{
      std::move(method), "/call/" + name, "functions.example", {{"x-how", "now"}}});
  return out;
}

inline std::vector<model::Upstream> Upstreams() {
  std::vector<model::Upstream> out(5);
  out[kNamed] = {.cluster = "named_default", .display = "default/named"};
  out[kNamed].endpoints = {{.hostname = "shop.internal", .port = 8080}};
  out[kTwo] = {.cluster = "two_default", .display = "default/two"};
  out[kTwo].endpoints = {{.address = "10.0.0.1", .port = 80}, {.address = "10.0.0.2", .port = 80}};
  out[kEmpty] = {.cluster = "empty_default", .display = "default/empty"};
  out[kSecure] = {.cluster = "secure_default", .protocol = model::Protocol::kHttp2};
  out[kSecure].endpoints = {{.hostname = "pay.internal", .port = 443}};
  out[kSecure].endpoints[0].tls = model::Tls{"pay.example", true};
  out[kOddPolicy] = out[kTwo];
  out[kOddPolicy].display = "default/odd";
  out[kOddPolicy].policy = "NobodyKnowsIt";
  return out;
}

// One Gateway, one HTTP listener on port 80, one route with one rule.
inline model::Model OneRule(model::Match match, model::Action action) {
  model::Model model;
  model.upstreams = Upstreams();
  model::Route& route = model.routes.emplace_back();
  route.namespace_ = "default";
  route.name = "r";
  route.rules = {{.name = "main", .matches = {std::move(match)}, .action = std::move(action)}};
  model::Listener listener{.name = "http", .port = 80};
  listener.routes = {{0, {{"", ""}}}};
  model.gateways = {{"default/web", {std::move(listener)}}};
  return model;
}

inline model::Action ForwardTo(uint32_t upstream, model::Filters filters = {}) {
  model::Action out;
  out.filters = std::move(filters);
  out.backends = {To(upstream)};
  return out;
}

class Served {
 public:
  explicit Served(model::Model model, Options options = {})
      : hosts_(std::make_shared<balance::HostTable>()),
        store_(std::make_shared<snapshot::SnapshotStore>()),
        options_(std::move(options)),
        router_(store_, 1) {
    Publish(std::move(model));
  }

  void Publish(model::Model model) {
    auto snapshot = std::make_unique<const snapshot::Snapshot>(std::move(model), options_,
                                                               ++generation_, hosts_);
    store_->Publish(std::move(snapshot), 0, hosts_->cluster_slots());
  }

  // Its texts live until the next call.
  Decision Route(const Request& request) {
    Decision decision;
    router_.Route(request, &decision);
    return decision;
  }

  Decision Get(std::string_view path, std::vector<Header> headers = {}) {
    headers_ = std::move(headers);
    return Route({.authority = "shop.example", .path = path, .headers = headers_});
  }

  Router& router() { return router_; }
  const balance::HostTable& hosts() const { return *hosts_; }

 private:
  std::shared_ptr<balance::HostTable> hosts_;
  std::shared_ptr<snapshot::SnapshotStore> store_;
  const Options options_;
  uint64_t generation_ = 0;
  Router router_;
  std::vector<Header> headers_;
};

}  // namespace kgw::router
