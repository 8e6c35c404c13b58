// kgw/c.hpp over libkgw.so, and C++ functions as callbacks: what they throw stays an error.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "kgw/c.hpp"

namespace {

using kgw::c::Decision;
using kgw::c::Engine;
using kgw::c::Options;
using kgw::c::Reader;
using kgw::c::Request;

constexpr kgw_outcome kFine = {sizeof(kgw_outcome), KGW_COMPLETED, 200, 0, 0};

Engine Serving(std::string_view text) {
  Engine engine(Options().Set("seed", "7"));
  EXPECT_EQ(engine.Apply("config.yaml", text).errors(), 0u);
  return engine;
}

TEST(Wrapper, RoutesAndFinishes) {
  Engine engine = Serving(SHOP);
  Reader reader = engine.NewReader();
  Decision decision;
  const Request request("GET", "shop.test", "/api/x?q=1");
  reader.Route(request, &decision);
  EXPECT_EQ(decision.verdict(), KGW_FORWARD);
  EXPECT_EQ(decision.cluster(), "pair_default");
  EXPECT_EQ(decision.path(), "/v2/x?q=1");
  EXPECT_EQ(decision.authority(), "internal.test");
  EXPECT_EQ(decision.request_edits().set.size(), 1u);
  EXPECT_NE(decision.Json(&request).view().find("\"/v2/x?q=1\""), std::string_view::npos);
  engine.Done(&decision.raw.ticket, kFine);
  EXPECT_EQ(decision.raw.ticket.opaque[0], 0u);
}

TEST(Wrapper, WhatDoesNotChangeIsNothing) {
  Engine engine = Serving(SHOP);
  Reader reader = engine.NewReader();
  Decision decision;
  reader.Route(Request("GET", "shop.test", "/plain"), &decision);
  EXPECT_FALSE(decision.path());
  EXPECT_FALSE(decision.authority());
  engine.Done(&decision.raw.ticket, kFine);
}

TEST(Wrapper, RoutesManyAndTriesAgain) {
  Engine engine = Serving(SHOP);
  Reader reader = engine.NewReader();
  const std::vector<Request> requests(3, Request("GET", "shop.test", "/api/x"));
  std::vector<Decision> decisions(3);
  reader.RouteMany(requests, decisions);
  kgw_outcome reset = kFine;
  reset.result = KGW_RESET;
  for (Decision& decision : decisions) {
    const std::string first(decision.address());
    kgw_decision before = decision.raw;
    reader.Retry(requests[0], reset, &decision);
    EXPECT_NE(decision.address(), first);
    EXPECT_NE(decision.raw.ticket.opaque[0], 0u);
    EXPECT_EQ(before.size, decision.raw.size);
    engine.Done(&decision.raw.ticket, kFine);
    break;  // the texts of the others are gone
  }
  for (size_t i = 1; i < 3; ++i) engine.Done(&decisions[i].raw.ticket, kFine);
}

TEST(Wrapper, ErrorsAreThrownWithFindings) {
  Engine engine;
  try {
    engine.Load(std::vector<std::string>{"no/such/file.yaml"});
    FAIL() << "nothing was thrown";
  } catch (const kgw::c::Error& error) {
    EXPECT_EQ(error.code(), KGW_E_CONFIG);
    ASSERT_EQ(error.size(), 1u);
    EXPECT_EQ(kgw::c::View(error[0].code), "CannotRead");
    EXPECT_NE(std::string(error.what()).find("no/such/file.yaml"), std::string::npos);
  }
  EXPECT_THROW(Options().Set("no_such_option", "1"), kgw::c::Error);
}

TEST(Wrapper, HeadersAreLookedUpByAFunction) {
  Engine engine = Serving(SHOP);
  Reader reader = engine.NewReader();
  auto lookup = [](std::string_view name, size_t index) -> std::optional<std::string_view> {
    if (name != "x-team" || index > 1) return std::nullopt;
    return index == 0 ? "red" : "blue";
  };
  Decision decision;
  reader.Route(Request("GET", "shop.test", "/").Lookup(&lookup), &decision);
  EXPECT_EQ(decision.backend(), "copies");
  engine.Done(&decision.raw.ticket, kFine);
}

TEST(Throwing, ALookupThatThrowsIsAnInternalErrorAndTheReaderGoesOn) {
  Engine engine = Serving(SHOP);
  Reader reader = engine.NewReader();
  auto lookup = [](std::string_view, size_t) -> std::optional<std::string_view> {
    throw std::runtime_error("no headers today");
  };
  Decision decision;
  Request request("GET", "shop.test", "/");
  try {
    reader.Route(request.Lookup(&lookup), &decision);
    FAIL() << "nothing was thrown";
  } catch (const kgw::c::Error& error) {
    EXPECT_EQ(error.code(), KGW_E_INTERNAL);
  }
  reader.Route(Request("GET", "shop.test", "/"), &decision);
  EXPECT_EQ(decision.verdict(), KGW_FORWARD);
  engine.Done(&decision.raw.ticket, kFine);
}

constexpr std::string_view kCustom = GATEWAY
    "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: mine}\nspec:\n"
    "  consulLite: {service: web}\n---\n"
    "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec:\n"
    "  parentRefs: [{name: edge}]\n  rules:\n"
    "  - backendRefs: [{group: gloo.solo.io, kind: Upstream, name: mine}]\n";

TEST(Throwing, AnUpstreamTypeThatThrowsIsAFindingAndTheLastAnswerStays) {
  bool throws = false;
  Engine engine(Options().AddUpstreamType(
      "consulLite",
      [&](std::string_view, std::string_view name, std::string_view, kgw::c::Answer& answer) {
        if (throws) throw std::runtime_error("consul is away");
        kgw_upstream_endpoint endpoint = KGW_UPSTREAM_ENDPOINT_INIT;
        endpoint.address = kgw::c::Borrow("10.7.0.1");
        endpoint.port = 7000;
        EXPECT_TRUE(answer.Add(endpoint));
        return name == "mine";
      }));
  Reader reader = engine.NewReader();
  EXPECT_EQ(engine.Apply("c.yaml", kCustom).errors(), 0u);
  throws = true;
  const kgw::c::Report report = engine.Refresh();
  EXPECT_EQ(report.size(), 1u);
  Decision decision;
  reader.Route(Request("GET", "any.test", "/"), &decision);
  EXPECT_EQ(decision.verdict(), KGW_FORWARD);
  EXPECT_EQ(decision.port(), 7000);
  engine.Done(&decision.raw.ticket, kFine);
}

}  // namespace
