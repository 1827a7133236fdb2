#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "http/types.hpp"
#include "scripted_provider/script.hpp"

namespace understudy::daemon::scripted {

/// One request that arrived, for assertions.
struct SeenRequest {
  http::Method method{http::Method::get};
  std::string path{};
  std::string query{};    ///< as sent, without the question mark
  http::Pairs headers{};  ///< the ones that matter: keys with their values, versions, user agent; lower case
  std::string model{};    ///< empty when the body names none
  bool stream{false};
  std::int64_t ts_ms{0};
  std::string did{};  ///< "ok", "status 401", "reset", …
};

[[nodiscard]] boost::json::value to_json(const SeenRequest& request);

/// Speaks the Anthropic Messages API and fails as its script says; for tests and the demo. Serves
/// POST /v1/messages (plain and streaming), POST /v1/messages/count_tokens, GET /v1/models and HEAD of
/// anything. POST /_script replaces the script, GET /_requests lists what arrived (the last 10,000).
/// Everything runs on the io_context given, whose one thread is the only one that may call this.
class Provider {
 public:
  Provider(boost::asio::io_context& io, Script script);
  ~Provider();  ///< as stop()
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;

  /// Binds and begins to accept; port 0 takes any. Returns the port, or a sentence naming the address.
  [[nodiscard]] std::expected<std::uint16_t, std::string> listen(const std::string& host, std::uint16_t port);

  /// Closes the listener and every connection at once, in the middle of an answer too.
  void stop();

  void set_script(Script script);
  [[nodiscard]] std::vector<SeenRequest> requests() const;
  [[nodiscard]] std::size_t connections() const;

  struct State;  // shared with the connections

 private:
  std::shared_ptr<State> state_;
};

}  // namespace understudy::daemon::scripted
