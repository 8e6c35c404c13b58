#include "translate/gateway/delegated_match.h"

#include <algorithm>
#include <vector>

#include "base/regex.h"
#include "base/strings.h"

namespace kgw::translate::gateway {
namespace {

using base::Cat;
using model::PathType;
using model::ValueMatch;

// The prefix as the beginning of a regular expression.
std::string Escape(std::string_view prefix) {
  constexpr std::string_view kSpecial = "\\.+*?()|[]{}^$";
  std::string out;
  for (const char c : prefix) {
    if (kSpecial.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// True if the expression has alternatives outside all parentheses: what stands in front of it would
// belong to the first of them alone.
bool HasOpenAlternatives(std::string_view pattern) {
  constexpr size_t kNowhere = std::string_view::npos;
  int depth = 0;
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      if (pattern.substr(i).starts_with("\\Q")) {
        i = std::min(pattern.find("\\E", i), pattern.size());
      }
      ++i;
    } else if (in_class) {
      const size_t named = pattern.substr(i).starts_with("[:") ? pattern.find(":]", i) : kNowhere;
      if (named != kNowhere) {
        i = named + 1;  // as in [[:alpha:]|]
      } else {
        in_class = c != ']';
      }
    } else if (c == '[') {
      in_class = true;
      if (pattern.substr(i + 1).starts_with('^')) ++i;
      if (pattern.substr(i + 1).starts_with(']')) ++i;  // a literal one
    } else if (c == '(' || c == ')') {
      depth += c == '(' ? 1 : -1;
    } else if (c == '|' && depth == 0) {
      return true;
    }
  }
  return false;
}

std::string_view WithoutAnchor(std::string_view pattern) {
  if (pattern.starts_with('^')) pattern.remove_prefix(1);
  return pattern;
}

// The expression, narrowed to what really begins with the prefix.
std::optional<std::string> UnderPrefix(std::string_view prefix, std::string_view pattern,
                                       std::string* why) {
  if (prefix.empty()) return std::string(pattern);
  const std::string escaped = Escape(prefix);
  std::string_view rest = WithoutAnchor(pattern);
  if (rest.starts_with(escaped)) {
    rest.remove_prefix(escaped.size());
  } else if (rest.starts_with(prefix)) {
    rest.remove_prefix(prefix.size());
  } else {
    *why = Cat("the expression ", pattern, " does not begin with ", escaped);
    return std::nullopt;
  }
  if (HasOpenAlternatives(rest)) {
    *why =
        Cat("the alternatives of ", pattern, " need parentheses, so that all are under ", prefix);
    return std::nullopt;
  }
  if (!rest.empty() && std::string_view("?*{").find(rest[0]) != std::string_view::npos) {
    *why = Cat("the expression ", pattern, " repeats the last letter of ", prefix);
    return std::nullopt;
  }
  return Cat(escaped, rest);
}

std::string JoinPattern(std::string_view prefix, std::string_view pattern) {
  if (prefix.empty()) return std::string(pattern);
  const std::string_view rest = WithoutAnchor(pattern);
  const bool open = HasOpenAlternatives(rest);
  const bool slash = !open && !rest.starts_with('/') && !rest.starts_with('(');
  return Cat(Escape(prefix), open ? "(?:" : slash ? "/" : "", rest, open ? ")" : "");
}

bool Same(const ValueMatch& a, const ValueMatch& b) {
  return a.name == b.name && a.value == b.value && a.regex == b.regex;
}

bool HasAll(const std::vector<ValueMatch>& parent, const std::vector<ValueMatch>& child,
            std::string_view what, std::string* why) {
  for (const ValueMatch& wanted : parent) {
    const auto same = [&](const ValueMatch& own) { return Same(own, wanted); };
    if (std::any_of(child.begin(), child.end(), same)) continue;
    *why = Cat("it does not ask for the parent's ", what, " ", wanted.name,
               wanted.regex ? "~=" : "=", wanted.value);
    return false;
  }
  return true;
}

std::vector<ValueMatch> Merge(const std::vector<ValueMatch>& parent,
                              const std::vector<ValueMatch>& child) {
  std::vector<ValueMatch> out = parent;
  for (const ValueMatch& own : child) {
    const auto same_name = [&](const ValueMatch& other) { return other.name == own.name; };
    if (std::none_of(parent.begin(), parent.end(), same_name)) out.push_back(own);
  }
  return out;
}

bool IsPrefix(const model::Match& parent, std::string* why) {
  if (parent.path.type == PathType::kPathPrefix) return true;
  *why = "the parent's match is no PathPrefix";
  return false;
}

}  // namespace

std::optional<model::Match> Under(const model::Match& parent, const model::Match& child,
                                  std::string* why) {
  if (!IsPrefix(parent, why)) return std::nullopt;
  model::Match out = child;
  if (child.path.type == PathType::kRegularExpression) {
    auto pattern = UnderPrefix(parent.path.value, child.path.value, why);
    if (!pattern) return std::nullopt;
    out.path.value = std::move(*pattern);
  } else if (!child.path.value.starts_with(parent.path.value)) {
    *why = Cat("its path does not begin with the parent's, ", parent.path.value);
    return std::nullopt;
  }
  if (!parent.method.empty() && child.method != parent.method) {
    *why = Cat("it does not ask for the parent's method ", parent.method);
    return std::nullopt;
  }
  if (!HasAll(parent.headers, child.headers, "header", why)) return std::nullopt;
  if (!HasAll(parent.query, child.query, "query parameter", why)) return std::nullopt;
  return out;
}

std::optional<model::Match> Join(const model::Match& parent, const model::Match& child,
                                 std::string* why) {
  if (!IsPrefix(parent, why)) return std::nullopt;
  model::Match out = child;
  const std::string& prefix = parent.path.value;
  if (child.path.type == PathType::kRegularExpression) {
    out.path.value = JoinPattern(prefix, child.path.value);
    if (!base::Regex(out.path.value).ok()) {
      *why = Cat("the expression ", out.path.value, " does not compile");
      return std::nullopt;
    }
  } else if (child.path.value != "/") {
    out.path.value = Cat(prefix, child.path.value);
  } else if (!prefix.empty()) {
    out.path.value = prefix;
  }
  if (!parent.method.empty()) out.method = parent.method;
  out.headers = Merge(parent.headers, child.headers);
  out.query = Merge(parent.query, child.query);
  return out;
}

bool Covers(const model::Match& child, const model::Match& parent) {
  std::string why;
  return child.path.type == PathType::kPathPrefix && child.path.value == parent.path.value &&
         (child.method.empty() || child.method == parent.method) &&
         HasAll(child.headers, parent.headers, "header", &why) &&
         HasAll(child.query, parent.query, "query parameter", &why);
}

}  // namespace kgw::translate::gateway
