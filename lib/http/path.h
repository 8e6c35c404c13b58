// http/path.h - request targets: the path without its query, normalised.
//
// RFC 3986, sections 5.2.4 and 6.2.2. Never fails: an invalid escape stays as it is. Pure.
#pragma once

#include <string>
#include <string_view>

#include "kgw/options.h"

namespace kgw::http {

using Normalization = PathNormalization;

struct Target {
  std::string_view path;   // up to the first '?' or '#'; "/" if that is empty
  std::string_view query;  // from that '?' on, with it; a fragment is dropped
};

// Splits a request target. An absolute-form target ("http://h/p") loses scheme and authority; the
// other forms ("*", "host:443") are paths without a leading slash.
Target SplitTarget(std::string_view target);

// Decodes escapes of unreserved characters, writes the other escapes with upper-case digits
// ("%2F" is never decoded), then removes dot segments without ever climbing above the root.
// kMergeSlashes also merges adjacent slashes, after the dot segments. Returns `path` itself where
// nothing changes, or if it does not begin with '/'; otherwise a view of `*scratch`, whose former
// content is lost. Idempotent, and linear in the length of `path`.
std::string_view NormalizePath(std::string_view path, Normalization mode, std::string* scratch);

// Element-wise prefix match (Gateway API, PathMatchPathPrefix): `prefix` has no trailing slash. The
// prefix "" (once "/") takes every path, that of "OPTIONS *" too.
inline bool HasPathPrefix(std::string_view path, std::string_view prefix) {
  if (path.size() < prefix.size() || path.compare(0, prefix.size(), prefix) != 0) return false;
  return prefix.empty() || path.size() == prefix.size() || path[prefix.size()] == '/';
}

// The form in which a PathPrefix value is compared: without one trailing slash ("/" becomes "").
inline std::string_view TrimPrefixValue(std::string_view value) {
  if (!value.empty() && value.back() == '/') value.remove_suffix(1);
  return value;
}

}  // namespace kgw::http
