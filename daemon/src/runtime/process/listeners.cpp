#include "runtime/process/listeners.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "runtime/files.hpp"

namespace understudy::daemon::runtime {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view listening = "0A";

/// How well an address serves 127.0.0.1; the smaller the better, -1 not at all. As the kernel prints it.
int rank_of(std::string_view address) {
  if (address == "0100007F") return 0;
  if (address == "00000000") return 1;
  if (address == "0000000000000000FFFF00000100007F") return 2;
  if (address == "00000000000000000000000000000000") return 3;
  return -1;
}

struct Listener {
  int rank;
  std::uint64_t inode;
};

void read_table(std::string_view table, int port, std::vector<Listener>& found) {
  std::istringstream lines{std::string(table)};
  const auto wanted = fmt::format(":{:04X}", port);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::array<std::string, 10> field;
    for (auto& one : field) fields >> one;
    if (field[3] != listening || !field[1].ends_with(wanted)) continue;
    const int rank = rank_of(std::string_view(field[1]).substr(0, field[1].size() - wanted.size()));
    std::uint64_t inode = 0;
    std::from_chars(field[9].data(), field[9].data() + field[9].size(), inode);
    if (rank >= 0 && inode != 0) found.push_back({rank, inode});
  }
}

/// The inodes of a process's sockets, told one by one until somebody says true.
bool any_socket(pid_t pid, const std::function<bool(std::uint64_t)>& is_it) {
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator(fmt::format("/proc/{}/fd", pid), gone)) {
    std::error_code closed;
    const auto target = fs::read_symlink(entry.path(), closed).string();
    if (!target.starts_with("socket:[")) continue;
    std::uint64_t inode = 0;
    std::from_chars(target.data() + 8, target.data() + target.size(), inode);
    if (is_it(inode)) return true;
  }
  return false;
}

bool holds(pid_t pid, std::uint64_t socket) {
  return any_socket(pid, [socket](std::uint64_t inode) { return inode == socket; });
}

std::string describe_holder(std::uint64_t socket) {
  std::string holder = "held by a process of another user";
  for_each_process([&](pid_t pid) {
    if (!holds(pid, socket)) return true;
    auto name = read_proc(fmt::format("/proc/{}/comm", pid), 64).value_or("?");
    while (name.ends_with('\n')) name.pop_back();
    holder = fmt::format("held by another process ({}, {})", pid, name);
    return false;
  });
  return holder;
}

}  // namespace

std::vector<std::uint64_t> listeners_on(int port, std::string_view tcp, std::string_view tcp6) {
  std::vector<Listener> found;
  read_table(tcp, port, found);
  read_table(tcp6, port, found);
  const auto best = std::ranges::min_element(found, {}, &Listener::rank);
  std::vector<std::uint64_t> inodes;
  for (const auto& one : found)
    if (one.rank == best->rank) inodes.push_back(one.inode);
  return inodes;
}

std::vector<pid_t> process_tree(pid_t root) {
  std::vector<pid_t> tree{root};
  for (std::size_t at = 0; at < tree.size(); ++at)
    for (const pid_t child : children_of(tree[at])) tree.push_back(child);
  return tree;
}

bool holds_any(const std::vector<pid_t>& processes, const std::vector<std::uint64_t>& sockets) {
  return std::ranges::any_of(processes, [&](pid_t pid) {
    return any_socket(
        pid, [&](std::uint64_t inode) { return std::ranges::find(sockets, inode) != sockets.end(); });
  });
}

std::string stranger_on(int port, pid_t tree) {
  constexpr std::size_t enough = 4 << 20;  // listening sockets come first
  const auto table = read_proc("/proc/net/tcp", enough);
  if (!table) return "not to be judged: " + describe(table.error(), "/proc/net/tcp");
  const auto sockets = listeners_on(port, *table, read_proc("/proc/net/tcp6", enough).value_or(""));
  if (sockets.empty()) return {};
  const auto ours = process_tree(tree);
  for (const auto socket : sockets)
    if (!holds_any(ours, {socket})) return describe_holder(socket);
  return {};
}

}  // namespace understudy::daemon::runtime
