#include "config/records.h"

#include <algorithm>

#include "base/strings.h"
#include "config/text.h"
#include "config/yaml_stream.h"

namespace kgw::config {
namespace {

constexpr size_t kLongestScalar = kLongestLine;

}  // namespace

bool Recorder::Fail(Place place, std::string_view code, std::string message) {
  if (!error_) error_ = ErrorAt(place, code, std::move(message));
  return false;
}

void Recorder::AddToParent(const Size& size) {
  if (open_.empty()) return;
  Size& parent = open_.back().size;
  parent.nodes += size.nodes;
  parent.depth = std::max(parent.depth, size.depth + 1);
  ++records_[open_.back().record].children;
}

bool Recorder::Add(Record record, std::string_view anchor) {
  if (error_) return false;
  if (*nodes_left_ == 0) {
    return Fail(record.place, "TooLarge",
                base::Cat("the text has more than ", std::to_string(limits_.nodes),
                          " values; the rest of it is not read"));
  }
  --*nodes_left_;
  if (!anchor.empty()) {
    anchor_names_[std::string(anchor)] = static_cast<uint32_t>(anchors_.size());
    anchors_.push_back({static_cast<uint32_t>(records_.size()), false, {}});
  }
  Push(std::move(record));
  return true;
}

void Recorder::Push(Record record) {
  record.end = static_cast<uint32_t>(records_.size() + 1);
  records_.push_back(std::move(record));
}

bool Recorder::Scalar(Place place, std::string text, bool plain, std::string_view anchor) {
  if (text.size() > kLongestScalar) {
    return Fail(place, "TooLarge", "a single value is longer than 16 MiB");
  }
  const Size size = {1 + text.size() / 64, 0};
  Record record;
  record.plain = plain;
  record.place = place;
  record.text = std::move(text);
  if (!Add(std::move(record), anchor)) return false;
  if (!anchor.empty()) {
    anchors_.back().complete = true;
    anchors_.back().size = size;
  }
  AddToParent(size);
  return true;
}

bool Recorder::Open(Record::Kind kind, Place place, std::string_view anchor) {
  if (open_.size() >= limits_.depth) {
    return Fail(place, "TooDeep",
                base::Cat("lists and maps are nested more than ", std::to_string(limits_.depth),
                          " levels deep"));
  }
  Record record;
  record.kind = kind;
  record.place = place;
  if (!Add(std::move(record), anchor)) return false;
  const bool anchored = !anchor.empty();
  open_.push_back({static_cast<uint32_t>(records_.size() - 1),
                   anchored ? static_cast<uint32_t>(anchors_.size() - 1) : Record::kNone,
                   {}});
  return true;
}

bool Recorder::Close() {
  if (error_ || open_.empty()) return false;
  const OpenRecord closed = open_.back();
  open_.pop_back();
  records_[closed.record].end = static_cast<uint32_t>(records_.size());
  if (closed.anchor != Record::kNone) {
    anchors_[closed.anchor].complete = true;
    anchors_[closed.anchor].size = closed.size;
  }
  AddToParent(closed.size);
  return true;
}

bool Recorder::Alias(Place place, std::string_view name) {
  if (error_) return false;
  const auto found = anchor_names_.find(base::Abs(name));
  if (found == anchor_names_.end()) {
    return Fail(place, "InvalidYAML",
                base::Cat("the alias *", Excerpt(name), " refers to no anchor; if it is meant as ",
                          "text, put it in quotes"));
  }
  const Anchor& anchor = anchors_[found->second];
  if (!CheckAlias(place, name, anchor)) return false;
  aliases_left_ -= anchor.size.nodes;
  *nodes_left_ -= anchor.size.nodes;
  Record record;
  record.kind = Record::Kind::kAlias;
  record.place = place;
  record.target = anchor.record;
  Push(std::move(record));
  AddToParent(anchor.size);
  has_aliases_ = true;
  return true;
}

bool Recorder::CheckAlias(Place place, std::string_view name, const Anchor& anchor) {
  if (!anchor.complete) {
    return Fail(place, "InvalidYAML",
                base::Cat("the alias *", Excerpt(name), " stands inside what it refers to"));
  }
  if (open_.size() + anchor.size.depth > limits_.depth) {
    return Fail(place, "TooDeep",
                base::Cat("with the alias *", Excerpt(name), " expanded, lists and maps are ",
                          "nested more than ", std::to_string(limits_.depth), " levels deep"));
  }
  if (anchor.size.nodes > aliases_left_ || anchor.size.nodes > *nodes_left_) {
    return Fail(place, "AliasExpansion",
                base::Cat("the aliases of this document expand to more than ",
                          std::to_string(limits_.alias_nodes), " values"));
  }
  return true;
}

}  // namespace kgw::config
