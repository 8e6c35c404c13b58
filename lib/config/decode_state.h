// config/decode_state.h - what the decoder carries on its way down (used by decode_*.cc alone).
#pragma once

#include <google/protobuf/message.h>

#include <span>
#include <string>
#include <string_view>

#include "config/checker.h"
#include "config/node.h"
#include "config/positions.h"
#include "config/resource.h"
#include "config/schema.h"

namespace kgw::config {

// The path to the field being decoded: a list on the stack, turned into text only for a finding.
struct Path {
  const Path* parent = nullptr;
  std::string_view name;  // of a field; with `map_key` set, a key of a map
  int index = -1;         // of a list item, if not negative
  bool map_key = false;

  std::string Text() const;
};

struct DecodeState {
  const Kind* kind = nullptr;
  std::span<const std::string> extra_fields;  // paths
  Resource* resource = nullptr;
  Checker* checker = nullptr;
  Positions* positions = nullptr;
  const Path* unit = nullptr;  // the innermost part that can be dropped on its own
  bool lenient = false;        // inside `status`: findings never reject

  // Reports an error at `node`. An object of an open-worded kind survives an unknown word.
  Diagnostic& Error(const Node& node, const Path& path, std::string_view code, std::string message);
  Diagnostic& UnknownWord(const Node& node, const Path& path, std::string message);
  Diagnostic& Warn(const Node& node, const Path& path, std::string_view code, std::string message);
};

// Decodes one value of a scalar field, or of a wrapper message, into `*message` (added if the
// field is a list). Null was dealt with before.
void DecodeScalar(const Node& node, const FieldInfo& info,
                  const google::protobuf::FieldDescriptor* field, const Path& path,
                  google::protobuf::Message* message, DecodeState* state);
void DecodeWrapper(const Node& node, const MessageInfo& info, const Path& path,
                   google::protobuf::Message* message, DecodeState* state);

}  // namespace kgw::config
