// http/request_view.h - a request as the matchers read it: normalised once, looked up lazily.
//
// One owner thread; reused from request to request, so that its buffers keep their high-water mark
// and steady traffic allocates nothing. Points into the Request it was given.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/path.h"
#include "kgw/request.h"

namespace kgw::http {

class RequestView {
 public:
  // What every caller fills: see Request.
  void Reset(const Request& request, Normalization mode);

  const Request& request() const { return *request_; }
  std::string_view method() const { return request_->method; }
  std::string_view host() const { return host_; }    // lower case, without port or trailing dot
  std::string_view path() const { return path_; }    // normalised, without query
  std::string_view query() const { return query_; }  // "?a=b" or ""
  bool path_changed() const { return path_changed_; }  // by normalisation

  // The value of the header `name` (lower case): all its field lines joined by ',' in order
  // (RFC 9110, 5.3). "host" is the authority. nullopt if there is none. The view lives until the
  // next Reset().
  std::optional<std::string_view> Header(std::string_view name) const;

  // The value of the first query parameter of that name, '+' and escapes decoded on both sides; a
  // parameter without '=' has the value "".
  std::optional<std::string_view> Query(std::string_view name) const;

 private:
  void ParseQuery() const;

  const Request* request_ = nullptr;
  std::string_view host_, path_, query_;
  bool path_changed_ = false;
  std::string host_buffer_, path_buffer_;

  // Joined values and decoded parameters. The strings are reused, never shrunk.
  mutable std::vector<std::pair<std::string_view, std::string>> joined_;
  mutable size_t joined_used_ = 0;
  mutable std::vector<std::pair<std::string, std::string>> parameters_;
  mutable size_t parameters_used_ = 0;
  mutable bool query_parsed_ = false;
};

}  // namespace kgw::http
