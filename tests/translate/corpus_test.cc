// The verdicts of a real API server, where its records lie beside the checkout (../shared/corpus):
// the same objects accepted, the same fields at fault, the same defaults filled in.

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

#include "config/decoder.h"
#include "config/write.h"
#include "translate/world.h"

namespace kgw::translate {
namespace {

const std::set<std::string>& Kinds() {
  static const auto* const kinds =
      new std::set<std::string>{"HTTPRoute", "Gateway", "GatewayClass", "ReferenceGrant"};
  return *kinds;
}

std::string Json(const config::Node& node) {
  std::string out;
  config::WriteJson(node, &out);
  return out;
}

// Why kgw need not agree with a rejection; empty if it must.
std::string KnownDifference(const config::Node& record) {
  const config::Node& cause = record.Find("causes")->items.at(0);
  const std::string field = cause.Find("field")->text;
  const std::string message = cause.Find("message")->text;
  if (field == "status") return "what stands in a status is another controller's, never an error";
  if (message.find("Value is immutable") != std::string::npos) {
    return "a rule about a change of the object, and files have no past";
  }
  if (field.find(".externalAuth") != std::string::npos) {
    return "the content of externalAuth is not read yet; the filter answers 500";
  }
  return {};
}

// The spec as `get` would print it, defaults filled in.
std::string DefaultedSpec(const config::Node& object) {
  const config::Kind* kind =
      config::Schema::Get().FindKind("gateway.networking.k8s.io", object.Find("kind")->text);
  config::Resource resource;
  resource.key.kind = kind;
  resource.source = std::make_shared<const std::string>("corpus");
  std::vector<Diagnostic> findings;
  config::Checker checker(&resource, &findings);
  const auto message = config::Decode(object, {}, &resource, &checker);
  return Json(*config::Encode(*message, *kind->message).Find("spec"));
}

size_t CountScalars(const config::Node& node) {
  size_t count = node.is_scalar() ? 1 : 0;
  for (const config::Node& item : node.items) count += CountScalars(item);
  for (const config::Member& member : node.members) count += CountScalars(member.value);
  return count;
}

// True if some error names a field that the server named, or one around or inside it.
bool NamesTheField(const std::vector<Diagnostic>& findings, const config::Node& record) {
  for (const config::Node& cause : record.Find("causes")->items) {
    std::string field = cause.Find("field")->text;
    if (field.ends_with(".labels.key")) field.resize(field.size() - 4);  // a map's key
    for (const Diagnostic& d : findings) {
      const bool related = d.field.starts_with(field) || field.starts_with(d.field);
      if (d.severity == Severity::kError && !d.field.empty() && related) return true;
    }
  }
  return false;
}

TEST(Corpus, IsJudgedAsTheApiServerJudgesIt) {
  const std::string path = SourceRoot() + "/../shared/corpus/gateway-api-v1.6.3-experimental.jsonl";
  std::istringstream lines(ReadFile(path));
  std::string line;
  int judged = 0;
  while (std::getline(lines, line)) {
    const config::Parsed parsed = config::ParseJson(line);
    ASSERT_EQ(parsed.documents.size(), 1u);
    const config::Node& record = parsed.documents[0];
    const config::Node& object = *record.Find("object");
    if (!Kinds().contains(object.Find("kind")->text)) continue;
    ++judged;
    const bool accepted = record.Find("accepted")->text == "true";
    World world(Json(object));
    bool errors = false;
    for (const Diagnostic& d : world.load_findings) errors |= d.severity == Severity::kError;
    if (!accepted && !KnownDifference(record).empty()) continue;
    EXPECT_EQ(!errors, accepted) << line << "\n"
                                 << (errors ? world.load_findings[0].message : "no finding");
    if (!accepted) {
      EXPECT_TRUE(NamesTheField(world.load_findings, record)) << line;
      continue;
    }
    const config::Node& stored = *record.Find("stored");
    // The server's form goes the same way, for the order of its keys; it gains nothing there, and
    // the number of its values tells that it lost nothing either.
    EXPECT_EQ(DefaultedSpec(object), DefaultedSpec(stored)) << line;
    const config::Parsed ours = config::ParseJson(DefaultedSpec(object));
    EXPECT_EQ(CountScalars(ours.documents.at(0)), CountScalars(*stored.Find("spec"))) << line;
  }
  if (judged == 0) GTEST_SKIP() << "the records are not beside the checkout";
}

}  // namespace
}  // namespace kgw::translate
