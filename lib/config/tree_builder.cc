// Turns the records of one document into its tree.
#include <algorithm>

#include "base/strings.h"
#include "config/records.h"
#include "config/text.h"

namespace kgw::config {
namespace {

// Finds keys that stand twice, in time linear in the number of members. The vector may grow, but
// only within its capacity.
class KeyIndex {
 public:
  explicit KeyIndex(const std::vector<Member>* members) : members_(members) {
    if (members->capacity() > kSmall) index_.reserve(members->capacity());
  }

  // The earlier member with the key of `member`, which is the last one; null if it is new.
  const Member* Add(const Member& member) {
    const std::string& key = member.key.text;
    if (members_->capacity() > kSmall) {
      const auto [found, added] = index_.try_emplace(base::Abs(key), &member);
      return added ? nullptr : found->second;
    }
    for (const Member& other : *members_) {
      if (&other == &member) return nullptr;
      if (other.key.text == key) return &other;
    }
    return nullptr;
  }

 private:
  static constexpr size_t kSmall = 16;
  const std::vector<Member>* members_;
  absl::flat_hash_map<absl::string_view, const Member*> index_;
};

class TreeBuilder {
 public:
  explicit TreeBuilder(Recorder* recorder)
      : records_(recorder->records()), share_(recorder->has_aliases()) {}

  // Recursive, but never deeper than Limits::depth.
  bool Fill(uint32_t at, Node* out);

  std::optional<SyntaxError> TakeError() { return std::move(error_); }

 private:
  const Record& Target(uint32_t at) const {
    const Record& record = records_[at];
    return record.kind == Record::Kind::kAlias ? records_[record.target] : record;
  }
  bool IsMerge(uint32_t at) const {
    const Record& key = records_[at];
    return key.kind == Record::Kind::kScalar && key.plain && key.text == "<<";
  }
  bool FillList(uint32_t at, Node* out);
  bool FillMap(uint32_t at, Node* out);
  bool FillMember(uint32_t key, uint32_t value, Member* out);
  bool FillSources(uint32_t value, std::vector<Node>* sources);
  bool Finish(std::vector<Node> sources, Node* map);
  bool Fail(Place place, std::string_view code, std::string message) {
    error_ = ErrorAt(place, code, std::move(message));
    return false;
  }

  std::vector<Record>& records_;
  bool share_;  // a text may be needed again by an alias
  std::optional<SyntaxError> error_;
};

bool TreeBuilder::Fill(uint32_t at, Node* out) {
  Record& record = records_[at];
  out->line = record.place.line;
  out->column = record.place.column;
  switch (record.kind) {
    case Record::Kind::kList:
      return FillList(at, out);
    case Record::Kind::kMap:
      return FillMap(at, out);
    case Record::Kind::kAlias:
      return Fill(record.target, out);
    case Record::Kind::kScalar:
      break;
  }
  out->plain = record.plain;
  if (share_) {
    out->text = record.text;
  } else {
    out->text = std::move(record.text);
  }
  return true;
}

bool TreeBuilder::FillList(uint32_t at, Node* out) {
  out->kind = Node::Kind::kList;
  out->items.reserve(records_[at].children);
  for (uint32_t i = at + 1; i < records_[at].end; i = records_[i].end) {
    if (!Fill(i, &out->items.emplace_back())) return false;
  }
  return true;
}

bool TreeBuilder::FillMap(uint32_t at, Node* out) {
  out->kind = Node::Kind::kMap;
  out->members.reserve(records_[at].children / 2);
  std::vector<Node> sources;
  for (uint32_t key = at + 1; key < records_[at].end;) {
    const uint32_t value = records_[key].end;
    if (IsMerge(key)) {
      if (!FillSources(value, &sources)) return false;
    } else if (!FillMember(key, value, &out->members.emplace_back())) {
      return false;
    }
    key = records_[value].end;
  }
  return Finish(std::move(sources), out);
}

bool TreeBuilder::FillMember(uint32_t key, uint32_t value, Member* out) {
  if (Target(key).kind != Record::Kind::kScalar) {
    return Fail(records_[key].place, "InvalidYAML", "a list or a map cannot be a key");
  }
  return Fill(key, &out->key) && Fill(value, &out->value);
}

// "<<: *base" or "<<: [*base, *more]".
bool TreeBuilder::FillSources(uint32_t value, std::vector<Node>* sources) {
  const auto add = [&](uint32_t at) {
    if (Target(at).kind != Record::Kind::kMap) {
      return Fail(records_[at].place, "InvalidYAML",
                  "the merge key << takes a map or a list of maps");
    }
    return Fill(at, &sources->emplace_back());
  };
  const Record& target = Target(value);
  if (target.kind != Record::Kind::kList) return add(value);
  const auto first = static_cast<uint32_t>(&target - records_.data()) + 1;
  for (uint32_t i = first; i < target.end; i = records_[i].end) {
    if (!add(i)) return false;
  }
  return true;
}

// Refuses keys that stand twice; then merges: the map's own keys win, then the earlier source.
bool TreeBuilder::Finish(std::vector<Node> sources, Node* map) {
  std::vector<Member>& members = map->members;
  size_t size = members.size();
  for (const Node& source : sources) size += source.members.size();
  members.reserve(size);
  KeyIndex keys(&members);
  for (const Member& member : members) {
    const Member* earlier = keys.Add(member);
    if (earlier == nullptr) continue;
    return Fail({member.key.line, member.key.column}, "DuplicateKey",
                base::Cat("the key \"", Excerpt(member.key.text), "\" on line ",
                          std::to_string(member.key.line), " already stands on line ",
                          std::to_string(earlier->key.line)));
  }
  for (Node& source : sources) {
    for (Member& member : source.members) {
      members.push_back(std::move(member));
      if (keys.Add(members.back()) != nullptr) members.pop_back();
    }
  }
  return true;
}

}  // namespace

std::optional<SyntaxError> BuildTree(Recorder* recorder, Node* root) {
  TreeBuilder builder(recorder);
  builder.Fill(0, root);
  return builder.TakeError();
}

}  // namespace kgw::config
