#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "http/respond.hpp"
#include "http/server.hpp"
#include "http/text.hpp"

/// A real server and real clients on one loopback io_context.
namespace world {

namespace asio = boost::asio;
namespace http = understudy::daemon::http;
using asio::awaitable;
using asio::ip::tcp;

inline constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
inline const std::string token(64, 'a');

struct Answer {
  int status{0};
  std::string head{};
  std::string body{};

  [[nodiscard]] std::string field(std::string_view name) const {
    std::string_view rest = head;
    while (!rest.empty()) {
      const auto line = rest.substr(0, rest.find("\r\n"));
      const auto colon = line.find(':');
      if (colon != std::string_view::npos && http::iequals(line.substr(0, colon), name))
        return std::string(http::trim(line.substr(colon + 1)));
      rest.remove_prefix(std::min(rest.size(), line.size() + 2));
    }
    return {};
  }
};

class Client {
 public:
  explicit Client(asio::io_context& io) : socket_(io) {}

  awaitable<void> connect(std::uint16_t port) {
    co_await socket_.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
  }
  awaitable<void> send(std::string text) {
    const auto [error, count] = co_await asio::async_write(socket_, asio::buffer(text), as_values);
    static_cast<void>(error);
    static_cast<void>(count);
  }
  /// False: the other side closed, or reset.
  awaitable<bool> more() {
    const auto before = received_.size();
    received_.resize(before + 16384);
    const auto [error, count] =
        co_await socket_.async_read_some(asio::buffer(received_.data() + before, 16384), as_values);
    received_.resize(before + count);
    co_return !error;
  }
  /// One answer; status 0 when the connection ended instead. For HEAD pass with_body = false.
  awaitable<Answer> answer(bool with_body = true) {
    Answer result;
    while (received_.find("\r\n\r\n") == std::string::npos)
      if (!co_await more()) co_return result;
    const auto end = received_.find("\r\n\r\n") + 2;
    result.head = received_.substr(0, end);
    received_.erase(0, end + 2);
    result.status = std::stoi(result.head.substr(9, 3));
    if (!with_body || result.status == 100 || result.status == 204 || result.status == 304) co_return result;
    const auto told = result.field("Content-Length");
    const auto length = told.empty() ? 0 : static_cast<std::size_t>(std::stoul(told));
    while (received_.size() < length)
      if (!co_await more()) break;
    result.body = received_.substr(0, length);
    received_.erase(0, length);
    co_return result;
  }
  awaitable<Answer> ask(std::string text) {
    co_await send(std::move(text));
    co_return co_await answer();
  }
  // Catch's CHECK evaluates its expression twice where GCC cannot tell: no co_await belongs inside one.
  awaitable<void> gives(int status, std::string text) {
    const std::string line = text.substr(0, 120);
    const auto got = co_await ask(std::move(text));
    INFO(line);
    CHECK(got.status == status);
  }
  awaitable<void> next_is(int status) {
    const auto got = co_await answer();
    CHECK(got.status == status);
  }
  awaitable<void> gives_body(std::string body, std::string text) {
    const auto got = co_await ask(std::move(text));
    CHECK(got.body == body);
  }
  /// The other side closes, and says nothing before.
  awaitable<void> ends() {
    const auto rest = co_await until_closed();
    CHECK(rest.empty());
  }
  /// Until the text was received; everything up to and including it. Empty when the connection ended first.
  awaitable<std::string> until(std::string text) {
    while (received_.find(text) == std::string::npos)
      if (!co_await more()) co_return std::string{};
    const auto end = received_.find(text) + text.size();
    auto result = received_.substr(0, end);
    received_.erase(0, end);
    co_return result;
  }
  awaitable<std::string> until_closed() {
    bool open = true;
    while (open) open = co_await more();
    co_return std::exchange(received_, {});
  }
  void close() { socket_.close(); }
  tcp::socket& socket() { return socket_; }

 private:
  tcp::socket socket_;
  std::string received_;
};

inline http::GateOptions gate_options() {
  http::GateOptions options;
  options.operator_token = token;
  return options;
}

inline http::ServerOptions quick() {
  http::ServerOptions options;
  options.idle_timeout = std::chrono::milliseconds{5000};
  options.header_timeout = std::chrono::milliseconds{5000};
  options.body_timeout = std::chrono::milliseconds{5000};
  options.write_timeout = std::chrono::milliseconds{5000};
  return options;
}

struct World {
  http::Router router{};
  http::Gate gate{gate_options()};
  http::Site site{router, gate, nullptr};
  std::vector<std::string> failures{};
  http::Metrics metrics{};
  asio::io_context io{1};
  http::Server server;
  std::uint16_t port{0};

  explicit World(http::ServerOptions options = quick()) : server(io, site, options) {
    site.on_failure = [this](std::string_view sentence) { failures.emplace_back(sentence); };
    server.on_failure = site.on_failure;
    server.on_exchange = [this](const http::Exchange& exchange) { metrics.record(exchange); };
    http::add_session_routes(router, gate);
    add(http::Method::get, "/hello", [](http::Request&) { return http::json(200, R"({"hello":"world"})"); });
    add(http::Method::post, "/echo", [](http::Request& request) { return http::text(200, request.body); });
  }

  void add(http::Method method, std::string pattern, std::function<http::Response(http::Request&)> handler) {
    router.add({method, std::move(pattern), http::Access::read, http::plain(std::move(handler))});
  }

  /// Runs the scenario, then shuts the server down; nothing may be left.
  template <class Scenario>
  void run(Scenario scenario) {
    const auto bound = server.listen("127.0.0.1", 0);
    REQUIRE(bound);
    port = *bound;
    server.start();
    std::exception_ptr failure;
    bool finished = false;
    auto task = play(scenario);
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown) {
      failure = thrown;
      finished = true;
    });
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!finished && std::chrono::steady_clock::now() < until)
      io.run_one_for(std::chrono::milliseconds{100});
    if (failure) std::rethrow_exception(failure);
    REQUIRE(finished);
    CHECK(server.connections() == 0);
  }

  awaitable<Client> client() {
    Client result(io);
    co_await result.connect(port);
    co_return result;
  }
  awaitable<Answer> ask(std::string text) {
    auto one = co_await client();
    co_return co_await one.ask(std::move(text));
  }
  awaitable<void> wait(std::chrono::milliseconds time) {
    asio::steady_timer timer(io, time);
    co_await timer.async_wait(asio::use_awaitable);
  }
  awaitable<void> gives(int status, std::string text) {
    auto one = co_await client();
    co_await one.gives(status, std::move(text));
  }
  awaitable<void> gives_body(std::string body, std::string text) {
    auto one = co_await client();
    co_await one.gives_body(std::move(body), std::move(text));
  }
  template <class Condition>
  awaitable<void> soon(Condition condition) {
    for (int i = 0; i < 1000 && !condition(); ++i) co_await wait(std::chrono::milliseconds{2});
    CHECK(condition());
  }

 private:
  template <class Scenario>
  awaitable<void> play(Scenario& scenario) {
    co_await scenario(*this);
    co_await server.shutdown(std::chrono::milliseconds{1000});
  }
};

inline std::string get(std::string path, std::string fields = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}

inline std::string post(std::string path, std::string body,
                        std::string fields = "Content-Type: application/json\r\n") {
  return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + fields + "\r\n" + body;
}

}  // namespace world
