#include "http/request_view.h"

#include <algorithm>

#include "base/strings.h"
#include "http/escape.h"
#include "http/hostname.h"

namespace kgw::http {

void RequestView::Reset(const Request& request, Normalization mode) {
  request_ = &request;
  joined_.clear();
  query_parsed_ = false;

  authority_ = request.authority;
  if (authority_.empty()) {
    const size_t line = FindLine("host", 0);
    if (line < request.headers.size()) authority_ = request.headers[line].value;
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
  if (first == lines) return std::nullopt;
  const size_t second = FindLine(name, first + 1);
  if (second == lines) return request_->headers[first].value;
  return Join(name, first, second);
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

std::string_view RequestView::Join(std::string_view name, size_t first, size_t second) const {
  for (const Joined& joined : joined_) {
    if (joined.line == first) return joined.value;
  }
  if (joined_.empty()) {
    // No field line is joined twice: this is enough for all names together.
    size_t bytes = 0;
    for (const kgw::Header& header : request_->headers) bytes += header.value.size() + 1;
    joined_text_.clear();
    joined_text_.reserve(bytes);
  }
  const size_t begin = joined_text_.size();
  joined_text_ += request_->headers[first].value;
  for (size_t i = second; i < request_->headers.size(); i = FindLine(name, i + 1)) {
    joined_text_ += ',';
    joined_text_ += request_->headers[i].value;
  }
  joined_.push_back({first, std::string_view(joined_text_).substr(begin)});
  return joined_.back().value;
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
