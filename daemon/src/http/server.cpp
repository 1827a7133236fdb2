#include "http/server.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>

#include "http/server_state.hpp"
#include "http/session.hpp"

namespace understudy::daemon::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t spare_connections = 64;  // beyond the limit, for /health, trusted callers and 503s
constexpr auto longest_tick = 1'000ms;
constexpr auto abort_grace = 1'000ms;
constexpr int first_inherited = 3;
constexpr long max_inherited = 64;

std::chrono::milliseconds tick_of(const ServerOptions& options) {
  const auto shortest = std::min({options.first_timeout, options.idle_timeout, options.header_timeout,
                                  options.body_timeout, options.write_timeout});
  return std::clamp<std::chrono::milliseconds>(shortest / 8, 5ms, longest_tick);
}

/// Child processes must not inherit sockets: they would keep the port and the connections open.
void close_on_exec(int fd) {
  static_cast<void>(::fcntl(fd, F_SETFD, FD_CLOEXEC));
}

void accept_one(const std::shared_ptr<Server::State>& state, tcp::socket socket) {
  close_on_exec(socket.native_handle());
  const bool too_many = !state->make_room();
  if (state->sessions.size() - state->leaving >= state->options.max_connections + spare_connections) return;
  Session::start(std::make_shared<Session>(std::move(socket), state, too_many));
}

asio::awaitable<void> accept_all(std::shared_ptr<Server::State> state, tcp::acceptor& acceptor) {
  asio::steady_timer pause(state->io);
  while (!state->stopping) {
    auto [error, socket] = co_await acceptor.async_accept(as_values);
    if (!error) {
      accept_one(state, std::move(socket));
    } else if (error != asio::error::operation_aborted && !state->stopping) {
      state->fail("accepting a connection: " + error.message());
      pause.expires_after(100ms);  // most likely out of descriptors
      static_cast<void>(co_await pause.async_wait(as_values));
    }
  }
}

}  // namespace

void Server::State::enter(Session* session) {
  sessions.insert(session);
  ++peer_networks[session->peer_network()];
  if (!ticking) schedule_tick();
}

void Server::State::leave(Session* session) {
  sessions.erase(session);
  const auto own = peer_networks.find(session->peer_network());
  if (own != peer_networks.end() && --own->second == 0) peer_networks.erase(own);
  if (sessions.empty() && stopping) all_gone.cancel();
}

void Server::State::schedule_tick() {
  ticking = true;
  tick.expires_after(tick_of(options));
  tick.async_wait([self = weak_from_this()](const boost::system::error_code& error) {
    const auto state = self.lock();
    if (error || !state) return;
    state->ticking = false;
    const auto now = std::chrono::steady_clock::now();
    for (Session* session : state->sessions) session->check_deadline(now);
    if (!state->sessions.empty()) state->schedule_tick();
  });
}

std::vector<std::shared_ptr<Session>> Server::State::present() const {
  std::vector<std::shared_ptr<Session>> result;
  for (Session* session : sessions)
    if (auto alive = session->weak_from_this().lock()) result.push_back(std::move(alive));
  return result;
}

std::vector<EvictionCandidate> Server::State::eviction_candidates(
    const std::vector<std::shared_ptr<Session>>& of) const {
  std::vector<EvictionCandidate> all;
  all.reserve(of.size());
  for (const auto& session : of) {
    all.push_back(session->eviction_candidate());
    const auto own = peer_networks.find(session->peer_network());
    if (own != peer_networks.end()) all.back().network_connections = own->second;
  }
  return all;
}

bool Server::State::make_room() {
  const auto has_room = [this] { return sessions.size() - leaving < options.max_connections; };
  if (has_room()) return true;
  const auto all = present();
  // Several at once: choosing scans all connections, and many may come quickly.
  const auto wanted = sessions.size() - leaving - options.max_connections + 1 + options.max_connections / 64;
  const auto now = std::chrono::steady_clock::now();
  for (const auto i : choose_evictions(eviction_candidates(all), peer_networks.size(), wanted, now))
    all[i]->abort();
  return has_room();
}

bool Server::State::make_room_for(const Session& session, std::size_t bytes) {
  const auto limit =
      options.max_buffered + (session.eviction_candidate().trusted ? options.max_buffered / 2 : 0);
  if (held + bytes <= limit) return true;
  auto others = present();
  std::erase_if(others, [&](const auto& other) { return other.get() == &session; });
  const auto now = std::chrono::steady_clock::now();
  for (const auto i : choose_evictions_for_bytes(eviction_candidates(others), peer_networks.size(),
                                                 held + bytes - limit, now))
    others[i]->abort();
  return held + bytes <= limit;
}

Server::Server(asio::io_context& io, Site& site, ServerOptions options)
    : state_(std::make_shared<State>(io, site, options)) {}

Server::~Server() {
  state_->stopping = true;
  boost::system::error_code ignored;
  for (auto& acceptor : state_->acceptors) acceptor.close(ignored);
  state_->compressors.join();  // their results go to the io_context, which still exists
}

std::expected<std::uint16_t, std::string> Server::listen(const std::string& host, std::uint16_t port) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error) return std::unexpected("cannot listen on " + host + ": it is not an IP address");
  tcp::acceptor acceptor(state_->io);
  const tcp::endpoint endpoint(address, port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  const auto bound = error ? tcp::endpoint{} : acceptor.local_endpoint(error);
  if (error)
    return std::unexpected("cannot listen on " + host + ":" + std::to_string(port) + ": " + error.message());
  close_on_exec(acceptor.native_handle());
  state_->acceptors.push_back(std::move(acceptor));
  return bound.port();
}

std::expected<HostPort, std::string> Server::adopt(int listening_fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const bool is_socket = ::getsockname(listening_fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!is_socket || (address.ss_family != AF_INET && address.ss_family != AF_INET6))
    return std::unexpected("the inherited descriptor " + std::to_string(listening_fd) +
                           " is not a TCP socket");
  boost::system::error_code error;
  tcp::acceptor acceptor(state_->io);
  acceptor.assign(address.ss_family == AF_INET ? tcp::v4() : tcp::v6(), listening_fd, error);
  const auto bound = error ? tcp::endpoint{} : acceptor.local_endpoint(error);
  if (error) return std::unexpected("the inherited socket cannot be used: " + error.message());
  close_on_exec(listening_fd);
  state_->acceptors.push_back(std::move(acceptor));
  const auto host = bound.address().to_string();
  return HostPort{host.substr(0, host.find('%')), bound.port()};  // without a zone
}

void Server::use_tls(std::shared_ptr<asio::ssl::context> context) {
  state_->tls = std::move(context);
}

bool Server::is_beyond_loopback() const {
  return std::ranges::any_of(state_->acceptors, [](const tcp::acceptor& acceptor) {
    boost::system::error_code error;
    const auto bound = acceptor.local_endpoint(error);
    return !error && !bound.address().is_loopback();
  });
}

void Server::start() {
  state_->on_exchange = on_exchange;
  state_->on_failure = on_failure;
  for (auto& acceptor : state_->acceptors) {
    auto task = accept_all(state_, acceptor);
    asio::co_spawn(state_->io, std::move(task), [state = state_](std::exception_ptr failure) {
      if (failure) state->fail("the listener ended unexpectedly");
    });
  }
}

asio::awaitable<void> Server::shutdown(std::chrono::milliseconds limit) {
  const auto state = state_;
  state->stopping = true;
  boost::system::error_code ignored;
  for (auto& acceptor : state->acceptors) acceptor.close(ignored);
  for (const auto& session : state->present()) session->begin_shutdown();
  state->all_gone.expires_after(limit);
  if (!state->sessions.empty()) static_cast<void>(co_await state->all_gone.async_wait(as_values));
  if (state->sessions.empty()) co_return;
  for (const auto& session : state->present()) session->abort();
  state->all_gone.expires_after(abort_grace);
  if (!state->sessions.empty()) static_cast<void>(co_await state->all_gone.async_wait(as_values));
}

std::size_t Server::connections() const {
  return state_->sessions.size();
}

std::vector<int> inherited_sockets() {
  const char* pid = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  std::vector<int> sockets;
  if (pid == nullptr || count == nullptr || std::strtol(pid, nullptr, 10) != ::getpid()) return sockets;
  const auto many = std::min<long>(std::strtol(count, nullptr, 10), max_inherited);
  for (int i = 0; i < many; ++i) sockets.push_back(first_inherited + i);
  return sockets;
}

}  // namespace understudy::daemon::http
