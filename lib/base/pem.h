// base/pem.h - checks of PEM certificates and keys; a header in front of OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace kgw::base {

// Empty if `certificate` holds at least one X.509 certificate, `key` a private key, and the two
// belong together; otherwise what is wrong in one sentence. Never touches OpenSSL's global state
// that a host process may use. Thread: any.
std::string CheckKeyPair(std::string_view certificate, std::string_view key);

}  // namespace kgw::base
