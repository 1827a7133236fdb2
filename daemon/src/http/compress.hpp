#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "http/types.hpp"

namespace understudy::daemon::http {

/// JSON that its reader takes as gzip. A reader on this machine gets only large answers so: what it reads
/// over an SSH tunnel may come a long way, but a small answer costs more packed than sent.
[[nodiscard]] bool should_compress(const Request& request, const Response& response, bool from_here);

/// Packs the body, on a thread of the pool: the caller's goes on with other requests.
[[nodiscard]] boost::asio::awaitable<void> compress(Response& response, boost::asio::thread_pool& pool);

}  // namespace understudy::daemon::http
