// config/decoder.h - a document node -> a message, for every kind of the schema.
//
// Walks the node and the descriptor side by side: types, defaults, bounds, patterns, closed lists,
// unions and list-map keys come from the schema's options. Every finding has its place and path.
#pragma once

#include <google/protobuf/message.h>

#include <memory>

#include "config/checker.h"
#include "config/node.h"
#include "config/positions.h"
#include "config/schema.h"

namespace kgw::config {

// Fills `*positions` and tells `*checker` what is wrong. The message is complete even then, as far
// as it could be read.
std::unique_ptr<google::protobuf::Message> Decode(const Node& node, const Kind& kind,
                                                  Positions* positions, Checker* checker);

// The inverse: the object as an API server would return it, fields in schema order, map keys
// sorted.
Node Encode(const google::protobuf::Message& message, const MessageInfo& info);

}  // namespace kgw::config
