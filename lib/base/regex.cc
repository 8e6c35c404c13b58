#include "base/regex.h"

#include <re2/re2.h>

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

}  // namespace kgw::base
