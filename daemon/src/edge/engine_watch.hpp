#pragma once
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <string>

#include "fleet/message.hpp"
#include "ports/runtime.hpp"

namespace understudy::daemon::edge {

using Post = std::function<void(fleet::What)>;

/// Follows one engine until cancelled: its events, and a full listing at each connection and every
/// `reconcile_every`, because events can be lost and a listing cannot.
boost::asio::awaitable<void> watch_engine(ports::Runtime& runtime, std::string owner, Post post,
                                          std::chrono::milliseconds reconcile_every);

}  // namespace understudy::daemon::edge
