#pragma once
#include <fcntl.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fstream>
#include <memory>

#include "app/daemon.hpp"
#include "fuzz/input.hpp"
#include "support/scratch.hpp"

/// The whole daemon in this process, on loopback, with agents that nobody runs: what it answers is all it
/// does.
namespace fuzz {

namespace asio = boost::asio;
using namespace understudy::daemon;

inline constexpr std::string_view configuration = R"({
  "providers": {"one": {"base_url": "http://127.0.0.1:9", "api_key": "sk-first-secret"},
                "two": {"base_url": "http://127.0.0.1:9", "auth_token": "sk-second-secret"}},
  "agent_types": {"a": {"provider_chain": [{"provider": "one", "model": "m"}, {"provider": "two", "model": "n"}],
                        "container": {"mode": "host"}, "agent": {"adapter": "external"}, "instances": ["x"]}}})";

class LiveDaemon {
 public:
  LiveDaemon() {
    std::ofstream(scratch_ / "config.json") << configuration;
    app::Prepared prepared;
    prepared.options.listen_host = "127.0.0.1";
    prepared.state_dir = scratch_.path();
    prepared.config_path = scratch_ / "config.json";
    auto parsed = config::parse_config(configuration);
    require(parsed.config.has_value(), "the configuration");
    std::vector<config::Problem> none;
    prepared.document = config::parse_document(configuration, none).value();
    prepared.config = std::make_shared<const config::Config>(std::move(*parsed.config));
    prepared.operator_token = token;
    prepared.owner = "fuzz";
    prepared.docker_socket = scratch_ / "no-engine";
    const auto path = scratch_ / "understudy.db";
    auto store = understudy::store::Store::open(path);
    auto reader = understudy::store::Reader::open(path);
    require(store && reader, "a store");
    daemon_ =
        std::make_unique<app::Daemon>(io_, std::move(prepared), std::move(*store), std::move(*reader), log_);
    require(daemon_->start().has_value(), "the daemon starts");
    const auto address = daemon_->addresses().front();
    port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }
  ~LiveDaemon() {
    bool stopped = false;
    asio::co_spawn(io_, daemon_->stop(), [&](std::exception_ptr, auto) { stopped = true; });
    while (!stopped) io_.run_one();
    daemon_.reset();
  }
  LiveDaemon(const LiveDaemon&) = delete;
  LiveDaemon& operator=(const LiveDaemon&) = delete;

  /// One connection: sends, ends its own half, and takes what comes until the other side closes or it has
  /// read enough.
  std::string exchange(std::string_view bytes) {
    asio::ip::tcp::socket socket(io_);
    std::string answer;
    bool over = false;
    asio::co_spawn(io_, talk(socket, port_, bytes, answer), [&](std::exception_ptr failed) {
      require(!failed, "a connection");
      over = true;
    });
    io_.restart();
    while (!over) io_.run_one_for(std::chrono::seconds{5});
    return answer;
  }

  [[nodiscard]] std::vector<const http::Route*> routes() const { return daemon_->routes(); }

  /// A fresh one after so many inputs, so that no run fills the disk.
  static LiveDaemon& current() {
    static std::unique_ptr<LiveDaemon> daemon;
    static int uses = 0;
    if (!daemon || ++uses % 5000 == 0) {
      daemon.reset();
      daemon = std::make_unique<LiveDaemon>();
    }
    return *daemon;
  }

  static inline const std::string token{std::string(64, 'a')};

 private:
  static asio::awaitable<void> talk(asio::ip::tcp::socket& socket, std::uint16_t port, std::string_view bytes,
                                    std::string& answer) {
    constexpr std::size_t enough = 1 << 20;
    boost::system::error_code failed;
    const asio::ip::tcp::endpoint daemon(asio::ip::address_v4::loopback(), port);
    co_await socket.async_connect(daemon, asio::use_awaitable);  // not broken off by libFuzzer's clock
    co_await asio::async_write(socket, asio::buffer(bytes),
                               asio::redirect_error(asio::use_awaitable, failed));
    socket.shutdown(asio::ip::tcp::socket::shutdown_send, failed);
    failed = {};
    while (!failed && answer.size() < enough) {
      char piece[16 * 1024];
      const auto count = co_await socket.async_read_some(asio::buffer(piece),
                                                         asio::redirect_error(asio::use_awaitable, failed));
      answer.append(piece, count);
    }
  }

  understudy::support::Scratch scratch_{understudy::support::memory()};
  ports::SystemClock clock_;
  log::Logger log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Format::text, clock_};
  asio::io_context io_{1};
  std::unique_ptr<app::Daemon> daemon_;
  std::uint16_t port_{0};
};

}  // namespace fuzz
