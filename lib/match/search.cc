#include "match/search.h"

#include <bit>

#include "http/path.h"

namespace kgw::match {

const CompiledMatch* Search::Under(const HostEntry& entry) {
  for (const HostEntry* e = &entry; e != nullptr; e = e->next) {
    for (uint32_t i = 0; i < e->group_count; ++i) {
      if (const CompiledMatch* found = InGroup(e->first_group + i)) return found;
    }
    if (!tables_.options.host_fallthrough) break;
  }
  return nullptr;
}

const CompiledMatch* Search::InGroup(uint32_t id) {
  const HostGroup& group = tables_.groups[id];
  if (group.has_exact) {
    const Bucket bucket = tables_.paths.Find(id, PathKind::kExact, path_.path(), path_.path_hash());
    if (const CompiledMatch* found = FirstOf(bucket)) return found;
  }
  if (tables_.options.path_type_prefix_first) {
    const CompiledMatch* found = ByPrefix(id, group);
    return found != nullptr ? found : ByRegex(id, group);
  }
  const CompiledMatch* found = ByRegex(id, group);
  return found != nullptr ? found : ByPrefix(id, group);
}

const CompiledMatch* Search::ByPrefix(uint32_t id, const HostGroup& group) {
  for (const DeepPrefix& prefix : group.deep_prefixes) {
    if (!http::HasPathPrefix(path_.path(), prefix.path)) continue;
    if (const CompiledMatch* found = FirstOf(prefix.bucket)) return found;
  }
  for (uint64_t depths = path_.Present(group.prefix_depths); depths != 0;) {
    const unsigned depth = static_cast<unsigned>(std::bit_width(depths)) - 1;
    depths ^= uint64_t{1} << depth;
    const Bucket bucket =
        tables_.paths.Find(id, PathKind::kPrefix, path_.At(depth), path_.HashAt(depth));
    if (const CompiledMatch* found = FirstOf(bucket)) return found;
  }
  return FirstOf(group.root_prefix);
}

// Expressions rank by length, not by depth: all that may match have to be asked.
const CompiledMatch* Search::ByRegex(uint32_t id, const HostGroup& group) {
  const CompiledMatch* best = nullptr;
  for (uint64_t depths = path_.Present(group.regex_depths); depths != 0; depths &= depths - 1) {
    const unsigned depth = static_cast<unsigned>(std::countr_zero(depths));
    best = BetterRegex(
        tables_.paths.Find(id, PathKind::kRegex, path_.At(depth), path_.HashAt(depth)), best);
  }
  return BetterRegex(group.root_regexes, best);
}

const CompiledMatch* Search::FirstOf(Bucket bucket) {
  for (uint32_t i = bucket.first; i < bucket.first + bucket.count; ++i) {
    const CompiledMatch& match = tables_.matches[i];
    if (tables_.predicates.Hold(match.predicates, values_)) return &match;
  }
  return nullptr;
}

const CompiledMatch* Search::BetterRegex(Bucket bucket, const CompiledMatch* best) {
  for (uint32_t i = bucket.first; i < bucket.first + bucket.count; ++i) {
    const CompiledMatch& match = tables_.matches[i];
    if (best != nullptr && best->rank < match.rank) break;
    if (tables_.predicates.Hold(match.predicates, values_) &&
        tables_.predicates.pattern(match.pattern).FullMatch(path_.path())) {
      return &match;
    }
  }
  return best;
}

}  // namespace kgw::match
