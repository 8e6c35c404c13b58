#include "translate/upstream/function.h"

#include <algorithm>
#include <vector>

#include "base/strings.h"

namespace kgw::translate::upstream {
namespace {

bool IsUnreserved(char c) {
  const char lower = base::LowerChar(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

}  // namespace

model::Endpoint CloudEndpoint(const schema::gloo::UpstreamSpec& spec, std::string host) {
  constexpr uint16_t kHttps = 443;
  model::Endpoint out;
  out.tls = model::Tls{spec.sslconfig().sni().empty() ? host : spec.sslconfig().sni(), false};
  out.hostname = std::move(host);
  out.port = kHttps;
  return out;
}

std::string Escape(std::string_view text, std::string_view kept) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (IsUnreserved(c) || kept.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

std::optional<size_t> EnumValue(const schema::IntOrString& value,
                                std::span<const std::string_view> words) {
  if (value.has_text()) {
    const auto it = std::find(words.begin(), words.end(), value.text());
    if (it == words.end()) return std::nullopt;
    return static_cast<size_t>(it - words.begin());
  }
  const int64_t number = value.number();
  if (number < 0 || number >= static_cast<int64_t>(words.size())) return std::nullopt;
  return static_cast<size_t>(number);
}

void CheckEnum(const schema::IntOrString& value, std::span<const std::string_view> words,
               std::string_view path, config::Checker* checker) {
  if (EnumValue(value, words)) return;
  const std::string found =
      value.has_text() ? base::Cat("\"", value.text(), "\"") : std::to_string(value.number());
  const std::vector<std::string> known(words.begin(), words.end());
  Diagnostic& d =
      checker->Reject(path, "UnknownValue",
                      base::Cat(found, " is unknown, expected ", base::JoinWords(known, "or")));
  if (value.has_text()) d.suggestion = base::NearestWord(value.text(), known);
}

}  // namespace kgw::translate::upstream
