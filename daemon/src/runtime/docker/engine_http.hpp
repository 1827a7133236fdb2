#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ports/runtime_types.hpp"

namespace understudy::daemon::runtime {

using namespace ports;

/// The path of an engine's socket from a DOCKER_HOST-like text: `unix:///path` or `/path`. Anything else is
/// refused with a sentence.
[[nodiscard]] std::expected<std::string, std::string> engine_socket(std::string_view host);

struct EngineRequest {
  std::string method{"GET"};
  std::string target{};
  std::string body{};
  std::chrono::seconds patience{10};
  /// On its own connection, never repeated: for long calls, and for those that must not happen twice.
  bool alone{false};
};

struct EngineResponse {
  unsigned status{0};
  std::string body{};
  std::string api_version{};  ///< header Api-Version
  bool podman{false};
};

/// HTTP over a unix socket. Short calls share a few kept-alive connections; one found closed by the engine
/// before it answered anything is replaced, once.
class EngineHttp {
 public:
  EngineHttp(boost::asio::any_io_executor executor, std::string socket_path);
  ~EngineHttp();
  EngineHttp(const EngineHttp&) = delete;
  EngineHttp& operator=(const EngineHttp&) = delete;

  /// An answer of any status is a success here. Errors: unreachable, permission (the socket), timeout,
  /// transient.
  EngineCall<EngineResponse> call(EngineRequest request);

  /// `on_open` after a 2xx header, then `on_bytes` until the engine ends the answer or the connection. A
  /// status that is not 2xx comes back with its body.
  using OnOpen = std::function<void()>;
  using OnBytes = std::function<boost::asio::awaitable<void>(std::string)>;
  EngineCall<EngineResponse> stream(EngineRequest request, OnOpen on_open, OnBytes on_bytes);

 private:
  struct Connection;
  struct Exchange;
  boost::asio::awaitable<Exchange> attempt(std::unique_ptr<Connection> connection,
                                           const EngineRequest& request);
  EngineCall<std::unique_ptr<Connection>> connect(std::chrono::seconds patience);
  [[nodiscard]] EngineError lost(const std::string& reason, bool late, bool may_have_acted = false) const;

  boost::asio::any_io_executor executor_;
  std::string socket_path_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace understudy::daemon::runtime
