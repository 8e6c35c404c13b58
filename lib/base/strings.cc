#include "base/strings.h"

#include <algorithm>

namespace kgw::base {

std::string JoinWords(const std::vector<std::string>& words, std::string_view last) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && i + 1 == words.size()) {
      out += Cat(" ", last, " ");
    } else if (i > 0) {
      out += ", ";
    }
    out += words[i];
  }
  return out;
}

namespace {

// Damerau-Levenshtein (adjacent transposition counts one), three rows.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t swap_cost = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + swap_cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::string NearestWord(std::string_view word, const std::vector<std::string>& valid) {
  constexpr size_t kLongestWord = 64;  // longer texts are no slips of the pen
  if (word.empty() || word.size() > kLongestWord) return {};
  const std::string lower = Lower(word);
  const std::string* best = nullptr;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : valid) {
    if (candidate.size() > kLongestWord) continue;
    const size_t distance = EditDistance(lower, Lower(candidate));
    if (distance < best_distance && distance < candidate.size()) {
      best_distance = distance;
      best = &candidate;
    }
  }
  return best == nullptr ? std::string() : *best;
}

}  // namespace kgw::base
