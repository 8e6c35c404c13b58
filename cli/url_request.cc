#include "cli/url_request.h"

#include <algorithm>
#include <iterator>

#include "cli/text.h"

namespace kgw::cli {
namespace {

bool IsUsualMethod(std::string_view word) {
  constexpr std::string_view kUsual[] = {"GET",    "HEAD",    "POST",    "PUT",  "PATCH",
                                         "DELETE", "OPTIONS", "CONNECT", "TRACE"};
  return std::find(std::begin(kUsual), std::end(kUsual), word) != std::end(kUsual);
}

std::string CheckMethod(const std::string& method) {
  if (method.empty() || method.find_first_of("/:.? ") != std::string::npos) {
    return "\"" + method + "\" is no method: expected METHOD URL";
  }
  std::string upper = method;
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  if (upper == method || !IsUsualMethod(upper)) return {};
  return "methods are upper case: did you mean " + upper + "?";
}

// [METHOD] URL
std::string SplitWords(const std::vector<std::string>& words, std::string* method,
                       std::string* url) {
  if (words.empty() || (words.size() == 1 && IsUsualMethod(words[0]))) {
    return "which request? Give METHOD URL, for instance GET http://shop.example/";
  }
  if (words.size() > 2) return "too many words: expected METHOD URL, but there is " + words[2];
  *url = words.back();
  if (words.size() == 1) return {};
  *method = words[0];
  return CheckMethod(*method);
}

// An address is never a TLS server name (RFC 6066, 3).
bool IsAddress(const std::string& host) {
  return host.empty() || host.front() == '[' || IsIpAddress(host);
}

uint16_t DefaultPort(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

}  // namespace

std::string UrlRequest::Read(const Args& args) {
  std::string url;
  if (std::string problem = SplitWords(args.words, &method_, &url); !problem.empty()) {
    return problem;
  }
  if (std::string problem = ReadUrl(std::move(url)); !problem.empty()) return problem;
  if (args.port != 0) port_ = args.port;
  sni_ = args.sni;
  if (!args.Has("sni") && scheme_ == "https" && !IsAddress(host_)) sni_ = host_;
  peer_ = args.peer;
  ReadHeaders(args.headers);
  request_.method = method_;
  request_.scheme = scheme_;
  request_.authority = authority_;
  request_.path = path_;
  request_.port = port_;
  request_.headers = headers_;
  request_.sni = sni_;
  request_.peer = peer_;
  return {};
}

std::string UrlRequest::ReadUrl(std::string url) {
  const auto separates = [](unsigned char c) { return c <= ' ' || c == 0x7f; };
  if (std::any_of(url.begin(), url.end(), separates)) {
    return "the URL has a space or a control character";
  }
  url.resize(std::min(url.size(), url.find('#')));
  if (const size_t mark = url.find("://"); mark < url.find_first_of("/?")) {
    scheme_ = Lower(url.substr(0, mark));
    url.erase(0, mark + 3);
  }
  if (scheme_ != "http" && scheme_ != "https") {
    return "the scheme of a URL is http or https, not \"" + scheme_ + "\"";
  }
  const size_t end = std::min(url.size(), url.find_first_of("/?"));
  path_ = url.substr(end);
  if (path_.empty() || path_.front() == '?') path_.insert(0, "/");
  return ReadAuthority(url.substr(0, end));
}

std::string UrlRequest::ReadAuthority(std::string authority) {
  if (const size_t at = authority.rfind('@'); at != std::string::npos) authority.erase(0, at + 1);
  size_t host_end = authority.find(':');
  if (!authority.empty() && authority.front() == '[') {
    const size_t bracket = authority.find(']');
    if (bracket == std::string::npos) return "the address in the URL lacks its ']'";
    host_end = bracket + 1 == authority.size() ? std::string::npos : bracket + 1;
  }
  host_ = authority.substr(0, host_end);
  authority_ = host_;
  port_ = DefaultPort(scheme_);
  if (host_end == std::string::npos || host_end + 1 == authority.size()) return {};
  const std::string digits = authority.substr(host_end + 1);
  const auto port = authority[host_end] == ':' ? ParseNumber(digits, 65535) : std::nullopt;
  if (port.value_or(0) == 0) return "the port of the URL must be a number from 1 to 65535";
  port_ = static_cast<uint16_t>(*port);
  // As curl and browsers do: the usual port is not said.
  if (port_ != DefaultPort(scheme_)) authority_ += ":" + std::to_string(port_);
  return {};
}

void UrlRequest::ReadHeaders(const std::vector<std::string>& lines) {
  header_texts_ = lines;  // never grows again: headers_ points into it
  for (const std::string& line : header_texts_) {
    const std::string_view text = line;
    const size_t colon = text.find(':');
    const size_t value = std::min(text.size(), text.find_first_not_of(" \t", colon + 1));
    const Header header = {text.substr(0, colon), text.substr(value)};
    if (Lower(header.name) == "host") {
      authority_ = header.value;
    } else {
      headers_.push_back(header);
    }
  }
}

std::string UrlRequest::Text() const {
  return Printable(method_ + " " + scheme_ + "://" + authority_ + path_);
}

}  // namespace kgw::cli
