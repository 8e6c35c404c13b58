#include "match/pattern.h"

namespace kgw::match {
namespace {

bool IsAlnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool IsOneOf(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

void AddRange(char first, char last, CharSet* set) {
  for (char c = first; c <= last; ++c) set->Add(static_cast<unsigned char>(c));
}

CharSet AllBut(const CharSet& set) { return {{~set.bits[0], ~set.bits[1]}}; }

}  // namespace

// Reads RE2 syntax from left to right. Every reader returns false for what is not plain enough.
class TemplateParser {
 public:
  explicit TemplateParser(std::string_view pattern) : rest_(pattern) {}

  std::optional<Template> Parse() {
    if (!rest_.empty() && rest_[0] == '^') rest_.remove_prefix(1);
    out_.parts_.emplace_back();
    while (!rest_.empty()) {
      if (!ReadLiteral() && !ReadRun()) return std::nullopt;
    }
    return std::move(out_);
  }

 private:
  bool ReadLiteral() {
    const bool escaped = rest_.size() > 1 && rest_[0] == '\\';
    const char c = rest_[escaped ? 1 : 0];
    // "\." is a dot, but "\d" is a class.
    if (IsOneOf(c, "\\^$.[]|()?*+{}") != escaped) return false;
    if (static_cast<unsigned char>(c) >= 0x80) return false;
    rest_.remove_prefix(escaped ? 2 : 1);
    if (!rest_.empty() && IsOneOf(rest_[0], "?*+{")) return false;
    if (out_.parts_.back().least) {
      if (out_.parts_.back().set.Has(static_cast<unsigned char>(c))) return false;
      out_.parts_.emplace_back();
    }
    out_.literals_ += c;
    ++out_.parts_.back().literal;
    return true;
  }

  bool ReadRun() {
    Template::Part& part = out_.parts_.back();
    if (part.least || !ReadSet(&part.set) || rest_.empty() || !IsOneOf(rest_[0], "*+"))
      return false;
    part.least = rest_[0] == '+' ? 1 : 0;
    rest_.remove_prefix(1);
    return rest_.empty() || !IsOneOf(rest_[0], "?*+{");
  }

  bool ReadSet(CharSet* set) {
    if (Skip(".")) {
      set->Add('\n');
      *set = AllBut(*set);
      return true;
    }
    if (Skip("\\d")) {
      AddRange('0', '9', set);
      return true;
    }
    return Skip("[") && ReadClass(set);
  }

  bool ReadClass(CharSet* set) {
    const bool negated = Skip("^");
    for (bool first = true; !Skip("]"); first = false) {
      if (rest_.empty() || (first && rest_[0] == ']')) return false;
      const char c = rest_[0];
      if (rest_.size() > 3 && rest_[1] == '-' && rest_[2] != ']') {
        if (!IsAlnum(c) || !IsAlnum(rest_[2]) || c > rest_[2]) return false;
        AddRange(c, rest_[2], set);
        rest_.remove_prefix(3);
        continue;
      }
      const bool last = rest_.size() > 1 && rest_[1] == ']';
      if (!IsAlnum(c) && !IsOneOf(c, "/_.~:@,;=%") && !(c == '-' && (first || last))) return false;
      set->Add(static_cast<unsigned char>(c));
      rest_.remove_prefix(1);
    }
    if (negated) *set = AllBut(*set);
    return true;
  }

  bool Skip(std::string_view text) {
    if (rest_.substr(0, text.size()) != text) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  std::string_view rest_;
  Template out_;
};

std::optional<Template> Template::Parse(std::string_view pattern) {
  return TemplateParser(pattern).Parse();
}

std::optional<bool> Template::FullMatch(std::string_view text) const {
  const char* literal = literals_.data();
  for (const Part& part : parts_) {
    if (text.substr(0, part.literal) != std::string_view(literal, part.literal)) return false;
    literal += part.literal;
    text.remove_prefix(part.literal);
    if (!part.least) continue;
    size_t run = 0;
    while (run < text.size() && part.set.Has(static_cast<unsigned char>(text[run]))) ++run;
    if (run < text.size() && static_cast<unsigned char>(text[run]) >= 0x80) return std::nullopt;
    if (run < *part.least) return false;
    text.remove_prefix(run);
  }
  return text.empty();
}

}  // namespace kgw::match
