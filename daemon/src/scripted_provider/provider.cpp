#include "scripted_provider/provider.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "scripted_provider/provider_state.hpp"

namespace understudy::daemon::scripted {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

asio::awaitable<void> accept_all(std::shared_ptr<Provider::State> state) {
  for (;;) {
    auto accepted = state->acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    auto [error, socket] = co_await std::move(accepted);
    if (!state->acceptor.is_open()) co_return;
    if (!error) {
      serve_connection(std::move(socket), state);
      continue;
    }
    asio::steady_timer rest(state->acceptor.get_executor(),
                            std::chrono::milliseconds{50});  // out of descriptors
    auto waiting = rest.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await std::move(waiting);
  }
}

}  // namespace

Provider::Provider(asio::io_context& io, Script script)
    : state_(std::make_shared<State>(io, std::move(script))) {}

Provider::~Provider() {
  stop();
}

std::expected<std::uint16_t, std::string> Provider::listen(const std::string& host, std::uint16_t port) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error) return std::unexpected(fmt::format("'{}' is not an IP address to listen on", host));
  const tcp::endpoint endpoint(address, port);
  auto& acceptor = state_->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    return std::unexpected(fmt::format("cannot listen on {}:{}: {}", host, port, error.message()));
  }
  asio::co_spawn(acceptor.get_executor(), accept_all(state_), asio::detached);
  return acceptor.local_endpoint().port();
}

void Provider::stop() {
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
  for (auto* socket : state_->open) socket->close(ignored);
}

void Provider::set_script(Script script) {
  state_->script = std::move(script);
}

std::vector<SeenRequest> Provider::requests() const {
  return {state_->seen.begin(), state_->seen.end()};
}

std::size_t Provider::connections() const {
  return state_->open.size();
}

}  // namespace understudy::daemon::scripted
