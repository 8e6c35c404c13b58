// arguments.h - a kgw::Request from what Python calls pass.
//
// Borrows the bytes of its Python objects: use it within the call, with the GIL. Reading may run
// Python code (a Mapping's), using it afterwards does not.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "kgw/request.h"
#include "texts.h"

namespace kgw::python {

// The keyword arguments that Read() takes, as they stand in signatures.
#define KGW_REQUEST_OPTIONS                                                                     \
  "authority: str | bytes | None = None, scheme: str | bytes | None = None, port: int = 0, "    \
  "sni: str | bytes | None = None, peer: str | bytes | None = None, "                           \
  "local: str | bytes | None = None, client_namespace: str | bytes = '', "                      \
  "gateway: str | bytes = '', protocol: typing.Literal['http', 'grpc', 'tls', 'tcp', 'udp'] = " \
  "'http', peek: bool = False, random: int = 0, now_ns: int = 0"
#define KGW_REQUEST_HEADERS                                                      \
  "collections.abc.Mapping[str, str] | collections.abc.Mapping[bytes, bytes] | " \
  "collections.abc.Iterable[tuple[str | bytes, str | bytes]] | None"
#define KGW_REQUEST_ARGUMENTS                                               \
  "method: str | bytes, target: str | bytes, headers: " KGW_REQUEST_HEADERS \
  " = None, *, " KGW_REQUEST_OPTIONS

class Arguments {
 public:
  Arguments() = default;
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  // Raises TypeError, ValueError, or what reading the headers raised. Call it once.
  void Read(nb::handle method, nb::handle target, nb::handle headers, nb::handle options);

  const Request& request() const { return request_; }

 private:
  void ReadTarget(Str target);
  void ReadUrl(std::string_view url, size_t scheme_end);
  void ReadUrlAuthority(std::string_view authority);
  void ReadHeaders(nb::handle headers);
  void ReadPairs(nb::handle pairs);
  void AddHeader(nb::handle name, nb::handle value);
  void ReadOptions(nb::handle options);
  void ReadOption(std::string_view name, nb::handle value);
  void ReadAddress(const char* what, nb::handle value, std::array<char, 16>* bytes, Str* out);
  void DefaultSni();

  // Most requests have no more headers than fit here; `more_headers_` takes all if they have.
  static constexpr size_t kFewHeaders = 32;
  Header* few_headers() { return reinterpret_cast<Header*>(header_room_); }

  Request request_;
  Keepers keepers_;
  alignas(Header) std::byte header_room_[kFewHeaders * sizeof(Header)];
  size_t header_count_ = 0;
  std::vector<Header> more_headers_;
  std::string path_, authority_;  // where a URL did not have them as a piece
  std::array<char, 16> peer_, local_;
  bool has_authority_ = false, has_sni_ = false;
};

}  // namespace kgw::python
