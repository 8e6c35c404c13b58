#include "inspect/columns.h"

#include <array>
#include <utility>

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

std::string Age(int64_t seconds) {
  constexpr std::array<std::pair<int64_t, const char*>, 4> kUnits{
      {{365 * 86400, "y"}, {86400, "d"}, {3600, "h"}, {60, "m"}}};
  for (const auto& [unit, name] : kUnits) {
    if (seconds >= 2 * unit) return std::to_string(seconds / unit) + name;
  }
  return std::to_string(seconds < 0 ? 0 : seconds) + "s";
}

}  // namespace kgw::inspect
