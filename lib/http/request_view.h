// http/request_view.h - a request as the matchers read it: normalised once, looked up lazily.
//
// One owner thread; reused from request to request, so that its buffers keep their high-water mark
// and steady traffic allocates nothing. Points into the Request it was given.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/path.h"
#include "kgw/options.h"
#include "kgw/request.h"

namespace kgw::http {

class RequestView {
 public:
  RequestView() = default;
  RequestView(const RequestView&) = delete;  // its views point into its own buffers
  RequestView& operator=(const RequestView&) = delete;

  // Reads the parts that every request needs. Header() and Query() do their work when asked.
  void Reset(const Request& request, Normalization mode, const RequestLimits& limits = {});

  const Request& request() const { return *request_; }
  std::string_view method() const { return request_->method; }
  std::string_view host() const { return host_; }      // lower case, without port or trailing dot
  std::string_view path() const { return path_; }      // normalised, without query
  std::string_view query() const { return query_; }    // "?a=b" or ""
  bool path_changed() const { return path_changed_; }  // by normalisation

  // Host or :authority as sent: that of the Request, else the first "host" field line, else "".
  std::string_view authority() const { return authority_; }

  // 0; 400 or 431 if Request::lookup brought what no field line may be, or too much of it.
  uint16_t lookup_status() const { return lookup_status_; }

  // The value of the header `name` (lower case, and valid until the next Reset()): all its field
  // lines joined by ',' in order (RFC 9110, 5.3), those of Request::headers first, then those of
  // Request::lookup. "host" is the authority. nullopt if there is none. The view lives until the
  // next Reset().
  std::optional<std::string_view> Header(std::string_view name) const;

  // The value of the first query parameter of that name, '+' and escapes decoded on both sides; a
  // parameter without '=' has the value "". The view lives until the next Reset().
  std::optional<std::string_view> Query(std::string_view name) const;

 private:
  struct Gathered {  // a header of several field lines, or one that was looked up
    std::string_view name;
    std::optional<std::string_view> value;
  };
  struct Parameter {
    std::string_view name, value;
  };

  size_t FindLine(std::string_view name, size_t from) const;
  std::optional<std::string_view> Gather(std::string_view name, size_t first) const;
  std::optional<std::string_view> LookUp(std::string_view name, size_t index) const;
  void ParseQuery() const;
  std::string_view Decode(std::string_view text) const;

  const Request* request_ = nullptr;
  std::string_view authority_, host_, path_, query_;
  bool path_changed_ = false;
  std::string host_buffer_, path_buffer_;

  // What was gathered lies in texts that never move; they keep their high-water mark.
  mutable std::vector<Gathered> gathered_;
  mutable std::deque<std::string> joined_;
  mutable size_t joined_used_ = 0;
  RequestLimits limits_;
  mutable size_t lookups_ = 0, lookup_bytes_ = 0;  // of all headers together
  mutable uint16_t lookup_status_ = 0;
  // Views of the text, which gets its final capacity before the first view is taken.
  mutable std::vector<Parameter> parameters_;
  mutable std::string parameter_text_;
  mutable bool query_parsed_ = false;
};

}  // namespace kgw::http
