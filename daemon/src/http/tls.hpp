#pragma once
#include <boost/asio/ssl/context.hpp>
#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace understudy::daemon::http {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

struct LoadedTls {
  TlsContext context{};
  std::vector<std::string> warnings{};  ///< sentences: a key that others can read, an expired certificate
};

/// Which of the two files the sentence is about.
struct TlsProblem {
  bool of_key{false};
  std::string sentence{};
};

/// TLS 1.2 and 1.3 with forward secrecy, for a server; both files are PEM.
[[nodiscard]] std::expected<LoadedTls, TlsProblem> load_tls(const std::string& cert_file,
                                                            const std::string& key_file);

}  // namespace understudy::daemon::http
