// config/positions.h - where each field of a decoded object stands in its text.
//
// A side table in the order in which the decoder met the fields, 16 bytes a field. Immutable once
// built; any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace kgw::config {

struct Place {
  uint32_t line = 0, column = 0;  // from 1; 0: unknown
};

class Positions {
 public:
  // Opens a field inside the one that is open now, and closes it again.
  void Open(std::string_view name, Place place);
  void OpenItem(uint32_t index, Place place);
  void Close();

  // The place of "spec.rules[0].matches[1].path", or of its nearest ancestor that was written.
  Place Find(std::string_view path) const;

  void ShrinkToFit() { marks_.shrink_to_fit(); }
  size_t bytes() const { return marks_.capacity() * sizeof(Mark); }

 private:
  struct Mark {
    uint32_t key;  // of the name or index inside its parent
    uint32_t end;  // one past the last mark inside this one
    Place place;
  };
  void OpenKey(uint32_t key, Place place);

  std::vector<Mark> marks_;
  std::vector<uint32_t> open_;
};

}  // namespace kgw::config
