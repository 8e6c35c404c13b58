#include "translate/status.h"

#include "base/time.h"

namespace kgw::translate {

void SetCondition(const ConditionValue& value, int64_t generation, int64_t now,
                  Conditions* conditions) {
  schema::Condition* slot = nullptr;
  for (schema::Condition& known : *conditions) {
    if (known.type() == value.type) slot = &known;
  }
  if (slot == nullptr) slot = conditions->Add();
  const char* status = value.status ? "True" : "False";
  if (slot->status() != status || !slot->has_lasttransitiontime()) {
    slot->set_lasttransitiontime(base::FormatRfc3339(now));
  }
  slot->set_type(std::string(value.type));
  slot->set_status(status);
  slot->set_reason(value.reason);
  slot->set_message(value.message);
  slot->set_observedgeneration(generation);
}

void RemoveCondition(std::string_view type, Conditions* conditions) {
  for (int i = 0; i < conditions->size(); ++i) {
    if (conditions->Get(i).type() != type) continue;
    conditions->DeleteSubrange(i, 1);
    return;
  }
}

}  // namespace kgw::translate
