#pragma once
#include <algorithm>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/runtime_fixture.hpp"

namespace understudy::daemon::testing {

/// Bytes for one request, in the portions given. `hang_up` closes the connection behind them; `hold` leaves
/// it open and reads no further request.
struct Script {
  std::vector<std::string> parts{};
  bool hang_up{false};
  bool hold{false};
};

inline Script json_answer(int status, const std::string& body) {
  return {{"HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body}};
}

inline std::string chunk(const std::string& bytes) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + bytes + "\r\n";
}

/// An engine of a few lines on a unix socket, in the test's own loop. Answers are scripted per "METHOD path"
/// (without version and query), used once each; what is not scripted is 404.
class FakeEngine {
 public:
  explicit FakeEngine(asio::io_context& io) : acceptor_(io) { listen(); }

  void listen() {
    const asio::local::stream_protocol::endpoint endpoint(socket_path());
    acceptor_.open();
    acceptor_.bind(endpoint);
    acceptor_.listen();
    accept();
  }
  void stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    drop_connections();
    std::filesystem::remove(socket_path());
  }
  /// As an engine does with idle connections, or when it restarts.
  void drop_connections() {
    boost::system::error_code ignored;
    for (auto& weak : open_)
      if (const auto connection = weak.lock()) connection->socket.close(ignored);
    open_.clear();
  }

  [[nodiscard]] std::string socket_path() const { return scratch_ / "engine.sock"; }
  void on(const std::string& call, Script answer) { scripts_[call].push_back(std::move(answer)); }

  struct Request {
    std::string call;    ///< "POST /containers/x/start"
    std::string target;  ///< with version and query
    std::string body;
  };
  std::vector<Request> seen;
  int connections{0};
  std::string api_version{"1.41"};
  bool podman{false};
  std::string system{R"({"InitCommit":{"ID":"de40ad0"}})"};

  [[nodiscard]] int count(const std::string& call) const {
    return static_cast<int>(std::ranges::count(seen, call, &Request::call));
  }
  [[nodiscard]] const Request& last(const std::string& call) const {
    const auto found =
        std::find_if(seen.rbegin(), seen.rend(), [&](const Request& it) { return it.call == call; });
    REQUIRE(found != seen.rend());
    return *found;
  }
  /// More bytes on a connection that is on hold, as an event stream is.
  void say(const std::string& bytes) {
    if (const auto connection = held_.lock()) asio::write(connection->socket, asio::buffer(bytes));
  }
  void end_held() {
    if (const auto connection = held_.lock()) connection->socket.close();
  }

 private:
  struct Connection {
    explicit Connection(asio::local::stream_protocol::socket s) : socket(std::move(s)) {}
    asio::local::stream_protocol::socket socket;
    std::string buffer;
  };

  void accept() {
    acceptor_.async_accept(
        [this](boost::system::error_code failed, asio::local::stream_protocol::socket socket) {
          if (failed) return;
          ++connections;
          auto connection = std::make_shared<Connection>(std::move(socket));
          open_.push_back(connection);
          auto serving = serve(connection);
          asio::co_spawn(acceptor_.get_executor(), std::move(serving), [](std::exception_ptr) {});
          accept();
        });
  }

  asio::awaitable<void> serve(std::shared_ptr<Connection> connection) {
    for (;;) {
      const auto head = co_await asio::async_read_until(
          connection->socket, asio::dynamic_buffer(connection->buffer), "\r\n\r\n", asio::use_awaitable);
      std::string header = connection->buffer.substr(0, head);
      connection->buffer.erase(0, head);
      const auto length = header.find("Content-Length: ");
      const auto size = length == std::string::npos ? 0U : std::stoul(header.substr(length + 16));
      if (connection->buffer.size() < size)
        co_await asio::async_read(connection->socket, asio::dynamic_buffer(connection->buffer),
                                  asio::transfer_exactly(size - connection->buffer.size()),
                                  asio::use_awaitable);
      const Script script = answer(header, connection->buffer.substr(0, size));
      connection->buffer.erase(0, size);
      if (script.hold) held_ = kept_ = connection;  // first: whoever has read the head may have more said
      for (const auto& part : script.parts) {
        co_await asio::async_write(connection->socket, asio::buffer(part), asio::use_awaitable);
        co_await asio::post(asio::use_awaitable);  // the client sees each portion by itself
      }
      if (script.hang_up) connection->socket.close();
      if (script.hang_up || script.hold) co_return;
    }
  }

  Script answer(const std::string& header, std::string body) {
    const auto space = header.find(' ');
    const auto target = header.substr(space + 1, header.find(' ', space + 1) - space - 1);
    auto path = target.substr(0, target.find('?'));
    if (path.starts_with("/v")) path.erase(0, path.find('/', 1));
    const auto call = header.substr(0, space) + " " + path;
    seen.push_back({call, target, std::move(body)});
    auto& queue = scripts_[call];
    if (!queue.empty()) {
      Script script = std::move(queue.front());
      queue.pop_front();
      return script;
    }
    if (path == "/_ping")
      return {{"HTTP/1.1 200 OK\r\nApi-Version: " + api_version + "\r\n" +
               (podman ? "Libpod-Api-Version: 4.3.1\r\n" : "") + "Content-Length: 2\r\n\r\nOK"}};
    if (path == "/info") return json_answer(200, system);
    return json_answer(404, R"({"message":"No such container"})");
  }

  Scratch scratch_;
  asio::local::stream_protocol::acceptor acceptor_;
  std::map<std::string, std::deque<Script>> scripts_;
  std::vector<std::weak_ptr<Connection>> open_;
  std::weak_ptr<Connection> held_;
  std::shared_ptr<Connection> kept_;
};

}  // namespace understudy::daemon::testing
