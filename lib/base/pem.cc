#include "base/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <climits>
#include <memory>

namespace kgw::base {
namespace {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* p) const {
    Free(p);
  }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

Bio Open(std::string_view text) {
  const int size = text.size() > INT_MAX ? 0 : static_cast<int>(text.size());
  return Bio(BIO_new_mem_buf(text.data(), size));
}

// An encrypted key must not make OpenSSL ask on the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

std::string Check(std::string_view certificate, std::string_view key) {
  Bio certificate_bio = Open(certificate);
  Certificate x509(PEM_read_bio_X509(certificate_bio.get(), nullptr, NoPassphrase, nullptr));
  if (x509 == nullptr) return "the certificate is not a PEM encoded X.509 certificate";
  Bio key_bio = Open(key);
  Key pkey(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, NoPassphrase, nullptr));
  if (pkey == nullptr) return "the key is not a PEM encoded private key";
  if (X509_check_private_key(x509.get(), pkey.get()) != 1) {
    return "the private key does not belong to the certificate";
  }
  return {};
}

}  // namespace

std::string CheckKeyPair(std::string_view certificate, std::string_view key) {
  ERR_set_mark();  // leaves the host's own error queue as it was
  std::string problem = Check(certificate, key);
  ERR_pop_to_mark();
  return problem;
}

}  // namespace kgw::base
