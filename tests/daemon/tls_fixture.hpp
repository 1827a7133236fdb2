#pragma once
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <cstdio>
#include <memory>
#include <string>

/// Certificates that are made for a test and good for localhost.
namespace tls_fixture {

template <class T, void (*destroy)(T*)>
struct Free {
  void operator()(T* object) const { destroy(object); }
};
template <class T, void (*destroy)(T*)>
using Owned = std::unique_ptr<T, Free<T, destroy>>;

/// A key of its own and a certificate that it signed; `days` may have passed already.
inline void make_certificate(const std::string& cert_file, const std::string& key_file, long serial = 1,
                             long days = 1) {
  const Owned<EVP_PKEY, EVP_PKEY_free> key(EVP_EC_gen("P-256"));
  const Owned<X509, X509_free> certificate(X509_new());
  X509* x509 = certificate.get();
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), serial);
  X509_gmtime_adj(X509_getm_notBefore(x509), -10L * 24 * 60 * 60);
  X509_gmtime_adj(X509_getm_notAfter(x509), days * 24 * 60 * 60);
  X509_set_pubkey(x509, key.get());
  auto* name = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"),
                             -1, -1, 0);
  X509_set_issuer_name(x509, name);
  X509_sign(x509, key.get(), EVP_sha256());
  const auto write = [](const std::string& path, auto put) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    put(file);
    std::fclose(file);
    ::chmod(path.c_str(), 0600);
  };
  write(cert_file, [&](std::FILE* file) { PEM_write_X509(file, x509); });
  write(key_file, [&](std::FILE* file) {
    PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

}  // namespace tls_fixture
