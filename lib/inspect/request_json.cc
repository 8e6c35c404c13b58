#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "config/parse.h"
#include "http/hostname.h"
#include "kgw/json.h"

namespace kgw {

namespace {

using base::Cat;
using config::Node;

// Room for the longest URL and header lists that anybody sends; more is no request.
constexpr size_t kMaxLine = 4u << 20;
constexpr int64_t kMaxTimes = 10'000'000;

struct Fields {
  Request request;
  std::vector<Header> headers;
  std::string peer, local;
  uint64_t times = 1;
  bool has_path = false;
  bool has_authority = false;
};

struct TextKey {
  std::string_view key;
  Str Request::* member;
};

constexpr TextKey kTextKeys[] = {
    {"method", &Request::method},
    {"scheme", &Request::scheme},
    {"authority", &Request::authority},
    {"path", &Request::path},
    {"sni", &Request::sni},
    {"client_namespace", &Request::client_namespace},
    {"gateway", &Request::gateway},
};

constexpr std::string_view kProtocolWords[] = {"http", "grpc", "tls", "tcp", "udp"};
static_assert(std::size(kProtocolWords) == static_cast<size_t>(Protocol::kUdp) + 1);

bool IsString(const Node& value) { return value.is_scalar() && !value.plain; }

// To JSON 1000, 1000.0 and 1e3 are the same number.
std::optional<int64_t> Integer(const Node& value) {
  constexpr double kMost = 1e15;  // every whole number below it is exact
  if (!value.is_scalar()) return std::nullopt;
  const config::Scalar scalar = config::Resolve(value);
  if (scalar.type == config::ScalarType::kInt) return scalar.integer;
  const bool whole = scalar.type == config::ScalarType::kFloat && std::abs(scalar.number) < kMost &&
                     std::trunc(scalar.number) == scalar.number;
  return whole ? std::optional(static_cast<int64_t>(scalar.number)) : std::nullopt;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& valid) {
  const std::string nearest = base::NearestWord(word, valid);
  return nearest.empty() ? std::string() : Cat(": did you mean \"", nearest, "\"?");
}

std::string UnknownKey(std::string_view key) {
  std::vector<std::string> valid = {"port", "headers", "protocol", "times", "peer", "local"};
  for (const TextKey& known : kTextKeys) valid.emplace_back(known.key);
  return Cat("unknown key \"", key, "\"", DidYouMean(key, valid));
}

std::string ReadPort(const Node& value, Request* request) {
  const int64_t port = Integer(value).value_or(-1);
  if (port < 0 || port > 65535) return "\"port\" must be a number from 0 to 65535";
  request->port = static_cast<uint16_t>(port);
  return {};
}

std::string ReadTimes(const Node& value, uint64_t* times) {
  const int64_t number = Integer(value).value_or(0);
  if (number < 1 || number > kMaxTimes) {
    return Cat("\"times\" must be a number from 1 to ", std::to_string(kMaxTimes));
  }
  *times = static_cast<uint64_t>(number);
  return {};
}

std::string ReadProtocol(const Node& value, Request* request) {
  const auto* end = std::end(kProtocolWords);
  const auto* word = IsString(value) ? std::find(kProtocolWords, end, value.text) : end;
  if (word != end) {
    request->protocol = static_cast<Protocol>(word - kProtocolWords);
    return {};
  }
  const std::vector<std::string> valid(kProtocolWords, end);
  return Cat("\"protocol\" must be ", base::JoinWords(valid, "or"),
             IsString(value) ? DidYouMean(value.text, valid) : "");
}

std::string ReadHeaders(const Node& value, std::vector<Header>* headers) {
  if (value.is_map()) {
    for (const config::Member& member : value.members) {
      if (!IsString(member.value)) return Cat("header \"", member.key.text, "\" must be a string");
      headers->push_back({member.key.text, member.value.text});
    }
    return {};
  }
  constexpr const char* kWanted = "\"headers\" must be a list of [\"name\", \"value\"] pairs";
  if (!value.is_list()) return kWanted;
  for (const Node& pair : value.items) {
    const std::vector<Node>& items = pair.items;
    if (items.size() != 2 || !IsString(items[0]) || !IsString(items[1])) return kWanted;
    headers->push_back({items[0].text, items[1].text});
  }
  return {};
}

std::string ReadText(const TextKey& known, const Node& value, Fields* fields) {
  if (!IsString(value)) return Cat("\"", known.key, "\" must be a string");
  fields->request.*known.member = value.text;
  if (known.key == "path") fields->has_path = true;
  if (known.key == "authority") fields->has_authority = true;
  return {};
}

// The text of an address becomes its bytes.
std::string ReadAddress(std::string_view key, const Node& value, std::string* bytes, Str* out) {
  if (!IsString(value)) return Cat("\"", key, "\" must be a string");
  if (value.text.empty()) return {};
  if (!http::ParseIp(value.text, bytes)) {
    return Cat("\"", key, "\" must be an IP address, not \"", value.text, "\"");
  }
  *out = *bytes;
  return {};
}

std::string ReadKey(std::string_view key, const Node& value, Fields* fields) {
  for (const TextKey& known : kTextKeys) {
    if (key == known.key) return ReadText(known, value, fields);
  }
  if (key == "peer") return ReadAddress(key, value, &fields->peer, &fields->request.peer);
  if (key == "local") return ReadAddress(key, value, &fields->local, &fields->request.local);
  if (key == "port") return ReadPort(value, &fields->request);
  if (key == "headers") return ReadHeaders(value, &fields->headers);
  if (key == "protocol") return ReadProtocol(value, &fields->request);
  if (key == "times") return ReadTimes(value, &fields->times);
  return UnknownKey(key);
}

std::string CheckWords(const Fields& fields) {
  const Request& request = fields.request;
  if (!fields.has_path) return "\"path\" is missing";
  if (request.scheme != "http" && request.scheme != "https") {
    return "\"scheme\" must be http or https";
  }
  if (!request.gateway.empty() &&
      std::string_view(request.gateway).find('/') == std::string_view::npos) {
    return "\"gateway\" must be \"namespace/name\"";
  }
  return {};
}

bool IsHost(const Header& header) { return base::EqualIgnoreCase(header.name, "host"); }

// The authority is the Host header (RFC 9113, 8.3.1): a header of that name fills it if it is
// missing, and never stands beside it.
void MoveHostHeader(Fields* fields) {
  const auto host = std::find_if(fields->headers.begin(), fields->headers.end(), IsHost);
  if (host == fields->headers.end()) return;
  if (!fields->has_authority) fields->request.authority = host->value;
  std::erase_if(fields->headers, IsHost);
}

// A client that speaks TLS names the host it wants, unless that is an address (RFC 6066, 3).
void DefaultSni(Request* request) {
  if (request->scheme != "https" || !request->sni.empty()) return;
  const std::string_view host = http::HostOf(request->authority);
  if (!http::IsIpLiteral(host)) request->sni = host;
}

std::string ReadObject(const config::Parsed& json, Fields* fields) {
  if (!json.errors.empty()) {
    const config::SyntaxError& error = json.errors[0];
    return Cat("not JSON: ", error.message, " (byte ", std::to_string(error.column), ")");
  }
  if (json.documents.size() != 1) return "not JSON: expected one object a line";
  if (!json.documents[0].is_map()) return "a request is a JSON object";
  for (const config::Member& member : json.documents[0].members) {
    std::string problem = ReadKey(member.key.text, member.value, fields);
    if (!problem.empty()) return problem;
  }
  return CheckWords(*fields);
}

}  // namespace

std::span<const std::string_view> ProtocolWords() { return kProtocolWords; }

struct ParsedRequest::Data {
  config::Parsed json;  // owns every text
  Fields fields;
};

ParsedRequest::ParsedRequest() : data_(std::make_unique<Data>()) {}
ParsedRequest::~ParsedRequest() = default;

std::string ParsedRequest::Parse(std::string_view line) {
  data_ = std::make_unique<Data>();
  if (line.size() > kMaxLine) return "a request of more than 4 MiB";
  data_->json = config::ParseJson(line);
  Fields& fields = data_->fields;
  std::string problem = ReadObject(data_->json, &fields);
  if (!problem.empty()) return problem;
  MoveHostHeader(&fields);
  DefaultSni(&fields.request);
  fields.request.headers = fields.headers;
  return {};
}

const Request& ParsedRequest::request() const { return data_->fields.request; }
uint64_t ParsedRequest::times() const { return data_->fields.times; }

}  // namespace kgw
