#include "kgw/options.h"

#include <charconv>
#include <initializer_list>
#include <system_error>
#include <vector>

#include "base/strings.h"

namespace kgw {
namespace {

using base::Cat;

template <typename T>
struct Word {
  std::string_view word;
  T value;
};

template <typename T>
std::string Choose(std::string_view key, std::string_view value,
                   std::initializer_list<Word<T>> words, T* out) {
  std::vector<std::string> valid;
  for (const Word<T>& known : words) {
    if (value == known.word) {
      *out = known.value;
      return {};
    }
    valid.emplace_back(known.word);
  }
  return Cat("option ", key, " is ", base::JoinWords(valid, "or"), ", not \"", value, "\"");
}

std::string Switch(std::string_view key, std::string_view value, bool* out) {
  return Choose<bool>(key, value, {{"on", true}, {"off", false}}, out);
}

// A whole number, in decimal digits.
template <typename T>
std::string Number(std::string_view key, std::string_view value, T* out) {
  T number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (value.empty() || error != std::errc() || end != value.data() + value.size()) {
    return Cat("option ", key, " is a whole number, not \"", value, "\"");
  }
  *out = number;
  return {};
}

std::string UnknownOption(std::string_view key) {
  const std::vector<std::string> valid = {"controller_name",     "dns",
                                          "dropped_rule",        "host_fallthrough",
                                          "hostname_precedence", "path_normalization",
                                          "path_type_order",     "legacy_extension_ref",
                                          "max_header_bytes",    "max_headers",
                                          "max_target_bytes",    "seed"};
  const std::string nearest = base::NearestWord(key, valid);
  if (!nearest.empty()) {
    return Cat("unknown option \"", key, "\": did you mean \"", nearest, "\"?");
  }
  return Cat("unknown option \"", key, "\": there are ", base::JoinWords(valid));
}

}  // namespace

std::string Options::Set(std::string_view key, std::string_view value) {
  if (key == "controller_name") {
    controller_name = value;
    return {};
  }
  if (key == "path_normalization") {
    return Choose<PathNormalization>(key, value,
                                     {{"rfc3986", PathNormalization::kRfc3986},
                                      {"merge_slashes", PathNormalization::kMergeSlashes},
                                      {"off", PathNormalization::kOff}},
                                     &path_normalization);
  }
  if (key == "hostname_precedence") {
    return Choose<bool>(key, value, {{"route", false}, {"intersected", true}},
                        &hostname_precedence_intersected);
  }
  if (key == "dropped_rule") {
    return Choose<bool>(key, value, {{"500", false}, {"skip", true}}, &dropped_rule_skip);
  }
  if (key == "path_type_order") {
    return Choose<bool>(key, value, {{"regex_first", false}, {"prefix_first", true}},
                        &path_type_prefix_first);
  }
  if (key == "host_fallthrough") return Switch(key, value, &host_fallthrough);
  if (key == "legacy_extension_ref") return Switch(key, value, &legacy_extension_ref);
  if (key == "seed") return Number(key, value, &seed);
  if (key == "max_target_bytes") return Number(key, value, &limits.target_bytes);
  if (key == "max_headers") return Number(key, value, &limits.header_count);
  if (key == "max_header_bytes") return Number(key, value, &limits.header_bytes);
  if (key == "dns" && value == "embedder") return {};
  if (key == "dns" || key == "share_hostname" || key == "backend_lb_default") {
    return Cat("option ", key, "=", value, " is not built yet");
  }
  return UnknownOption(key);
}

}  // namespace kgw
