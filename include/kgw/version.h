// kgw/version.h - which kgw this is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kgw {

std::string_view Version();           // "0.1.0", from the build file
int AbiNumber();                      // of the C ABI: kgw_abi()
std::vector<std::string> Features();  // names of what is built in: upstream types, policies, kinds

}  // namespace kgw
