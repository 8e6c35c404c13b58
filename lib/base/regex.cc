#include "base/regex.h"

#include <re2/re2.h>

#include <algorithm>

namespace kgw::base {
namespace {

re2::RE2::Options QuietOptions() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(3 << 19);  // a third of it is the limit of the program itself
  return options;
}

re2::StringPiece Piece(std::string_view s) { return {s.data(), s.size()}; }

}  // namespace

Regex::Regex(std::string_view pattern)
    : re_(std::make_unique<re2::RE2>(Piece(pattern), QuietOptions())) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

bool Regex::ok() const { return re_->ok(); }
std::string Regex::error() const { return re_->error(); }
bool Regex::FullMatch(std::string_view text) const {
  return re2::RE2::FullMatch(Piece(text), *re_);
}
bool Regex::PartialMatch(std::string_view text) const {
  return re2::RE2::PartialMatch(Piece(text), *re_);
}

std::string Regex::CheckSubstitution(std::string_view substitution) const {
  std::string error;
  re_->CheckRewriteString(Piece(substitution), &error);
  return error;
}

// As RE2::GlobalReplace(), which builds its result anew each time.
bool Regex::ReplaceAll(std::string_view text, std::string_view substitution,
                       std::string* out) const {
  re2::StringPiece groups[10];
  const int count = 1 + std::min(9, re2::RE2::MaxSubmatch(Piece(substitution)));
  size_t at = 0, last_end = std::string_view::npos;
  bool any = false;
  while (at <= text.size() &&
         re_->Match(Piece(text), at, text.size(), re2::RE2::UNANCHORED, groups, count)) {
    const size_t begin = static_cast<size_t>(groups[0].data() - text.data());
    out->append(text.substr(at, begin - at));
    at = begin;
    if (begin == last_end && groups[0].empty()) {  // right behind a match: one character further
      do {
        if (at < text.size()) out->push_back(text[at]);
        ++at;
      } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
      continue;
    }
    re_->Rewrite(out, Piece(substitution), groups, count);
    at = last_end = begin + groups[0].size();
    any = true;
  }
  if (at < text.size()) out->append(text.substr(at));
  return any;
}

}  // namespace kgw::base
