#pragma once
#include <boost/asio/awaitable.hpp>
#include <string>

#include "ports/runtime_types.hpp"

namespace understudy::daemon::runtime {

using namespace ports;

/// Ready when something accepts on the port. At most a second.
boost::asio::awaitable<Probe> probe_tcp(std::string host, int port);

/// Ready when a GET is answered with 2xx or 3xx. At most a second.
boost::asio::awaitable<Probe> probe_http(std::string host, int port, std::string path);

}  // namespace understudy::daemon::runtime
