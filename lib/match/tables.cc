#include "match/tables.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

#include "match/literal_prefix.h"
#include "match/path_prefixes.h"

namespace kgw::match {
namespace {

// A match before it has a place in a host group.
struct Draft {
  CompiledMatch compiled;
  PathKind kind = PathKind::kExact;
  std::string key;  // in the path table
  uint32_t route_rank = 0;
  ptrdiff_t rule = 0;
};

// The order of precedence inside one hostname and path type (Gateway API, HTTPRouteRule.matches).
// Between the types the order of the search decides.
bool Precedes(const Draft* a, const Draft* b) {
  const auto key = [](const Draft& draft) {
    const model::Match& match = *draft.compiled.match;
    return std::tuple(~match.path.value.size(), match.method.empty(), ~match.headers.size(),
                      ~match.query.size(), draft.route_rank, draft.rule, &match);
  };
  return key(*a) < key(*b);
}

bool SameKey(const Draft* a, const Draft* b) { return a->kind == b->kind && a->key == b->key; }

// The place of every route in the order that decides between equal matches: older first, then by
// name.
std::vector<uint32_t> RankRoutes(const std::vector<model::Route>& routes) {
  using Key = std::tuple<int64_t, std::string, std::string_view, uint32_t>;
  std::vector<Key> keys;
  keys.reserve(routes.size());
  for (const model::Route& route : routes) {
    keys.emplace_back(route.created, route.FullName(), route.kind, keys.size());
  }
  std::sort(keys.begin(), keys.end());
  std::vector<uint32_t> ranks(routes.size());
  for (uint32_t rank = 0; rank < keys.size(); ++rank) ranks[std::get<3>(keys[rank])] = rank;
  return ranks;
}

// The part of a regular expression's literal prefix that ends at an element's end; "" if there is
// none, or none that can be looked up.
std::string RegexKey(std::string_view pattern) {
  std::string key = LiteralPrefix(pattern);
  const size_t slash = key.rfind('/');
  key.resize(slash == std::string::npos ? 0 : slash);
  if (DepthOf(key) >= PathPrefixes::kDepths) key.clear();
  return key;
}

class Compiler {
 public:
  Compiler(const model::Model& model, const Options& options) : model_(model) {
    out_.options = options;
  }

  CompiledTables Run() {
    const std::vector<uint32_t> ranks = RankRoutes(model_.routes);
    for (size_t i = 0; i < ranks.size(); ++i) DraftRoute(model_.routes[i], ranks[i]);
    first_draft_.push_back(drafts_.size());
    for (const model::Gateway& gateway : model_.gateways) AddGateway(gateway);
    const auto by_port = [](const Entrance& a, const Entrance& b) {
      return std::pair(a.port, a.tls) < std::pair(b.port, b.tls);
    };
    std::stable_sort(out_.entrances.begin(), out_.entrances.end(), by_port);
    out_.predicates.Seal();
    return std::move(out_);
  }

 private:
  void DraftRoute(const model::Route& route, uint32_t rank) {
    first_draft_.push_back(drafts_.size());
    for (const model::Rule& rule : route.rules) {
      const uint32_t plan = rules_++;
      for (const model::Match& match : rule.matches) {
        Draft draft{.compiled = {.route = &route,
                                 .rule = &rule,
                                 .match = &match,
                                 .plan = plan,
                                 .match_index = match.index}};
        draft.route_rank = rank;
        draft.rule = &rule - route.rules.data();
        if (DraftPath(match.path, &draft) && DraftPredicates(match, &draft)) {
          drafts_.push_back(std::move(draft));
        }
      }
    }
  }

  // False if the match can never hold.
  bool DraftPath(const model::PathMatch& path, Draft* draft) {
    draft->key = path.value;
    draft->kind = path.type == model::PathType::kExact ? PathKind::kExact : PathKind::kPrefix;
    if (path.type != model::PathType::kRegularExpression) return true;
    const std::optional<uint32_t> pattern = out_.predicates.AddPattern(path.value);
    if (!pattern) return false;
    draft->compiled.pattern = *pattern;
    draft->kind = PathKind::kRegex;
    draft->key = RegexKey(path.value);
    return true;
  }

  bool DraftPredicates(const model::Match& match, Draft* draft) {
    const std::optional<PredicateRun> run = out_.predicates.Add(match);
    if (run) draft->compiled.predicates = *run;
    return run.has_value();
  }

  void AddGateway(const model::Gateway& gateway) {
    std::map<std::pair<uint16_t, bool>, std::vector<const model::Listener*>> ports;
    for (const model::Listener& listener : gateway.listeners) {
      ports[{listener.port, listener.tls}].push_back(&listener);
    }
    for (const auto& [key, listeners] : ports) {
      std::vector<RouteGroup> groups;
      const auto first = static_cast<uint32_t>(out_.groups.size());
      out_.entrances.push_back(
          {key.first, key.second, &gateway, HostTable(listeners, first, &groups)});
      for (const RouteGroup& group : groups) AddGroup(group);
    }
  }

  void AddGroup(const RouteGroup& routes) {
    std::vector<Draft*> drafts;
    for (const uint32_t route : routes.routes) {
      for (size_t i = first_draft_[route]; i < first_draft_[route + 1]; ++i) {
        drafts.push_back(&drafts_[i]);
      }
    }
    std::sort(drafts.begin(), drafts.end(), Precedes);
    for (uint32_t rank = 0; rank < drafts.size(); ++rank) drafts[rank]->compiled.rank = rank;
    std::stable_sort(drafts.begin(), drafts.end(), [](const Draft* a, const Draft* b) {
      return std::tie(a->kind, a->key) < std::tie(b->kind, b->key);
    });

    const auto id = static_cast<uint32_t>(out_.groups.size());
    HostGroup& group = out_.groups.emplace_back();
    for (size_t begin = 0, end = 0; begin < drafts.size(); begin = end) {
      const auto first = static_cast<uint32_t>(out_.matches.size());
      while (end < drafts.size() && SameKey(drafts[begin], drafts[end])) {
        out_.matches.push_back(drafts[end++]->compiled);
      }
      Place(*drafts[begin], id, {first, static_cast<uint32_t>(end - begin)}, &group);
    }
    std::sort(group.deep_prefixes.begin(), group.deep_prefixes.end(),
              [](const auto& a, const auto& b) { return a.path.size() > b.path.size(); });
  }

  void Place(const Draft& draft, uint32_t id, Bucket bucket, HostGroup* group) {
    const size_t depth = DepthOf(draft.key);
    if (draft.kind == PathKind::kExact) {
      group->has_exact = true;
    } else if (draft.key.empty()) {
      (draft.kind == PathKind::kPrefix ? group->root_prefix : group->root_regexes) = bucket;
      return;
    } else if (depth >= PathPrefixes::kDepths) {
      group->deep_prefixes.push_back({draft.compiled.match->path.value, bucket});
      return;
    } else {
      (draft.kind == PathKind::kPrefix ? group->prefix_depths : group->regex_depths) |= uint64_t{1}
                                                                                        << depth;
    }
    out_.paths.Add(id, draft.kind, draft.key, bucket);
  }

  const model::Model& model_;
  CompiledTables out_;
  std::vector<Draft> drafts_;
  std::vector<size_t> first_draft_;  // of each route, and the end
  uint32_t rules_ = 0;
};

}  // namespace

CompiledTables Compile(const model::Model& model, const Options& options) {
  return Compiler(model, options).Run();
}

}  // namespace kgw::match
