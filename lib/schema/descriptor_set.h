// schema/descriptor_set.h - the schema as data: a serialised google.protobuf.FileDescriptorSet.
//
// Holds every file of kgw/schema/ with its options and imports. config/ builds a private
// descriptor pool from it, so that nothing is ever registered in a host's process-wide pool.
#pragma once

#include <string_view>

namespace kgw::schema {

std::string_view DescriptorSet();

}  // namespace kgw::schema
