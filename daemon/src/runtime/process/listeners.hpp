#pragma once
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Who listens on a port of this machine.
namespace understudy::daemon::runtime {

/// Inodes of the sockets that a connection to 127.0.0.1:`port` can reach, out of /proc/net/tcp and tcp6. A
/// socket on that very address comes before one on all, and one of IPv4 before one of IPv6.
[[nodiscard]] std::vector<std::uint64_t> listeners_on(int port, std::string_view tcp, std::string_view tcp6);

/// `root` and all that came of it.
[[nodiscard]] std::vector<pid_t> process_tree(pid_t root);

/// One of ours has such a socket open.
[[nodiscard]] bool holds_any(const std::vector<pid_t>& processes, const std::vector<std::uint64_t>& sockets);

/// Empty when nobody listens there, or only processes of that tree do; else who does, "held by another
/// process (4711, python3)", or why that cannot be said.
[[nodiscard]] std::string stranger_on(int port, pid_t tree);

}  // namespace understudy::daemon::runtime
