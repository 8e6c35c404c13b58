// match/search.h - one request's way through the host groups of a hostname.
//
// Lives on the stack of Matcher::Find(): what is computed of the request - hashes of its path,
// values of its headers - is kept from group to group. Allocates nothing.
#pragma once

#include <string_view>

#include "match/path_prefixes.h"
#include "match/tables.h"

namespace kgw::match {

class Search {
 public:
  Search(const CompiledTables& tables, const http::RequestView& request, std::string_view method)
      : tables_(tables),
        values_(tables.predicates.names(), request, method),
        path_(request.path()) {}

  // The winner among the matches of `entry` and, with fall-through, of the less specific hostnames
  // behind it; null if nothing matches.
  const CompiledMatch* Under(const HostEntry& entry);

 private:
  const CompiledMatch* InGroup(uint32_t id);
  const CompiledMatch* ByPrefix(uint32_t id, const HostGroup& group);
  const CompiledMatch* ByRegex(uint32_t id, const HostGroup& group);
  const CompiledMatch* FirstOf(Bucket bucket);
  const CompiledMatch* BetterRegex(Bucket bucket, const CompiledMatch* best);

  const CompiledTables& tables_;
  RequestValues values_;
  PathPrefixes path_;
};

}  // namespace kgw::match
