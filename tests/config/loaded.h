// config/loaded.h - texts of configurations, loaded, for tests of what comes after parsing.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "config/decoder.h"
#include "config/load.h"
#include "config/parse.h"
#include "config/schema.h"

namespace kgw::config {

using Texts = std::vector<std::string>;

// A finding in one line: "3:5 error UnknownValue spec.x (did you mean Exact)".
inline std::string Line(const Diagnostic& d) {
  std::string out = base::Cat(std::to_string(d.line), ":", std::to_string(d.column),
                              d.severity == Severity::kError ? " error " : " warning ", d.code);
  if (!d.field.empty()) out += base::Cat(" ", d.field);
  if (!d.suggestion.empty()) out += base::Cat(" (did you mean ", d.suggestion, ")");
  return out;
}

inline Texts Lines(const std::vector<Diagnostic>& findings) {
  Texts out;
  for (const Diagnostic& d : findings) out.push_back(Line(d));
  return out;
}

inline bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// True if there is one text, and it has that part.
inline bool HasOnly(const Texts& texts, std::string_view part) {
  return texts.size() == 1 && Has(texts[0], part);
}

// One object of the schema, decoded without the rules between its fields.
struct Decoded {
  Resource resource;
  std::unique_ptr<google::protobuf::Message> message;
  std::vector<Diagnostic> findings;
  std::vector<InvalidUnit> invalid_units;
  bool rejected = false;
};

inline std::unique_ptr<Decoded> DecodeNode(const Node& node, const Kind& kind,
                                           const Texts& extra_fields = {}) {
  auto out = std::make_unique<Decoded>();
  out->resource.key.kind = &kind;
  out->resource.source = std::make_shared<const std::string>("test.yaml");
  Checker checker(&out->resource, &out->findings);
  out->message = Decode(node, extra_fields, &out->resource, &checker);
  out->rejected = checker.rejected();
  out->invalid_units = checker.TakeInvalidUnits();
  return out;
}

inline const Kind& KindNamed(std::string_view name) {
  for (const auto& kind : Schema::Get().kinds()) {
    if (kind->name == name) return *kind;
  }
  std::abort();
}

// `yaml` is one document that says its kind.
inline std::unique_ptr<Decoded> DecodeText(std::string_view yaml) {
  const Parsed parsed = ParseYaml(yaml);
  const Node& node = parsed.documents.at(0);
  return DecodeNode(node, KindNamed(node.Find("kind")->text));
}

// A registry of all kinds without rules between fields, on messages of the private pool.
inline const Registry& PlainRegistry() {
  static const Registry* const registry = [] {
    static auto* const keep_alive = new std::vector<std::unique_ptr<google::protobuf::Message>>;
    std::vector<KindBinding> bindings;
    for (const auto& kind : Schema::Get().kinds()) {
      keep_alive->push_back(Schema::Get().New(*kind->message));
      bindings.push_back({keep_alive->back().get(), {}});
    }
    return new Registry(bindings);
  }();
  return *registry;
}

inline LoadedSource LoadYaml(std::string_view text, std::string_view name = "test.yaml") {
  return Load(name, text, TextFormat::kYaml, PlainRegistry());
}

}  // namespace kgw::config
