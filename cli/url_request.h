// cli/url_request.h - a request from METHOD URL and the options around it, as curl would send it.
#pragma once

#include <string>
#include <vector>

#include "cli/args.h"
#include "kgw/request.h"

namespace kgw::cli {

// Owns the texts that `request` points to; stays where it is.
class UrlRequest {
 public:
  UrlRequest() = default;
  UrlRequest(const UrlRequest&) = delete;
  UrlRequest& operator=(const UrlRequest&) = delete;

  // Reads args.words ([METHOD] URL), -H, --sni, --peer and --port. Returns an empty string, or what
  // is wrong in one sentence.
  std::string Read(const Args& args);

  const Request& request() const { return request_; }
  std::string Text() const;  // "GET http://a.test/x"

 private:
  std::string ReadUrl(std::string url);
  std::string ReadAuthority(std::string authority);
  void ReadHeaders(const std::vector<std::string>& lines);

  std::string method_ = "GET", scheme_ = "http", host_, authority_, path_, sni_, peer_;
  uint16_t port_ = 0;
  std::vector<std::string> header_texts_;
  std::vector<Header> headers_;
  Request request_;
};

}  // namespace kgw::cli
