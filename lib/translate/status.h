// translate/status.h - writes status conditions as an API server's client would.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "kgw/schema/meta.pb.h"

namespace kgw::translate {

using Conditions = google::protobuf::RepeatedPtrField<schema::Condition>;

struct ConditionValue {
  std::string_view type;
  bool status = true;
  std::string reason;
  std::string message;
};

// Sets the condition of that type. lastTransitionTime changes only when the status flips.
void SetCondition(const ConditionValue& value, int64_t generation, int64_t now,
                  Conditions* conditions);

void RemoveCondition(std::string_view type, Conditions* conditions);

}  // namespace kgw::translate
