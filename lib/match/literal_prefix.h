// match/literal_prefix.h - how every text begins that a regular expression can match.
//
// Reads RE2 syntax, and gives up early rather than guess: a shorter answer is always right. Pure.
#pragma once

#include <string>
#include <string_view>

namespace kgw::match {

std::string LiteralPrefix(std::string_view pattern);

}  // namespace kgw::match
