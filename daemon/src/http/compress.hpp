#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "http/types.hpp"

namespace understudy::daemon::http {

/// JSON for a client that accepts gzip. For one on this machine only large answers are compressed: over an
/// SSH tunnel it may be far away, but a small answer costs more to compress than to send.
[[nodiscard]] bool should_compress(const Request& request, const Response& response, bool peer_is_local);

/// Compresses the body on a thread of the pool; the caller's goes on with other requests.
[[nodiscard]] boost::asio::awaitable<void> compress(Response& response, boost::asio::thread_pool& pool);

}  // namespace understudy::daemon::http
