// base/regex.h - regular expressions: RE2 syntax, always matched against the whole text.
//
// The one header of the engine that stands in front of RE2. Immutable after construction; any
// thread may call FullMatch(). RE2 keeps a cache of automaton states behind a lock and may allocate
// while it matches: it is the one exception to "no lock, no allocation" on the hot path.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace kgw::base {

class Regex {
 public:
  // Patterns that would need more than 1 MiB of program are refused, so that a configuration
  // cannot buy unbounded memory.
  explicit Regex(std::string_view pattern);
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  bool ok() const;
  std::string error() const;  // why the pattern does not compile; empty if ok()
  bool FullMatch(std::string_view text) const;

  // True if some part of `text` matches; for the patterns of the CRDs, which carry their own
  // anchors.
  bool PartialMatch(std::string_view text) const;

  // Why `substitution`, in which \1 to \9 stand for groups, \0 for the match and \\ for a
  // backslash, cannot be used with this pattern; empty if it can.
  std::string CheckSubstitution(std::string_view substitution) const;

  // Appends `text` with all its non-overlapping matches replaced. False if there is no match: then
  // that is `text` itself. Both the pattern and the substitution must be valid.
  bool ReplaceAll(std::string_view text, std::string_view substitution, std::string* out) const;

 private:
  std::unique_ptr<re2::RE2> re_;
};

}  // namespace kgw::base
