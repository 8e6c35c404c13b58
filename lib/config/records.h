// config/records.h - one document as a flat list of records, on the way from events to a tree.
//
// Both parsers write records; BuildTree() makes the Node. Limits are kept here, before anything is
// copied: an alias is one record, and what it would expand to is counted when it is met. One
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "config/node.h"
#include "config/parse.h"
#include "config/positions.h"

namespace kgw::config {

struct Record {
  enum class Kind : uint8_t { kScalar, kList, kMap, kAlias };
  static constexpr uint32_t kNone = UINT32_MAX;

  Kind kind = Kind::kScalar;
  bool plain = false;
  Place place;
  uint32_t end = 0;       // the record behind this one and all it holds
  uint32_t children = 0;  // of a list; of a map, keys and values
  uint32_t target = 0;    // of an alias: the record it stands for
  std::string text;
};

// An empty anchor means none. Every method returns false once error() is set.
class Recorder {
 public:
  // `nodes_left` is the budget of the whole source and shared by its documents.
  Recorder(const Limits& limits, uint64_t* nodes_left)
      : limits_(limits), nodes_left_(nodes_left), aliases_left_(limits.alias_nodes) {}

  bool Scalar(Place place, std::string text, bool plain, std::string_view anchor = {});
  bool Open(Record::Kind kind, Place place, std::string_view anchor = {});
  bool Close();
  bool Alias(Place place, std::string_view anchor);
  bool Fail(Place place, std::string_view code, std::string message);

  const std::optional<SyntaxError>& error() const { return error_; }
  std::vector<Record>& records() { return records_; }
  bool has_aliases() const { return has_aliases_; }

  // The innermost list or map that is still open; null if there is none.
  const Record* innermost() const {
    return open_.empty() ? nullptr : &records_[open_.back().record];
  }

 private:
  // What a record amounts to once its aliases are expanded.
  struct Size {
    uint64_t nodes = 1;  // 64 bytes of text count as one more
    uint32_t depth = 0;
  };
  struct Anchor {
    uint32_t record = 0;
    bool complete = false;
    Size size;
  };
  struct OpenRecord {
    uint32_t record = 0;
    uint32_t anchor = Record::kNone;  // in anchors_
    Size size;
  };

  bool Add(Record record, std::string_view anchor);
  void Push(Record record);
  void AddToParent(const Size& size);
  bool CheckAlias(Place place, std::string_view name, const Anchor& anchor);

  Limits limits_;
  uint64_t* nodes_left_;
  uint64_t aliases_left_;
  bool has_aliases_ = false;
  std::vector<Record> records_;
  std::vector<OpenRecord> open_;
  std::vector<Anchor> anchors_;
  absl::flat_hash_map<std::string, uint32_t> anchor_names_;  // the latest of each name
  std::optional<SyntaxError> error_;
};

// The tree of a complete document: aliases copied in, merge keys ("<<", plain) carried out, keys
// checked. The texts move out of the records where nothing else needs them.
std::optional<SyntaxError> BuildTree(Recorder* recorder, Node* root);

}  // namespace kgw::config
