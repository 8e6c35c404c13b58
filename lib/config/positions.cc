#include "config/positions.h"

#include "base/hash.h"

namespace kgw::config {
namespace {

uint32_t IndexKey(uint32_t index) { return index * 2654435761u + 1; }

// Of a field, of a map's key, or of a list item in digits. A path cannot tell a key of digits from
// an index, so both are the same; no parent has both.
uint32_t NameKey(std::string_view name) {
  uint32_t index = 0;
  for (const char c : name) {
    if (c < '0' || c > '9') return static_cast<uint32_t>(base::Hash(name));
    index = index * 10 + static_cast<uint32_t>(c - '0');
  }
  return IndexKey(index);
}

// Takes the next segment off the front: ".name", "name", "[3]" or "[key]" of a map.
bool TakeSegment(std::string_view* path, uint32_t* key) {
  if (path->empty()) return false;
  if (path->front() == '[') {
    const size_t end = path->find(']');
    if (end == std::string_view::npos) return false;
    *key = NameKey(path->substr(1, end - 1));
    path->remove_prefix(end + 1);
    return true;
  }
  if (path->front() == '.') path->remove_prefix(1);
  const size_t end = path->find_first_of(".[");
  *key = NameKey(path->substr(0, end));
  path->remove_prefix(end == std::string_view::npos ? path->size() : end);
  return true;
}

}  // namespace

void Positions::OpenKey(uint32_t key, Place place) {
  open_.push_back(static_cast<uint32_t>(marks_.size()));
  marks_.push_back({key, 0, place});
}

void Positions::Open(std::string_view name, Place place) { OpenKey(NameKey(name), place); }
void Positions::OpenItem(uint32_t index, Place place) { OpenKey(IndexKey(index), place); }

void Positions::Close() {
  marks_[open_.back()].end = static_cast<uint32_t>(marks_.size());
  open_.pop_back();
}

Place Positions::Find(std::string_view path) const {
  if (marks_.empty()) return {};
  uint32_t at = 0;  // the object itself is the first mark
  uint32_t key = 0;
  while (TakeSegment(&path, &key)) {
    uint32_t child = at + 1;
    while (child < marks_[at].end && marks_[child].key != key) child = marks_[child].end;
    if (child >= marks_[at].end) break;
    at = child;
  }
  return marks_[at].place;
}

}  // namespace kgw::config
