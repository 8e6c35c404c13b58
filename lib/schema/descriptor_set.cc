#include "schema/descriptor_set.h"

namespace kgw::schema {
namespace {

constexpr unsigned char kBytes[] = {
#include "kgw/schema/descriptor_set_bytes.inc"
};

}  // namespace

std::string_view DescriptorSet() { return {reinterpret_cast<const char*>(kBytes), sizeof kBytes}; }

}  // namespace kgw::schema
