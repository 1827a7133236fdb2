#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <list>
#include <string>

#include "scripted_provider/plan.hpp"
#include "scripted_provider/provider.hpp"

/// Shared by the provider and its connections; only their files include this.
namespace understudy::daemon::scripted {

struct ReceivedRequest {
  http::Method method{http::Method::get};
  std::string path{};
  std::string query{};
  http::Headers headers{};
  std::string body{};
};

struct Provider::State {
  State(boost::asio::io_context& io, Script what) : acceptor(io), script(std::move(what)) {}

  boost::asio::ip::tcp::acceptor acceptor;
  Script script;
  std::deque<SeenRequest> seen{};
  std::int64_t messages{0};
  std::list<boost::asio::ip::tcp::socket*> open{};  ///< so that stop() ends the answers under way

  /// Decides on one request and notes it.
  [[nodiscard]] Plan react(const ReceivedRequest& request);

 private:
  [[nodiscard]] Plan route(const ReceivedRequest& request, SeenRequest& seen_as);
  [[nodiscard]] Plan control(const ReceivedRequest& request);
  [[nodiscard]] Plan messages_call(const ReceivedRequest& request, SeenRequest& seen_as);
  [[nodiscard]] Plan models() const;
  [[nodiscard]] bool is_allowed(const http::Headers& headers) const;
};

/// Serves requests until the connection ends.
void serve_connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<Provider::State> state);

}  // namespace understudy::daemon::scripted
