#include "base/pem.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>

#include "absl/strings/escaping.h"
#include "base/strings.h"

namespace kgw::base {
namespace {

// A value of the Secret in tests/cases/tls_sni.yaml, which holds a throw-away pair.
std::string SecretValue(std::string_view key) {
  std::ifstream file(Cat(std::getenv("KGW_SOURCE_ROOT"), "/tests/cases/tls_sni.yaml"));
  const std::string yaml{std::istreambuf_iterator<char>(file), {}};
  const size_t at = yaml.find(Cat(key, ": ")) + key.size() + 2;
  std::string text;
  EXPECT_TRUE(absl::Base64Unescape(yaml.substr(at, yaml.find('\n', at) - at), &text));
  return text;
}

// A new private key; encrypted if `cipher` is not null.
std::string NewKey(const EVP_CIPHER* cipher) {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
  const unsigned char passphrase[] = {'x'};
  const int size = cipher == nullptr ? 0 : 1;
  EXPECT_EQ(
      PEM_write_bio_PrivateKey(bio.get(), key.get(), cipher, passphrase, size, nullptr, nullptr),
      1);
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<size_t>(length)};
}

TEST(CheckKeyPair, AcceptsAPair) {
  EXPECT_EQ(CheckKeyPair(SecretValue("tls.crt"), SecretValue("tls.key")), "");
}

TEST(CheckKeyPair, AcceptsAChain) {
  const std::string certificate = SecretValue("tls.crt");
  EXPECT_EQ(CheckKeyPair(Cat(certificate, certificate), SecretValue("tls.key")), "");
}

TEST(CheckKeyPair, RefusesTheKeyOfAnother) {
  EXPECT_EQ(CheckKeyPair(SecretValue("tls.crt"), NewKey(nullptr)),
            "the private key does not belong to the certificate");
}

TEST(CheckKeyPair, RefusesWhatIsNoPem) {
  const std::string certificate = SecretValue("tls.crt"), key = SecretValue("tls.key");
  const std::string half = certificate.substr(0, certificate.size() / 2);
  for (const std::string& bad : {std::string(), std::string("garbage"), half, key}) {
    EXPECT_EQ(CheckKeyPair(bad, key), "the certificate is not a PEM encoded X.509 certificate");
  }
  for (const std::string& bad : {std::string(), std::string("garbage"), certificate}) {
    EXPECT_EQ(CheckKeyPair(certificate, bad), "the key is not a PEM encoded private key");
  }
}

// It must not ask for the passphrase on the terminal, either: that would wait for ever.
TEST(CheckKeyPair, RefusesAnEncryptedKey) {
  const std::string key = NewKey(EVP_aes_128_cbc());
  ASSERT_NE(key.find("ENCRYPTED"), std::string::npos);
  EXPECT_EQ(CheckKeyPair(SecretValue("tls.crt"), key), "the key is not a PEM encoded private key");
}

TEST(CheckKeyPair, LeavesTheErrorQueueOfItsHostAlone) {
  ERR_clear_error();
  CheckKeyPair("garbage", "garbage");
  EXPECT_EQ(ERR_peek_error(), 0u);
  ERR_raise(ERR_LIB_USER, 1);
  ERR_raise(ERR_LIB_USER, 2);
  const unsigned long first = ERR_peek_error(), last = ERR_peek_last_error();
  CheckKeyPair("garbage", "garbage");
  CheckKeyPair(SecretValue("tls.crt"), "garbage");
  EXPECT_EQ(ERR_get_error(), first);
  EXPECT_EQ(ERR_get_error(), last);
  EXPECT_EQ(ERR_get_error(), 0u);
}

}  // namespace
}  // namespace kgw::base
