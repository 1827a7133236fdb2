#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "http/eviction.hpp"
#include "http/server.hpp"
#include "http/tls.hpp"

namespace understudy::daemon::http {

class Session;

/// What the server and its sessions share; lives until the last of them is gone.
struct Server::State : std::enable_shared_from_this<State> {
  State(boost::asio::io_context& context, Site& served, ServerOptions limits)
      : io(context), site(served), options(limits), all_gone(context), tick(context) {}

  boost::asio::io_context& io;
  Site& site;
  ServerOptions options;
  TlsContext tls{};  // of the connections that come from now on; null: in the clear
  std::list<boost::asio::ip::tcp::acceptor> acceptors{};
  std::unordered_set<Session*> sessions{};
  std::map<std::string, std::size_t, std::less<>> peer_networks{};  // connections of each
  std::size_t leaving{0};                   // sessions that were aborted but are not gone yet
  std::size_t held{0};                      // bytes of bodies and answers, of all sessions
  boost::asio::steady_timer all_gone;       // cancelled when the last session leaves
  boost::asio::steady_timer tick;           // one timer for all deadlines: a request sets none
  boost::asio::thread_pool compressors{1};  // of large answers
  bool ticking{false};
  bool stopping{false};
  std::function<void(const Exchange&)> on_exchange{};
  std::function<void(std::string_view)> on_failure{};

  void fail(std::string_view sentence) const {
    if (on_failure) on_failure(sentence);
  }
  void enter(Session* session);
  void leave(Session* session);
  /// Whether one more connection may be served as usual; may evict others.
  bool make_room();
  /// Whether so many more bytes may be buffered for this one; may evict others.
  bool make_room_for(const Session& session, std::size_t bytes);
  /// A copy, because sessions may leave during iteration.
  [[nodiscard]] std::vector<std::shared_ptr<Session>> present() const;

 private:
  [[nodiscard]] std::vector<EvictionCandidate> eviction_candidates(
      const std::vector<std::shared_ptr<Session>>& of) const;
  void schedule_tick();
};

}  // namespace understudy::daemon::http
