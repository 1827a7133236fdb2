#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <list>
#include <memory>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "http/server.hpp"

namespace understudy::daemon::http {

class Session;

/// What the server and its sessions share; lives until the last of them is gone.
struct Server::State : std::enable_shared_from_this<State> {
  State(boost::asio::io_context& context, Site& served, ServerOptions limits)
      : io(context), site(served), options(limits), all_gone(context), tick(context) {}

  boost::asio::io_context& io;
  Site& site;
  ServerOptions options;
  std::list<boost::asio::ip::tcp::acceptor> acceptors{};
  std::unordered_set<Session*> sessions{};
  boost::asio::steady_timer all_gone;   // cancelled when the last session leaves
  boost::asio::steady_timer tick;       // one timer looks at every session's deadline: a request costs none
  boost::asio::thread_pool packers{1};  // takes no thread's time from the requests
  bool ticking{false};
  bool stopping{false};
  std::function<void(const Exchange&)> on_exchange{};
  std::function<void(std::string_view)> on_failure{};

  void fail(std::string_view sentence) const {
    if (on_failure) on_failure(sentence);
  }
  void enter(Session* session);
  void leave(Session* session);
  /// A copy, because a session may leave while it is told something.
  [[nodiscard]] std::vector<std::shared_ptr<Session>> present() const;

 private:
  void schedule_tick();
};

}  // namespace understudy::daemon::http
