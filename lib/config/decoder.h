// config/decoder.h - a document node -> a message, for every kind of the schema.
//
// Walks the node and the descriptor side by side: types, defaults, bounds, patterns, closed lists,
// unions and list-map keys come from the schema's options. Every finding has its place and path.
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <span>
#include <string>

#include "config/checker.h"
#include "config/node.h"
#include "config/resource.h"
#include "config/schema.h"

namespace kgw::config {

// Fills positions, extra fields and variants of `*resource`, whose kind is set, and tells
// `*checker` what is wrong. The message is complete even then, as far as it could be read.
// `extra_fields` are the paths of those that are kept as text, in place of a field of the schema if
// there is one.
std::unique_ptr<google::protobuf::Message> Decode(const Node& node,
                                                  std::span<const std::string> extra_fields,
                                                  Resource* resource, Checker* checker);

// The inverse: the object as an API server would return it, fields in schema order, map keys
// sorted, extra fields after their siblings.
Node Encode(const google::protobuf::Message& message, const MessageInfo& info,
            const ExtraFields& extra = {});

}  // namespace kgw::config
