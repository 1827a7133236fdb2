#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/authority.hpp"
#include "http/metrics.hpp"
#include "http/site.hpp"

namespace understudy::daemon::http {

struct ServerOptions {
  std::size_t max_connections{1024};  // beyond it, connections are evicted
  std::size_t max_buffered{96 * 1024 *
                           1024};     // bytes of all bodies and answers; half more for trusted callers
  std::size_t max_header{16 * 1024};  // bytes; more is a 431
  std::chrono::milliseconds first_timeout{10'000};   // for the first byte; closed silently
  std::chrono::milliseconds idle_timeout{75'000};    // between requests; closed silently
  std::chrono::milliseconds header_timeout{10'000};  // from a request's first byte; 408
  std::chrono::milliseconds body_timeout{60'000};    // for the whole body; 408
  std::chrono::milliseconds write_timeout{30'000};   // for each 64 KiB; closed
};

/// Serves a site over HTTP/1.1. Everything runs on the io_context's one thread, except the compression of
/// large answers.
class Server {
 public:
  /// The site must outlive the io_context's last handler; so must what the callbacks refer to.
  Server(boost::asio::io_context& io, Site& site, ServerOptions options = {});
  ~Server();

  std::function<void(const Exchange&)> on_exchange{};
  std::function<void(std::string_view)> on_failure{};  // a sentence for the log

  /// Binds; port 0 takes any. Returns the bound port, or a sentence naming the address.
  [[nodiscard]] std::expected<std::uint16_t, std::string> listen(const std::string& host, std::uint16_t port);
  /// Takes a listening socket (systemd's LISTEN_FDS). Returns where it listens.
  [[nodiscard]] std::expected<HostPort, std::string> adopt(int listening_fd);

  /// The context of new connections; null: plain HTTP. Open connections keep theirs.
  void use_tls(std::shared_ptr<boost::asio::ssl::context> context);
  /// Whether an address beyond loopback was bound.
  [[nodiscard]] bool is_beyond_loopback() const;

  /// Begins accepting on what was bound. Set the callbacks before.
  void start();

  /// Stops accepting, ends idle connections and streams, waits for running requests until the limit, then
  /// cancels them. Returns when no connection is left, or a second after cancelling.
  [[nodiscard]] boost::asio::awaitable<void> shutdown(std::chrono::milliseconds limit);

  [[nodiscard]] std::size_t connections() const;

  struct State;  // shared with the sessions

 private:
  std::shared_ptr<State> state_;
};

/// Sockets passed by a service manager: LISTEN_FDS of them, when LISTEN_PID is this process.
[[nodiscard]] std::vector<int> inherited_sockets();

}  // namespace understudy::daemon::http
