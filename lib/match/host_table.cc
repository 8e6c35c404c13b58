#include "match/host_table.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/hash.h"
#include "http/hostname.h"

namespace kgw::match {
namespace {

constexpr uint64_t kWildcardSeed = 1;

// Which bit stands for a text with that many dots.
uint64_t DotBit(size_t dots) { return uint64_t{1} << std::min<size_t>(dots, 63); }

size_t CountDots(std::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '.'));
}

void SortUnique(std::vector<uint32_t>* routes) {
  std::sort(routes->begin(), routes->end());
  routes->erase(std::unique(routes->begin(), routes->end()), routes->end());
}

}  // namespace

HostTable::HostTable(std::span<const model::Listener* const> listeners, uint32_t first_group,
                     std::vector<RouteGroup>* groups) {
  for (const model::Listener* listener : listeners) {
    const uint32_t entry = FindCovering(listener->hostname);
    const bool taken = entry != kNone && entries_[entry].pattern == listener->hostname;
    if (!taken) Intern(listener->hostname, listener);
  }
  // Entry, then rank from high to low.
  std::map<std::pair<uint32_t, uint64_t>, RouteGroup> drafts;
  for (const model::Listener* listener : listeners) {
    for (const model::AttachedRoute& route : listener->routes) {
      for (const model::AttachedHostname& hostname : route.hostnames) {
        uint32_t entry = FindCovering(hostname.effective);
        if (entry == kNone || entries_[entry].listener != listener) continue;  // unreachable
        if (entries_[entry].pattern != hostname.effective) {
          entry = Intern(hostname.effective, listener);
        }
        drafts[{entry, ~http::HostnameRank(hostname.ranked)}].routes.push_back(route.route);
      }
    }
  }
  for (auto& [key, group] : drafts) {
    HostEntry& entry = entries_[key.first];
    if (entry.group_count++ == 0) entry.first_group = first_group;
    ++first_group;
    SortUnique(&group.routes);
    groups->push_back(std::move(group));
  }
  Link();
}

void HostTable::Link() {
  for (HostEntry& entry : entries_) {
    if (entry.pattern.empty()) continue;
    const bool wildcard = http::IsWildcard(entry.pattern);
    uint32_t wider = FindWildcard(entry.pattern.substr(wildcard ? 1 : 0), 1);
    if (wider == kNone) wider = any_;
    if (wider != kNone && entries_[wider].listener == entry.listener) entry.next = &entries_[wider];
  }
}

const HostEntry* HostTable::Find(std::string_view host) const {
  uint32_t found = FindExact(host);
  if (found == kNone && wildcard_dots_ != 0) found = FindWildcard(host, 1);
  if (found == kNone) found = any_;
  return found == kNone ? nullptr : &entries_[found];
}

// The most specific entry that stands for all the hosts of `pattern`.
uint32_t HostTable::FindCovering(std::string_view pattern) const {
  const bool wildcard = http::IsWildcard(pattern);
  uint32_t found = wildcard || pattern.empty() ? kNone : FindExact(pattern);
  if (found == kNone && !pattern.empty()) {
    found = wildcard ? FindWildcard(pattern.substr(1), 0) : FindWildcard(pattern, 1);
  }
  return found == kNone ? any_ : found;
}

uint32_t HostTable::FindExact(std::string_view host) const {
  return index_.Find(base::Hash(host), [&](uint32_t i) { return entries_[i].pattern == host; });
}

// The longest wildcard whose text behind the '*' is the end of `text` from a dot at `from` or
// later.
uint32_t HostTable::FindWildcard(std::string_view text, size_t from) const {
  if (wildcard_dots_ == 0) return kNone;
  size_t dots = CountDots(text.substr(std::min(from, text.size())));
  for (size_t dot = text.find('.', from); dot != text.npos; dot = text.find('.', dot + 1), --dots) {
    if ((wildcard_dots_ & DotBit(dots)) == 0) continue;
    const std::string_view suffix = text.substr(dot);
    const uint32_t found = index_.Find(base::Hash(suffix, kWildcardSeed), [&](uint32_t i) {
      return http::IsWildcard(entries_[i].pattern) && entries_[i].pattern.substr(1) == suffix;
    });
    if (found != kNone) return found;
  }
  return kNone;
}

uint32_t HostTable::Intern(std::string_view pattern, const model::Listener* listener) {
  const auto i = static_cast<uint32_t>(entries_.size());
  entries_.push_back({pattern, listener});
  if (pattern.empty()) {
    any_ = i;
  } else if (http::IsWildcard(pattern)) {
    wildcard_dots_ |= DotBit(CountDots(pattern));
    index_.Add(base::Hash(pattern.substr(1), kWildcardSeed), i);
  } else {
    index_.Add(base::Hash(pattern), i);
  }
  return i;
}

}  // namespace kgw::match
