#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <vector>

#include "base/strings.h"
#include "http/hostname.h"
#include "kgw/json.h"

namespace kgw {

namespace {

using base::Cat;
using rapidjson::Value;

// Room for the longest URL and header lists that anybody sends; more is no request.
constexpr size_t kMaxLine = 4u << 20;
constexpr uint64_t kMaxTimes = 10'000'000;

struct Fields {
  Request request;
  std::vector<Header> headers;
  uint64_t times = 1;
  bool has_path = false;
  bool has_authority = false;
};

struct TextKey {
  std::string_view key;
  std::string_view Request::* member;
};

constexpr TextKey kTextKeys[] = {
    {"method", &Request::method},
    {"scheme", &Request::scheme},
    {"authority", &Request::authority},
    {"path", &Request::path},
    {"sni", &Request::sni},
    {"peer", &Request::peer},
    {"local", &Request::local},
    {"client_namespace", &Request::client_namespace},
    {"gateway", &Request::gateway},
};

struct ProtocolWord {
  std::string_view word;
  Protocol protocol;
};

constexpr ProtocolWord kProtocols[] = {{"http", Protocol::kHttp},
                                       {"grpc", Protocol::kGrpc},
                                       {"tls", Protocol::kTls},
                                       {"tcp", Protocol::kTcp},
                                       {"udp", Protocol::kUdp}};

std::string_view Text(const Value& value) { return {value.GetString(), value.GetStringLength()}; }

std::string DidYouMean(std::string_view word, const std::vector<std::string>& valid) {
  const std::string nearest = base::NearestWord(word, valid);
  return nearest.empty() ? std::string() : Cat(": did you mean \"", nearest, "\"?");
}

std::string UnknownKey(std::string_view key) {
  std::vector<std::string> valid = {"port", "headers", "protocol", "times"};
  for (const TextKey& known : kTextKeys) valid.emplace_back(known.key);
  return Cat("unknown key \"", key, "\"", DidYouMean(key, valid));
}

std::string ReadPort(const Value& value, Request* request) {
  if (!value.IsUint() || value.GetUint() > 65535) {
    return "\"port\" must be a number from 0 to 65535";
  }
  request->port = static_cast<uint16_t>(value.GetUint());
  return {};
}

std::string ReadTimes(const Value& value, uint64_t* times) {
  if (!value.IsUint64() || value.GetUint64() < 1 || value.GetUint64() > kMaxTimes) {
    return Cat("\"times\" must be a number from 1 to ", std::to_string(kMaxTimes));
  }
  *times = value.GetUint64();
  return {};
}

std::string ReadProtocol(const Value& value, Request* request) {
  std::vector<std::string> valid;
  for (const ProtocolWord& known : kProtocols) {
    if (value.IsString() && Text(value) == known.word) {
      request->protocol = known.protocol;
      return {};
    }
    valid.emplace_back(known.word);
  }
  return Cat("\"protocol\" must be ", base::JoinWords(valid, "or"),
             value.IsString() ? DidYouMean(Text(value), valid) : "");
}

std::string ReadHeaders(const Value& value, std::vector<Header>* headers) {
  headers->clear();
  if (value.IsObject()) {
    for (const auto& member : value.GetObject()) {
      if (!member.value.IsString()) {
        return Cat("header \"", Text(member.name), "\" must be a string");
      }
      headers->push_back({Text(member.name), Text(member.value)});
    }
    return {};
  }
  constexpr const char* kWanted = "\"headers\" must be a list of [\"name\", \"value\"] pairs";
  if (!value.IsArray()) return kWanted;
  for (const Value& pair : value.GetArray()) {
    if (!pair.IsArray() || pair.Size() != 2 || !pair[0].IsString() || !pair[1].IsString()) {
      return kWanted;
    }
    headers->push_back({Text(pair[0]), Text(pair[1])});
  }
  return {};
}

std::string ReadText(const TextKey& known, const Value& value, Fields* fields) {
  if (!value.IsString()) return Cat("\"", known.key, "\" must be a string");
  fields->request.*known.member = Text(value);
  if (known.key == "path") fields->has_path = true;
  if (known.key == "authority") fields->has_authority = true;
  return {};
}

std::string ReadKey(std::string_view key, const Value& value, Fields* fields) {
  for (const TextKey& known : kTextKeys) {
    if (key == known.key) return ReadText(known, value, fields);
  }
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
  if (!request.gateway.empty() && request.gateway.find('/') == std::string_view::npos) {
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

std::string ReadObject(const rapidjson::Document& json, Fields* fields) {
  if (json.HasParseError()) {
    return Cat("not JSON: ", rapidjson::GetParseError_En(json.GetParseError()), " (byte ",
               std::to_string(json.GetErrorOffset() + 1), ")");
  }
  if (!json.IsObject()) return "a request is a JSON object";
  for (const auto& member : json.GetObject()) {
    std::string problem = ReadKey(Text(member.name), member.value, fields);
    if (!problem.empty()) return problem;
  }
  return CheckWords(*fields);
}

}  // namespace

struct ParsedRequest::Data {
  rapidjson::Document json;  // owns every text
  Fields fields;
};

ParsedRequest::ParsedRequest() : data_(std::make_unique<Data>()) {}
ParsedRequest::~ParsedRequest() = default;

std::string ParsedRequest::Parse(std::string_view line) {
  data_ = std::make_unique<Data>();
  if (line.size() > kMaxLine) return "a request of more than 4 MiB";
  // Iterative: nesting must not use up the stack.
  data_->json.Parse<rapidjson::kParseIterativeFlag>(line.data(), line.size());
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
