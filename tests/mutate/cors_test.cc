#include "mutate/cors.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/allocations.h"

namespace kgw::mutate {
namespace {

using Lines = std::map<std::string, std::string>;

// Applies the edits to header lines, as an embedder would.
class Editor final : public HeaderSink {
 public:
  explicit Editor(Lines backend = {}) : lines(std::move(backend)) {}
  void Remove(std::string_view name) override { lines.erase(std::string(name)); }
  void Set(std::string_view name, std::string_view value) override {
    lines[std::string(name)] = value;
  }
  void Add(std::string_view name, std::string_view value) override {
    std::string& line = lines[std::string(name)];
    line.append(line.empty() ? "" : ",").append(value);
  }
  Lines lines;
};

model::Cors Filter(std::vector<std::string> origins) {
  model::Cors cors;
  cors.allow_origins = std::move(origins);
  return cors;
}

bool Allowed(const model::Cors& cors, std::string_view origin) {
  return OriginAllowed(CorsFilter(cors), origin);
}

Lines Preflight(const model::Cors& cors, const CorsRequest& request) {
  std::string scratch;
  Editor editor;
  PreflightHeaders(CorsFilter(cors), request, &scratch, &editor);
  return editor.lines;
}

Lines Response(const model::Cors& cors, std::string_view origin, Lines backend = {}) {
  std::string scratch;
  Editor editor(std::move(backend));
  ResponseHeaders(CorsFilter(cors), {origin, "", ""}, &scratch, &editor);
  return editor.lines;
}

TEST(CorsOrigin, AgreesInSchemeHostAndPort) {
  const model::Cors cors = Filter({"https://*.wild.test", "http://plain.test",
                                   "https://port.test:8443", "http://[::1]:81", "app://local"});
  for (const std::string_view origin :
       {"https://a.wild.test", "https://a.b.wild.test", "https://a.wild.test:443",
        "HTTPS://A.Wild.Test", "http://plain.test", "http://plain.test:80",
        "https://port.test:8443", "http://[::1]:81", "app://local"}) {
    EXPECT_TRUE(Allowed(cors, origin)) << origin;
  }
  for (const std::string_view origin : {"https://wild.test",
                                        "https://evilwild.test",
                                        "http://a.wild.test",
                                        "https://a.wild.test:8443",
                                        "https://a.wild.test.evil.test",
                                        "https://.wild.test",
                                        "https://evil.test/.wild.test",
                                        "https://evil.test#.wild.test",
                                        "https://evil.test?.wild.test",
                                        "https://x@evil.wild.test",
                                        "http://plain.test:8080",
                                        "https://plain.test",
                                        "https://port.test",
                                        "https://port.test:84430",
                                        "http://plain.test:",
                                        "http://plain.test:80x",
                                        "http://plain.test:99999",
                                        "http://[::1]",
                                        "app://local:80",
                                        "null",
                                        "",
                                        "plain.test",
                                        "://",
                                        "http://"}) {
    EXPECT_FALSE(Allowed(cors, origin)) << origin;
  }
}

TEST(CorsOrigin, BareWildcardHostTakesAnyHostOfThatSchemeAndPort) {
  const model::Cors cors = Filter({"http://*"});
  EXPECT_TRUE(Allowed(cors, "http://any.thing.test"));
  EXPECT_TRUE(Allowed(cors, "http://any.thing.test:80"));
  EXPECT_FALSE(Allowed(cors, "https://any.thing.test"));
  EXPECT_FALSE(Allowed(cors, "http://any.thing.test:8080"));
  EXPECT_FALSE(Allowed(cors, "http://"));
}

TEST(CorsOrigin, StarTakesEveryOriginAndAnEmptyListNone) {
  for (const std::string_view origin : {"https://a.test", "https://a.test:12345", "null"}) {
    EXPECT_TRUE(Allowed(Filter({"*"}), origin)) << origin;
    EXPECT_FALSE(Allowed(Filter({}), origin)) << origin;
  }
  EXPECT_FALSE(Allowed(Filter({"*"}), ""));
}

TEST(CorsOrigin, MayBeExactOrAPatternForTheWholeOrigin) {
  model::Cors cors = Filter({});
  cors.exact_origins = {"https://App.test", "https://*.star.test"};
  cors.origin_patterns = {"https://[a-z]+\\.dev\\.test", "null"};
  for (const char* origin : {"https://App.test", "https://one.dev.test", "null"}) {
    EXPECT_TRUE(Allowed(cors, origin)) << origin;
  }
  for (const char* origin : {"https://app.test", "https://App.test:443", "https://a.star.test",
                             "https://one.dev.test.evil.test", "https://1.dev.test", ""}) {
    EXPECT_FALSE(Allowed(cors, origin)) << origin;
  }
}

TEST(CorsPreflight, SendsTheListsAsConfigured) {
  model::Cors cors = Filter({"https://www.foo.com", "https://*.bar.com"});
  cors.allow_methods = {"GET", "OPTIONS"};
  cors.allow_headers = {"x-header-1", "x-header-2"};
  cors.expose_headers = {"x-header-3", "x-header-4"};
  cors.allow_credentials = true;
  cors.max_age = "3600";
  for (const std::string origin : {"https://www.foo.com", "https://xpto.www.bar.com"}) {
    EXPECT_EQ(Preflight(cors, {origin, "PUT", "x-other"}),
              (Lines{{"access-control-allow-origin", origin},
                     {"access-control-allow-credentials", "true"},
                     {"access-control-allow-methods", "GET, OPTIONS"},
                     {"access-control-allow-headers", "x-header-1, x-header-2"},
                     {"access-control-expose-headers", "x-header-3, x-header-4"},
                     {"access-control-max-age", "3600"},
                     {"vary", "origin"}}));
  }
}

TEST(CorsPreflight, SaysNothingToAForeignOrigin) {
  EXPECT_EQ(Preflight(Filter({"https://*.bar.com"}), {"https://foobar.com", "GET", ""}), Lines{});
}

TEST(CorsPreflight, SendsMaxAgeAsItIsWritten) {
  model::Cors cors = Filter({"*"});
  cors.max_age = "1d";
  EXPECT_EQ(Preflight(cors, {"https://a.test", "GET", ""}).count("access-control-max-age"), 1u);
  cors.max_age.clear();
  EXPECT_EQ(Preflight(cors, {"https://a.test", "GET", ""}).count("access-control-max-age"), 0u);
}

TEST(CorsPreflight, LeavesOutEmptyListsAndAlwaysHasMaxAge) {
  EXPECT_EQ(Preflight(Filter({"*"}), {"https://a.test:12345", "GET", "x"}),
            (Lines{{"access-control-allow-origin", "https://a.test:12345"},
                   {"access-control-max-age", "5"},
                   {"vary", "origin"}}));
}

TEST(CorsPreflight, SendsStarOrEchoesWithCredentials) {
  model::Cors cors = Filter({"*"});
  cors.allow_methods = cors.allow_headers = cors.expose_headers = {"*"};
  EXPECT_EQ(Preflight(cors, {"https://a.test", "PUT", "x-1, x-2"}),
            (Lines{{"access-control-allow-origin", "https://a.test"},
                   {"access-control-allow-methods", "*"},
                   {"access-control-allow-headers", "*"},
                   {"access-control-expose-headers", "*"},
                   {"access-control-max-age", "5"},
                   {"vary", "origin"}}));
  cors.allow_credentials = true;
  EXPECT_EQ(Preflight(cors, {"https://a.test", "PUT", "x-1, x-2"}),
            (Lines{{"access-control-allow-origin", "https://a.test"},
                   {"access-control-allow-credentials", "true"},
                   {"access-control-allow-methods", "PUT"},
                   {"access-control-allow-headers", "x-1, x-2"},
                   {"access-control-max-age", "5"},
                   {"vary", "origin"}}));
  EXPECT_EQ(Preflight(cors, {"https://a.test", "PUT", ""}).count("access-control-allow-headers"),
            0u);
}

TEST(CorsResponse, OverwritesWhatTheBackendSays) {
  model::Cors cors = Filter({"https://app.test"});
  cors.allow_credentials = true;
  cors.expose_headers = {"x-out"};
  EXPECT_EQ(Response(cors, "https://app.test",
                     {{"access-control-allow-origin", "*"},
                      {"access-control-allow-credentials", "false"},
                      {"vary", "accept"},
                      {"etag", "1"}}),
            (Lines{{"access-control-allow-origin", "https://app.test"},
                   {"access-control-allow-credentials", "true"},
                   {"access-control-expose-headers", "x-out"},
                   {"vary", "accept,origin"},
                   {"etag", "1"}}));
}

TEST(CorsResponse, RemovesWhatTheFilterDoesNotAllow) {
  const Lines backend = {{"access-control-allow-origin", "*"},
                         {"access-control-allow-credentials", "true"},
                         {"access-control-expose-headers", "x-secret"},
                         {"etag", "1"}};
  const model::Cors cors = Filter({"https://app.test"});
  EXPECT_EQ(
      Response(cors, "https://app.test", backend),
      (Lines{
          {"access-control-allow-origin", "https://app.test"}, {"vary", "origin"}, {"etag", "1"}}));
  EXPECT_EQ(Response(cors, "https://evil.test", backend), (Lines{{"etag", "1"}}));
}

TEST(CorsResponse, IsLeftAloneWithoutAnOrigin) {
  const Lines backend = {{"access-control-allow-origin", "*"}};
  EXPECT_EQ(Response(Filter({"https://app.test"}), "", backend), backend);
}

class Counter final : public HeaderSink {
 public:
  void Remove(std::string_view) override { ++edits; }
  void Set(std::string_view, std::string_view) override { ++edits; }
  void Add(std::string_view, std::string_view) override { ++edits; }
  size_t edits = 0;
};

TEST(Cors, AllocatesNothingOnceItsBufferHasGrown) {
  model::Cors cors = Filter({"https://one.test", "https://*.a-long-name-of-an-origin.test:8443"});
  cors.allow_methods = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"};
  cors.allow_headers = cors.expose_headers = {"x-header-number-1", "x-header-number-2"};
  const CorsRequest request = {"https://www.a-long-name-of-an-origin.test:8443", "PUT", "x"};
  const CorsFilter filter(cors);
  std::string scratch;
  Counter counter;
  const auto edit = [&] {
    PreflightHeaders(filter, request, &scratch, &counter);
    ResponseHeaders(filter, request, &scratch, &counter);
  };
  edit();
  const size_t before = support::Allocations();
  for (int i = 0; i < 100; ++i) edit();
  EXPECT_EQ(support::Allocations(), before);
  EXPECT_EQ(counter.edits, 101u * 10u);
}

}  // namespace
}  // namespace kgw::mutate
