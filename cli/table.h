// cli/table.h - rows in aligned columns, as kubectl prints them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.h"

namespace kgw::cli {

struct Cell {
  Cell(std::string t, Color c = Color::kPlain) : text(std::move(t)), color(c) {}  // NOLINT
  std::string text;
  Color color;
};

class Table {
 public:
  explicit Table(std::vector<std::string> titles) : titles_(std::move(titles)) {}

  void Add(std::vector<Cell> row);
  bool empty() const { return rows_.empty(); }

  // Every line ends with a line end and none with spaces. A column without any text is left out.
  std::string Text(const Painter& paint, bool headers, std::string_view indent = "") const;

 private:
  std::vector<std::string> titles_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace kgw::cli
