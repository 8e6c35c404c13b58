#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/regex.h"
#include "base/strings.h"
#include "http/hostname.h"
#include "kgw/schema/gateway.pb.h"
#include "translate/gateway/validate.h"

namespace kgw::translate::gateway {
namespace {

using base::Cat;
using schema::gateway::Gateway;
using schema::gateway::Listener;

std::string ListenerPath(int i) { return Cat("spec.listeners[", std::to_string(i), "]"); }

bool IsPlain(const std::string& protocol) {
  return protocol == "HTTP" || protocol == "TCP" || protocol == "UDP";
}

// A word without a domain is one of the Gateway API's own, or a slip of the pen.
void CheckProtocol(const Listener& listener, const std::string& path, config::Checker* checker) {
  static const std::vector<std::string> kKnown = {"HTTP", "HTTPS", "TLS", "TCP", "UDP"};
  const std::string& word = listener.protocol();
  if (word.find('/') != std::string::npos) return;
  if (std::find(kKnown.begin(), kKnown.end(), word) != kKnown.end()) return;
  checker
      ->Drop(path, Cat(path, ".protocol"), "UnknownValue",
             Cat("\"", word, "\" is unknown, expected ", base::JoinWords(kKnown, "or"),
                 ", or a protocol with a domain, as in example.com/name"))
      .suggestion = base::NearestWord(word, kKnown);
}

void CheckTls(const Listener& listener, const std::string& path, config::Checker* checker) {
  const std::string& protocol = listener.protocol();
  if (listener.has_tls() && IsPlain(protocol)) {
    checker->Reject(Cat(path, ".tls"), "InvalidValue",
                    Cat("tls must not be specified for protocol ", protocol));
    return;
  }
  if (protocol == "HTTPS" && listener.has_tls() && listener.tls().mode() == "Passthrough") {
    checker->Reject(Cat(path, ".tls.mode"), "InvalidValue",
                    "tls mode must be Terminate for protocol HTTPS");
  }
  if (protocol == "TLS" && !listener.has_tls()) {
    checker->Reject(path, "MissingField", "tls mode must be set for protocol TLS");
  }
  if (!listener.has_tls() || listener.tls().mode() != "Terminate") return;
  if (listener.tls().certificaterefs().empty() && listener.tls().options().empty()) {
    checker->Reject(Cat(path, ".tls"), "MissingField",
                    "certificateRefs or options must be specified when mode is Terminate");
  }
}

void CheckListeners(const Gateway& gateway, config::Checker* checker) {
  std::set<std::string> seen;
  for (int i = 0; i < gateway.spec().listeners_size(); ++i) {
    const Listener& listener = gateway.spec().listeners(i);
    const std::string path = ListenerPath(i);
    CheckProtocol(listener, path, checker);
    CheckTls(listener, path, checker);
    const bool l4 = listener.protocol() == "TCP" || listener.protocol() == "UDP";
    if (l4 && !listener.hostname().empty()) {
      checker->Reject(Cat(path, ".hostname"), "InvalidValue",
                      Cat("hostname must not be specified for protocol ", listener.protocol()));
    }
    if (http::IsIpLiteral(listener.hostname())) {
      checker->Warn(Cat(path, ".hostname"), "InvalidFormat",
                    "a hostname should not be an IP address (Gateway API, Hostname)");
    }
    const std::string key =
        Cat(std::to_string(listener.port()), " ", listener.protocol(), " ", listener.hostname());
    if (!seen.insert(key).second) {
      checker->Reject(path, "DuplicateItem",
                      "the combination of port, protocol and hostname must be unique");
    }
  }
}

void CheckAddresses(const Gateway& gateway, config::Checker* checker) {
  std::set<std::string> seen;
  for (int i = 0; i < gateway.spec().addresses_size(); ++i) {
    const auto& address = gateway.spec().addresses(i);
    const std::string path = Cat("spec.addresses[", std::to_string(i), "]");
    if (address.type() == "IPAddress" && address.has_value() &&
        !http::IsIpLiteral(address.value())) {
      checker->Reject(Cat(path, ".value"), "InvalidFormat",
                      Cat("\"", address.value(), "\" is not an IP address"));
    }
    if (address.type() != "IPAddress" && address.type() != "Hostname") continue;
    if (address.value().empty() || seen.insert(Cat(address.type(), " ", address.value())).second) {
      continue;
    }
    checker->Reject(path, "DuplicateItem", Cat(address.type(), " values must be unique"));
  }
}

// Keys of infrastructure.labels and .annotations: an optional DNS prefix, then a name.
template <typename Map>
void CheckLabelKeys(const Map& map, std::string_view field, config::Checker* checker) {
  static const base::Regex kKey(
      "([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
      "([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]");
  for (const auto& [key, value] : map) {
    const std::string path = Cat("spec.infrastructure.", field, "[", key, "]");
    const size_t slash = key.find('/');
    if (kKey.FullMatch(key) && (slash == std::string::npos || slash <= 253)) continue;
    checker->Reject(path, "InvalidFormat",
                    Cat("\"", key,
                        "\" is not a key: expected an optional DNS prefix and a name of "
                        "up to 63 characters"));
  }
}

void CheckInfrastructure(const Gateway& gateway, config::Checker* checker) {
  static const base::Regex* const kValue =
      new base::Regex("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
  const auto& infrastructure = gateway.spec().infrastructure();
  CheckLabelKeys(infrastructure.labels(), "labels", checker);
  CheckLabelKeys(infrastructure.annotations(), "annotations", checker);
  for (const auto& [key, value] : infrastructure.labels()) {
    if (value.size() <= 63 && kValue->FullMatch(value)) continue;
    checker->Reject(Cat("spec.infrastructure.labels[", key, "]"), "InvalidFormat",
                    Cat("\"", value, "\" is not a label value"));
  }
}

}  // namespace

void ValidateGateway(const config::Resource& object, config::Checker* checker) {
  const Gateway& gateway = object.As<Gateway>();
  CheckListeners(gateway, checker);
  CheckAddresses(gateway, checker);
  CheckInfrastructure(gateway, checker);
}

}  // namespace kgw::translate::gateway
