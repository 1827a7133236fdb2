#include "scripted_provider/command.hpp"

#include <fmt/format.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "scripted_provider/provider.hpp"

namespace understudy::daemon::scripted {

namespace {

std::expected<std::string, std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(fmt::format("cannot read the script {}", path));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::expected<Script, std::string> read_script(const ProviderArguments& arguments) {
  if (!arguments.script_json.empty()) return parse_script(arguments.script_json);
  if (arguments.script_file.empty()) return Script{};
  const auto text = read_file(arguments.script_file);
  if (!text) return std::unexpected(text.error());
  return parse_script(*text);
}

}  // namespace

int scripted_provider_main(const ProviderArguments& arguments) {
  auto script = read_script(arguments);
  if (!script) {
    fmt::print(stderr, "{}\n", script.error());
    return 2;
  }
  boost::asio::io_context io(1);
  Provider provider(io, std::move(*script));
  const auto port = provider.listen(arguments.at.host, arguments.at.port);
  if (!port) {
    fmt::print(stderr, "{}\n", port.error());
    return 1;
  }
  const bool is_v6 = arguments.at.host.find(':') != std::string::npos;
  fmt::print("listening on http://{}:{}\n",
             is_v6 ? fmt::format("[{}]", arguments.at.host) : arguments.at.host, *port);
  std::fflush(stdout);
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code, int) { provider.stop(); });
  io.run();
  return 0;
}

}  // namespace understudy::daemon::scripted
