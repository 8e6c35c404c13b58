// tests/match/shrink.h - makes a model on which something fails as small as possible, and shows it.
#pragma once

#include <functional>
#include <string>

#include "model/model.h"

namespace kgw::match {

// Takes out gateways, listeners, routes, hostnames, rules, matches and predicates one after the
// other for as long as `fails` stays true of what is left.
model::Model Shrink(model::Model model, const std::function<bool(const model::Model&)>& fails);

std::string Describe(const model::Model& model);

}  // namespace kgw::match
