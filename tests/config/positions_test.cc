#include "config/positions.h"

#include <gtest/gtest.h>

#include <string>

#include "config/loaded.h"

namespace kgw::config {
namespace {

std::string At(const Positions& positions, std::string_view path) {
  const Place place = positions.Find(path);
  return base::Cat(std::to_string(place.line), ":", std::to_string(place.column));
}

TEST(Positions, KnowWhereEachFieldStands) {
  const auto route = DecodeText(
      "kind: HTTPRoute\n"
      "metadata:\n"
      "  name: x\n"
      "  labels: {app.test/name: shop, \"42\": answer, \"\": none}\n"
      "spec:\n"
      "  hostnames: [a.test, b.test]\n"
      "  rules:\n"
      "  - matches:\n"
      "    - {path: {value: /a}}\n"
      "    - {path: {value: /b}, method: GET}\n"
      "  - name: second\n");
  const Positions& at = route->resource.positions;
  EXPECT_EQ(At(at, ""), "1:1");
  EXPECT_EQ(At(at, "kind"), "1:7");
  EXPECT_EQ(At(at, "spec"), "5:1") << "a list or a map stands where its name is";
  EXPECT_EQ(At(at, "spec.hostnames[1]"), "6:23");
  EXPECT_EQ(At(at, "spec.rules[0].matches[1].path.value"), "10:22");
  EXPECT_EQ(At(at, "spec.rules[1].name"), "11:11");
  EXPECT_EQ(At(at, "metadata.labels[app.test/name]"), "4:27");
  EXPECT_EQ(At(at, "metadata.labels[42]"), "4:39");
  EXPECT_EQ(At(at, "metadata.labels[]"), "4:51");
}

TEST(Positions, FallBackToTheNearestAncestorThatWasWritten) {
  const auto route = DecodeText(
      "kind: HTTPRoute\nmetadata: {name: x}\nspec:\n  rules:\n  - matches:\n    - method: GET\n");
  const Positions& at = route->resource.positions;
  EXPECT_EQ(At(at, "spec.rules[0].matches[0].path.value"), "6:7") << "the path is a default";
  EXPECT_EQ(At(at, "spec.rules[0].matches[7]"), "5:5");
  EXPECT_EQ(At(at, "spec.rules[0].backendRefs[0].name"), "5:5");
  EXPECT_EQ(At(at, "nothing.of.this"), "1:1");
}

TEST(Positions, KeepNoPlacesOfDefaults) {
  const auto gateway = DecodeText(
      "kind: Gateway\nmetadata: {name: x}\nspec:\n  gatewayClassName: c\n  listeners:\n"
      "  - {name: a, port: 80, protocol: HTTP}\n");
  // The default of allowedRoutes has a field of this name.
  EXPECT_EQ(At(gateway->resource.positions, "spec.listeners[0].namespaces"), "6:5");
}

TEST(Positions, KnowNothingOfAnEmptyObject) { EXPECT_EQ(At(Positions(), "spec"), "0:0"); }

}  // namespace
}  // namespace kgw::config
