#include "match/path_table.h"

#include <cstring>

#include "base/hash.h"

namespace kgw::match {
namespace {

enum Field { kOwner, kFirst, kCount, kLength, kKey };

uint32_t Owner(uint32_t group, PathKind kind) { return group * 4 + static_cast<uint32_t>(kind); }

// One hash of a path serves all groups and kinds.
uint64_t KeyHash(uint32_t owner, uint64_t path_hash) {
  uint64_t x = path_hash + owner * uint64_t{0x9e3779b97f4a7c15};
  x = (x ^ (x >> 32)) * uint64_t{0xd6e8feb86659fd93};
  return x ^ (x >> 32);
}

}  // namespace

void PathTable::Add(uint32_t group, PathKind kind, std::string_view path, Bucket bucket) {
  const uint32_t owner = Owner(group, kind);
  const size_t at = records_.size();
  records_.resize(at + kKey + (path.size() + 3) / 4);
  records_[at + kOwner] = owner;
  records_[at + kFirst] = bucket.first;
  records_[at + kCount] = bucket.count;
  records_[at + kLength] = static_cast<uint32_t>(path.size());
  if (!path.empty()) std::memcpy(&records_[at + kKey], path.data(), path.size());
  index_.Add(KeyHash(owner, base::Hash(path)), static_cast<uint32_t>(at));
}

Bucket PathTable::Find(uint32_t group, PathKind kind, std::string_view path,
                       uint64_t path_hash) const {
  const uint32_t owner = Owner(group, kind);
  const uint32_t at = index_.Find(KeyHash(owner, path_hash), [&](uint32_t i) {
    const uint32_t* record = &records_[i];
    return record[kOwner] == owner && record[kLength] == path.size() &&
           std::memcmp(record + kKey, path.data(), path.size()) == 0;
  });
  if (at == HashIndex::kNone) return {};
  return {records_[at + kFirst], records_[at + kCount]};
}

}  // namespace kgw::match
