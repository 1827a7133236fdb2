#include "text/hex.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <cerrno>
#include <stdexcept>

namespace understudy::daemon::text {

std::string to_hex(std::string_view bytes, std::string_view digits) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15u];
  }
  return out;
}

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  for (std::size_t got = 0; got < bytes;) {
    const auto count = ::getrandom(raw.data() + got, bytes - got, 0);
    if (count < 0 && errno != EINTR) throw std::runtime_error("the kernel gives no random bytes");
    if (count > 0) got += static_cast<std::size_t>(count);
  }
  return to_hex(raw);
}

std::string sha256_hex(std::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return to_hex(digest);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
            reinterpret_cast<const unsigned char*>(text.data()), text.size(),
            reinterpret_cast<unsigned char*>(digest.data()), nullptr))
    throw std::runtime_error("OpenSSL makes no HMAC");
  return to_hex(digest);
}

}  // namespace understudy::daemon::text
