// The policy "Random": a weighted draw in constant time by an alias table (Walker, Vose).
//
// All in integers, so that the shares are exact: every column is `sum` high, and endpoint i owns
// weight * n units in all columns together.
#include <utility>
#include <vector>

#include "balance/policy.h"

namespace kgw::balance {
namespace {

class RandomPolicy : public Policy {
 public:
  explicit RandomPolicy(std::span<const model::Endpoint> endpoints);
  uint32_t Pick(const PickContext& context) const override;

 private:
  struct Column {
    uint64_t own;    // below this height the column is its own endpoint's
    uint32_t alias;  // above it somebody else's
  };

  void FillColumns(std::vector<std::pair<uint64_t, uint32_t>> poor,
                   std::vector<std::pair<uint64_t, uint32_t>> rich);

  uint64_t sum_ = 0;
  std::vector<Column> columns_;
};

RandomPolicy::RandomPolicy(std::span<const model::Endpoint> endpoints) {
  const uint64_t n = endpoints.size();
  for (const model::Endpoint& endpoint : endpoints) sum_ += endpoint.weight;
  std::vector<std::pair<uint64_t, uint32_t>> poor, rich;  // units left, endpoint
  for (uint32_t i = 0; i < n; ++i) {
    const uint64_t units = endpoints[i].weight * n;
    (units < sum_ ? poor : rich).emplace_back(units, i);
    columns_.push_back({sum_, i});
  }
  FillColumns(std::move(poor), std::move(rich));
}

// A poor endpoint fills the bottom of its column, a rich one the rest of it, until the rich one is
// poor itself or all columns are full.
void RandomPolicy::FillColumns(std::vector<std::pair<uint64_t, uint32_t>> poor,
                               std::vector<std::pair<uint64_t, uint32_t>> rich) {
  while (!poor.empty() && !rich.empty()) {
    const auto [units, i] = poor.back();
    poor.pop_back();
    auto& [giver_units, giver] = rich.back();
    columns_[i] = {units, giver};
    giver_units -= sum_ - units;
    if (giver_units < sum_) {
      poor.push_back(rich.back());
      rich.pop_back();
    }
  }
}

uint32_t RandomPolicy::Pick(const PickContext& context) const {
  if (columns_.size() < 2) return columns_.empty() ? kNoEndpoint : 0;
  const auto i = static_cast<uint32_t>(context.random->Below(columns_.size()));
  const Column& column = columns_[i];
  if (column.own == sum_) return i;
  return context.random->Below(sum_) < column.own ? i : column.alias;
}

}  // namespace

std::unique_ptr<Policy> BuildRandom(std::span<const model::Endpoint> endpoints) {
  return std::make_unique<RandomPolicy>(endpoints);
}

}  // namespace kgw::balance
