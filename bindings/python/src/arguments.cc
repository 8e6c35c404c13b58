#include "arguments.h"

#include <arpa/inet.h>
#include <strings.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>

#include "kgw/json.h"

namespace kgw::python {
namespace {

std::string Quoted(std::string_view text) { return "\"" + std::string(text.substr(0, 80)) + "\""; }

std::string Listed(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) out.append(out.empty() ? "" : ", ").append(word);
  return out;
}

bool EqualIgnoreCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool IsHost(nb::handle name) {
  const char* bytes = nullptr;
  if (PyUnicode_Check(name.ptr())) {
    if (PyUnicode_GET_LENGTH(name.ptr()) != 4 || !PyUnicode_IS_ASCII(name.ptr())) return false;
    bytes = static_cast<const char*>(PyUnicode_DATA(name.ptr()));
  } else {
    if (PyBytes_GET_SIZE(name.ptr()) != 4) return false;
    bytes = PyBytes_AS_STRING(name.ptr());
  }
  return EqualIgnoreCase({bytes, 4}, "host");
}

// Without its port and brackets.
std::string_view HostOf(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

bool ParseAddress(const std::string& text, std::array<char, 16>* bytes, size_t* size) {
  *size = 4;
  if (inet_pton(AF_INET, text.c_str(), bytes->data()) == 1) return true;
  *size = 16;
  return inet_pton(AF_INET6, text.c_str(), bytes->data()) == 1;
}

// An address is never a TLS server name (RFC 6066, 3).
bool IsAddress(std::string_view host) {
  std::array<char, 16> bytes;
  size_t size = 0;
  return host.starts_with('[') || ParseAddress(std::string(host), &bytes, &size);
}

uint16_t DefaultPort(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

}  // namespace

void Arguments::Read(nb::handle method, nb::handle target, nb::handle headers, nb::handle options) {
  request_.method = Borrow(method, "method", &keepers_);
  if (options.is_valid()) ReadOptions(options);
  ReadTarget(Borrow(target, "target", &keepers_));
  if (headers.is_valid() && !headers.is_none()) ReadHeaders(headers);
  if (!more_headers_.empty()) {
    request_.headers = more_headers_;
  } else {
    request_.headers = {few_headers(), header_count_};
  }
  if (request_.scheme == "https" && !has_sni_) DefaultSni();
}

// A client that speaks TLS names the host it wants, unless that is an address.
void Arguments::DefaultSni() {
  const std::string_view host = HostOf(request_.authority);
  if (!IsAddress(host)) request_.sni = host;
}

// ---------------------------------------------------------------- the target

// "/path?query", or a URL that brings scheme, authority and port as well.
void Arguments::ReadTarget(Str target) {
  const std::string_view text = target;
  if (text.starts_with('/')) {
    request_.path = target;
    return;
  }
  const size_t mark = text.find("://");
  if (mark == std::string_view::npos || mark > text.find_first_of("/?")) {
    request_.path = target;  // "*" of OPTIONS, or what the engine has to say about it
    return;
  }
  ReadUrl(text, mark);
}

void Arguments::ReadUrl(std::string_view url, size_t scheme_end) {
  const std::string_view scheme = url.substr(0, scheme_end);
  if (EqualIgnoreCase(scheme, "https")) {
    request_.scheme = "https";
  } else if (EqualIgnoreCase(scheme, "http")) {
    request_.scheme = "http";
  } else {
    RaiseValue("the scheme of a URL is http or https, not " + Quoted(scheme));
  }
  url = url.substr(scheme_end + 3);
  url = url.substr(0, url.find('#'));
  const size_t end = std::min(url.size(), url.find_first_of("/?"));
  request_.path = url.substr(end);
  if (!std::string_view(request_.path).starts_with('/')) {
    path_ = "/" + std::string(request_.path);
    request_.path = path_;
  }
  ReadUrlAuthority(url.substr(0, end));
}

// As curl and browsers do: no user, and the usual port is not said.
void Arguments::ReadUrlAuthority(std::string_view authority) {
  authority.remove_prefix(authority.rfind('@') + 1);  // npos + 1 is 0
  const std::string_view host = HostOf(authority);
  if (authority.starts_with('[') && !host.ends_with(']')) {
    RaiseValue("the address in the URL lacks its ']'");
  }
  const std::string_view rest = authority.substr(host.size());
  uint16_t port = DefaultPort(request_.scheme);
  if (rest.size() > 1) {
    const char* end = rest.data() + rest.size();
    const auto read = std::from_chars(rest.data() + 1, end, port);
    if (rest[0] != ':' || read.ec != std::errc() || read.ptr != end || port == 0) {
      RaiseValue("the port of the URL must be a number from 1 to 65535");
    }
  }
  if (request_.port == 0) request_.port = port;
  if (has_authority_) return;
  request_.authority = port == DefaultPort(request_.scheme) ? host : authority;
}

// ---------------------------------------------------------------- headers

void Arguments::ReadHeaders(nb::handle headers) {
  if (PyDict_CheckExact(headers.ptr())) {
    Py_ssize_t at = 0;
    PyObject *name = nullptr, *value = nullptr;
    while (PyDict_Next(headers.ptr(), &at, &name, &value)) AddHeader(name, value);
    return;
  }
  if (PyList_CheckExact(headers.ptr()) || PyTuple_CheckExact(headers.ptr())) {
    ReadPairs(headers);
    return;
  }
  nb::object pairs;
  if (!IsText(headers) && nb::hasattr(headers, "items")) {
    pairs = headers.attr("items")();
  } else if (!IsText(headers) && nb::hasattr(headers, "__iter__")) {
    pairs = nb::borrow(headers);
  } else {
    RaiseType("headers", "a mapping or an iterable of (name, value) pairs", headers);
  }
  keepers_.push_back(nb::steal(PySequence_List(pairs.ptr())));
  if (!keepers_.back().is_valid()) throw nb::python_error();
  const nb::handle list = keepers_.back();
  ReadPairs(list);
}

void Arguments::ReadPairs(nb::handle pairs) {
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(pairs.ptr());
  for (Py_ssize_t i = 0; i < count; ++i) {
    const nb::handle pair = PySequence_Fast_GET_ITEM(pairs.ptr(), i);
    const bool is_pair = (PyTuple_Check(pair.ptr()) || PyList_Check(pair.ptr())) &&
                         PySequence_Fast_GET_SIZE(pair.ptr()) == 2;
    if (!is_pair) RaiseType("headers", "(name, value) pairs", pair);
    PyObject** items = PySequence_Fast_ITEMS(pair.ptr());
    AddHeader(items[0], items[1]);
  }
}

// The authority is the Host header (RFC 9113, 8.3.1), which never stands beside it.
void Arguments::AddHeader(nb::handle name, nb::handle value) {
  if (!IsText(name)) RaiseType("name of a header", "str or bytes", name);
  if (IsHost(name)) {
    const Str host = Borrow(value, "value of a header", &keepers_);
    if (!has_authority_) request_.authority = host;
    has_authority_ = true;
    return;
  }
  const Header header = {Borrow(name, "name of a header", &keepers_),
                         Borrow(value, "value of a header", &keepers_)};
  if (more_headers_.empty() && header_count_ < kFewHeaders) {
    few_headers()[header_count_++] = header;
    return;
  }
  if (more_headers_.empty()) more_headers_.assign(few_headers(), few_headers() + header_count_);
  more_headers_.push_back(header);
}

// ---------------------------------------------------------------- options

void Arguments::ReadOptions(nb::handle options) {
  Py_ssize_t at = 0;
  PyObject *key = nullptr, *value = nullptr;
  while (PyDict_Next(options.ptr(), &at, &key, &value)) {
    if (!PyUnicode_Check(key)) RaiseType("name of an option", "str", key);
    ReadOption(Borrow(key, "name of an option", &keepers_), value);
  }
}

void Arguments::ReadOption(std::string_view name, nb::handle value) {
  if (name == "authority" || name == "sni" || name == "scheme" || name == "peer" ||
      name == "local") {
    if (value.is_none()) return;  // as if it were not there
  }
  if (name == "authority") {
    request_.authority = Borrow(value, "authority", &keepers_);
    has_authority_ = true;
  } else if (name == "scheme") {
    request_.scheme = Borrow(value, "scheme", &keepers_);
    if (request_.scheme != "http" && request_.scheme != "https") {
      RaiseValue("scheme must be http or https, not " + Quoted(request_.scheme));
    }
  } else if (name == "port") {
    request_.port = static_cast<uint16_t>(ReadNumber("port", value, 65535));
  } else if (name == "sni") {
    request_.sni = Borrow(value, "sni", &keepers_);
    has_sni_ = true;
  } else if (name == "peer") {
    ReadAddress("peer", value, &peer_, &request_.peer);
  } else if (name == "local") {
    ReadAddress("local", value, &local_, &request_.local);
  } else if (name == "client_namespace") {
    request_.client_namespace = Borrow(value, "client_namespace", &keepers_);
  } else if (name == "gateway") {
    request_.gateway = Borrow(value, "gateway", &keepers_);
    const std::string_view gateway = request_.gateway;
    if (!gateway.empty() && gateway.find('/') == std::string_view::npos) {
      RaiseValue("gateway must be \"namespace/name\", not " + Quoted(gateway));
    }
  } else if (name == "protocol") {
    const std::string_view word = Borrow(value, "protocol", &keepers_);
    const std::span<const std::string_view> words = ProtocolWords();
    const auto known = std::find(words.begin(), words.end(), word);
    if (known == words.end()) {
      RaiseValue("protocol must be one of " + Listed(words) + ", not " + Quoted(word));
    }
    request_.protocol = static_cast<Protocol>(known - words.begin());
  } else if (name == "peek") {
    if (!PyBool_Check(value.ptr())) RaiseType("peek", "bool", value);
    request_.peek = value.ptr() == Py_True;
  } else if (name == "random") {
    request_.random = ReadNumber("random", value, UINT64_MAX);
  } else if (name == "now_ns") {
    request_.now_ns = static_cast<int64_t>(ReadNumber("now_ns", value, INT64_MAX));
  } else {
    PyErr_Format(PyExc_TypeError, "a request has no \"%.80s\"", std::string(name).c_str());
    throw nb::python_error();
  }
}

// An IP address as text, or its 4 or 16 bytes.
void Arguments::ReadAddress(const char* what, nb::handle value, std::array<char, 16>* bytes,
                            Str* out) {
  const Str text = Borrow(value, what, &keepers_);
  if (text.empty()) return;
  if (PyBytes_Check(value.ptr()) && (text.length == 4 || text.length == 16)) {
    *out = text;
    return;
  }
  size_t size = 0;
  if (PyBytes_Check(value.ptr()) || !ParseAddress(std::string(text), bytes, &size)) {
    RaiseValue(std::string(what) + " must be an IP address, or its 4 or 16 bytes, not " +
               Quoted(text));
  }
  *out = {bytes->data(), size};
}

}  // namespace kgw::python
