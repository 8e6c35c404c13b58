#include "http/request_view.h"

#include <algorithm>

#include "base/strings.h"
#include "http/escape.h"
#include "http/hostname.h"
#include "http/line_end.h"

namespace kgw::http {

void RequestView::Reset(const Request& request, Normalization mode, const RequestLimits& limits) {
  limits_ = limits;
  lookups_ = lookup_bytes_ = 0;
  lookup_status_ = 0;
  request_ = &request;
  gathered_.clear();
  joined_used_ = 0;
  query_parsed_ = false;

  authority_ = request.authority;
  if (authority_.empty()) {
    const size_t line = FindLine("host", 0);
    if (line < request.headers.size()) {
      authority_ = request.headers[line].value;
    } else {
      authority_ = LookUp("host", 0).value_or("");
    }
  }
  host_ = LowerHost(authority_, &host_buffer_);

  const Target target = SplitTarget(request.path);
  query_ = target.query;
  path_ = NormalizePath(target.path, mode, &path_buffer_);
  path_changed_ = path_.data() != target.path.data();
}

std::optional<std::string_view> RequestView::Header(std::string_view name) const {
  if (name == "host") {
    return authority_.empty() ? std::nullopt : std::optional(authority_);
  }
  const size_t lines = request_->headers.size();
  const size_t first = FindLine(name, 0);
  if (request_->lookup == nullptr) {
    if (first == lines) return std::nullopt;
    if (FindLine(name, first + 1) == lines) return request_->headers[first].value;
  }
  return Gather(name, first);
}

std::optional<std::string_view> RequestView::Query(std::string_view name) const {
  if (!query_parsed_) ParseQuery();
  for (const Parameter& parameter : parameters_) {
    if (parameter.name == name) return parameter.value;
  }
  return std::nullopt;
}

// The index of the next field line of that name; the number of lines if there is none.
size_t RequestView::FindLine(std::string_view name, size_t from) const {
  size_t i = from;
  while (i < request_->headers.size() && !base::EqualIgnoreCase(request_->headers[i].name, name)) {
    ++i;
  }
  return i;
}

// One value stays where it is; several are joined.
std::optional<std::string_view> RequestView::Gather(std::string_view name, size_t first) const {
  for (const Gathered& gathered : gathered_) {
    if (gathered.name == name) return gathered.value;
  }
  std::optional<std::string_view> value;
  std::string* joined = nullptr;
  const auto add = [&](std::string_view line) {
    if (!value) {
      value = line;
      return;
    }
    if (joined == nullptr) {
      if (joined_used_ == joined_.size()) joined_.emplace_back();
      joined = &joined_[joined_used_++];
      joined->assign(*value);
    }
    *joined += ',';
    *joined += line;
  };
  const List<kgw::Header>& lines = request_->headers;
  for (size_t i = first; i < lines.size(); i = FindLine(name, i + 1)) add(lines[i].value);
  size_t index = 0;
  while (const auto line = LookUp(name, index++)) add(*line);
  if (joined != nullptr) value = *joined;
  gathered_.push_back({name, value});
  return value;
}

// What the caller's function says. Nothing, and a status, if it is no field line or too much.
std::optional<std::string_view> RequestView::LookUp(std::string_view name, size_t index) const {
  if (request_->lookup == nullptr || lookup_status_ != 0) return std::nullopt;
  const char* value = nullptr;
  size_t size = 0;
  if (request_->lookup(request_->lookup_context, name.data(), name.size(), index, &value, &size) ==
      0) {
    return std::nullopt;
  }
  lookup_bytes_ += size;
  if (++lookups_ > limits_.header_count || lookup_bytes_ > limits_.header_bytes) {
    lookup_status_ = 431;
    return std::nullopt;
  }
  const std::string_view line(value, value == nullptr ? 0 : size);
  if (HasLineEnd(line)) {
    lookup_status_ = 400;
    return std::nullopt;
  }
  return line;
}

void RequestView::ParseQuery() const {
  query_parsed_ = true;
  parameters_.clear();
  parameter_text_.clear();
  parameter_text_.reserve(query_.size());  // decoding never lengthens
  std::string_view rest = query_;
  while (!rest.empty()) {
    rest.remove_prefix(1);  // '?' or '&'
    const std::string_view item = rest.substr(0, rest.find('&'));
    rest.remove_prefix(item.size());
    if (item.empty()) continue;
    const size_t equals = std::min(item.find('='), item.size());
    const std::string_view value = equals < item.size() ? item.substr(equals + 1) : "";
    parameters_.push_back({Decode(item.substr(0, equals)), Decode(value)});
  }
}

// `text` itself if there is nothing to decode. An invalid escape stays as it is.
std::string_view RequestView::Decode(std::string_view text) const {
  if (text.find_first_of("%+") == std::string_view::npos) return text;
  const size_t begin = parameter_text_.size();
  for (size_t i = 0; i < text.size(); ++i) {
    const int byte = EscapedByte(text.substr(i));
    if (byte >= 0) {
      parameter_text_ += static_cast<char>(byte);
      i += 2;
    } else {
      parameter_text_ += text[i] == '+' ? ' ' : text[i];
    }
  }
  return std::string_view(parameter_text_).substr(begin);
}

}  // namespace kgw::http
