#include "http/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

namespace understudy::daemon::http {
namespace {

namespace ssl = boost::asio::ssl;

/// Forward secrecy and authenticated encryption.
constexpr auto ciphers_of_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";

std::unexpected<TlsProblem> bad(bool of_key, const std::string& path, const std::string& why) {
  return std::unexpected(TlsProblem{of_key, "cannot use " + path + ": " + why});
}

/// Why a file cannot be read; empty when it can.
std::string unreadable(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::strerror(errno);
  if (!S_ISREG(status.st_mode)) return "it is not a file";
  errno = 0;
  return std::ifstream(path) ? "" : std::strerror(errno);
}

bool is_open_to_others(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

void harden(ssl::context& context) {
  auto* native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, ciphers_of_1_2);
  SSL_CTX_set_options(native,
                      SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);  // tickets cost no memory
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);          // most connections are idle
}

}  // namespace

std::expected<LoadedTls, TlsProblem> load_tls(const std::string& cert_file, const std::string& key_file) {
  for (const auto* path : {&cert_file, &key_file})
    if (auto why = unreadable(*path); !why.empty()) return bad(path == &key_file, *path, why);
  LoadedTls loaded{.context = std::make_shared<ssl::context>(ssl::context::tls_server)};
  auto& context = *loaded.context;
  boost::system::error_code error;
  harden(context);
  // OpenSSL would ask for a passphrase on the terminal.
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); },
                                error);
  context.use_certificate_chain_file(cert_file, error);
  if (error) return bad(false, cert_file, "it holds no certificate in PEM form");
  context.use_private_key_file(key_file, ssl::context::pem, error);
  if (error) {
    const bool is_of_another = std::string_view(error.message()).find("mismatch") != std::string_view::npos;
    return bad(true, key_file,
               is_of_another ? "it is not the certificate's key"
                             : "it holds no private key in PEM form without a passphrase");
  }
  if (SSL_CTX_check_private_key(context.native_handle()) != 1)
    return bad(true, key_file, "it is not the certificate's key");
  ERR_clear_error();
  if (is_open_to_others(key_file))
    loaded.warnings.push_back("the key " + key_file + " is open to other users; chmod 600 closes it");
  const auto* certificate = SSL_CTX_get0_certificate(context.native_handle());
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
    loaded.warnings.push_back("the certificate " + cert_file + " has expired");
  return loaded;
}

}  // namespace understudy::daemon::http
