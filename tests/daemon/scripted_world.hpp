#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <string>
#include <thread>

#include "scripted_provider/provider.hpp"

/// A scripted provider on its own thread, and a client that waits: tests read from top to bottom.
namespace scripted_world {

namespace asio = boost::asio;
namespace json = boost::json;
namespace scripted = understudy::daemon::scripted;
using asio::ip::tcp;

/// An io_context that runs until the end of the test.
class Loop {
 public:
  ~Loop() {
    work_.reset();
    if (thread_.joinable()) thread_.join();
  }
  asio::io_context& io() { return io_; }
  template <class Call>
  auto on_thread(Call call) {
    std::packaged_task<decltype(call())()> task(std::move(call));
    auto result = task.get_future();
    asio::post(io_, std::move(task));
    return result.get();
  }

 private:
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::thread thread_{[this] { io_.run(); }};
};

struct Answer {
  int status{0};  ///< 0: none came
  std::string head{};
  std::string body{};
  boost::system::error_code error{};  ///< how the connection ended, when not as it should

  /// The value of a JSON body at a pointer, as text.
  [[nodiscard]] std::string at(std::string_view pointer) const {
    boost::system::error_code failed;
    const auto value = json::parse(body, failed);
    const auto* found = failed ? nullptr : value.find_pointer(pointer, failed);
    return found ? found->is_string() ? std::string(found->get_string()) : json::serialize(*found) : "";
  }
};

/// Sends the text and reads until the other side closes.
inline Answer talk(std::uint16_t port, const std::string& text) {
  asio::io_context io;
  tcp::socket socket(io);
  Answer answer;
  socket.connect({asio::ip::address_v4::loopback(), port}, answer.error);
  if (answer.error) return answer;
  asio::write(socket, asio::buffer(text), answer.error);
  std::string received;
  asio::read(socket, asio::dynamic_buffer(received), answer.error);
  if (answer.error == asio::error::eof) answer.error = {};
  const auto end = received.find("\r\n\r\n");
  if (end == received.npos) return answer;
  answer.head = received.substr(0, end + 2);
  answer.body = received.substr(end + 4);
  answer.status = std::stoi(answer.head.substr(9, 3));
  return answer;
}

inline std::string request(std::string_view line, std::string_view body = {}, std::string_view fields = {}) {
  std::string text(line);
  text +=
      " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
      "\r\n";
  return text.append(fields).append("\r\n").append(body);
}

inline std::string call_body(std::string_view model, bool stream) {
  return json::serialize(
      json::object{{"model", model},
                   {"stream", stream},
                   {"messages", json::array{json::object{{"role", "user"}, {"content", "hi"}}}}});
}

struct World {
  Loop loop{};
  std::unique_ptr<scripted::Provider> provider{};
  std::uint16_t port{0};

  explicit World(std::string_view script = "{}") {
    auto parsed = scripted::parse_script(script);
    INFO((parsed ? "" : parsed.error()));
    REQUIRE(parsed);
    const auto bound = loop.on_thread([&] {
      provider = std::make_unique<scripted::Provider>(loop.io(), std::move(*parsed));
      return provider->listen("127.0.0.1", 0);
    });
    REQUIRE(bound);
    port = *bound;
  }
  ~World() {
    loop.on_thread([&] { provider.reset(); });
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Answer ask(std::string_view line, std::string_view body = {}, std::string_view fields = {}) {
    return talk(port, request(line, body, fields));
  }
  Answer call(bool stream = false, std::string_view fields = {}) {
    return ask("POST /v1/messages", call_body("m-1", stream), fields);
  }
  std::vector<scripted::SeenRequest> requests() {
    return loop.on_thread([&] { return provider->requests(); });
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port); }
};

}  // namespace scripted_world
