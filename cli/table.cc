#include "cli/table.h"

#include <algorithm>

#include "cli/text.h"

namespace kgw::cli {
namespace {

constexpr size_t kGap = 3;

// One line: only the columns of a width above 0.
std::string Line(const Painter& paint, const std::vector<Cell>& row,
                 const std::vector<size_t>& widths, std::string_view indent) {
  std::string line(indent);
  size_t missing = 0;  // spaces owed before the next text
  for (size_t i = 0; i < row.size(); ++i) {
    if (widths[i] == 0) continue;
    if (!row[i].text.empty()) {
      line.append(missing, ' ');
      line += paint(row[i].color, row[i].text);
      missing = 0;
    }
    missing += widths[i] - Width(row[i].text) + kGap;
  }
  return line + "\n";
}

}  // namespace

void Table::Add(std::vector<Cell> row) {
  row.resize(titles_.size(), Cell(""));
  for (Cell& cell : row) cell.text = Printable(cell.text);
  rows_.push_back(std::move(row));
}

std::string Table::Text(const Painter& paint, bool headers, std::string_view indent) const {
  std::vector<size_t> widths(titles_.size(), 0);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i].text));
  }
  std::string out;
  if (headers) {
    std::vector<Cell> titles;
    for (size_t i = 0; i < titles_.size(); ++i) {
      if (widths[i] != 0) widths[i] = std::max(widths[i], Width(titles_[i]));
      titles.emplace_back(titles_[i], Color::kBold);
    }
    out += Line(paint, titles, widths, indent);
  }
  for (const auto& row : rows_) out += Line(paint, row, widths, indent);
  return out;
}

}  // namespace kgw::cli
