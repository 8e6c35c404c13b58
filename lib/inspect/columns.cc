#include "inspect/columns.h"

namespace kgw::inspect {
namespace {

using config::Node;

struct Segment {
  std::string_view name, filter_key, filter_value;
};

Segment TakeSegment(std::string_view* path) {
  const size_t end = path->find('.');
  std::string_view text = path->substr(0, end);
  path->remove_prefix(end == std::string_view::npos ? path->size() : end + 1);
  Segment out;
  const size_t bracket = text.find('[');
  out.name = text.substr(0, bracket);
  if (bracket == std::string_view::npos) return out;
  const std::string_view filter = text.substr(bracket + 1, text.size() - bracket - 2);
  const size_t equals = filter.find('=');
  out.filter_key = filter.substr(0, equals);
  out.filter_value = filter.substr(equals + 1);
  return out;
}

bool Passes(const Node& node, const Segment& segment) {
  if (segment.filter_key.empty()) return true;
  const Node* value = node.Find(segment.filter_key);
  return value != nullptr && value->text == segment.filter_value;
}

void Collect(const Node& node, std::string_view path, std::string* out) {
  if (node.is_list()) {
    for (const Node& item : node.items) Collect(item, path, out);
    return;
  }
  if (path.empty()) {
    if (!node.is_scalar()) return;
    if (!out->empty()) *out += ',';
    *out += node.text;
    return;
  }
  const Segment segment = TakeSegment(&path);
  const Node* value = node.Find(segment.name);
  if (value == nullptr) return;
  if (!value->is_list()) {
    if (Passes(*value, segment)) Collect(*value, path, out);
    return;
  }
  for (const Node& item : value->items) {
    if (Passes(item, segment)) Collect(item, path, out);
  }
}

}  // namespace

std::string CellAt(const Node& object, std::string_view path) {
  std::string out;
  Collect(object, path, &out);
  return out;
}

// k8s.io/apimachinery, duration.HumanDuration: a second unit only while it still says much.
std::string Age(int64_t seconds) {
  struct Unit {
    int64_t from, size;             // the smallest age that is told in this unit
    int64_t fine_until, fine_size;  // up to what age, and in what, the rest is told
    char name, fine_name;
  };
  constexpr int64_t kMinute = 60, kHour = 3600, kDay = 86400, kYear = 365 * kDay;
  constexpr Unit kUnits[] = {{2 * kYear, kYear, 8 * kYear, kDay, 'y', 'd'},
                             {2 * kDay, kDay, 8 * kDay, kHour, 'd', 'h'},
                             {3 * kHour, kHour, 8 * kHour, kMinute, 'h', 'm'},
                             {2 * kMinute, kMinute, 10 * kMinute, 1, 'm', 's'}};
  for (const Unit& unit : kUnits) {
    if (seconds < unit.from) continue;
    std::string out = std::to_string(seconds / unit.size) + unit.name;
    const int64_t fine = seconds % unit.size / unit.fine_size;
    if (seconds < unit.fine_until && fine != 0) out += std::to_string(fine) + unit.fine_name;
    return out;
  }
  return std::to_string(seconds < 0 ? 0 : seconds) + "s";
}

}  // namespace kgw::inspect
