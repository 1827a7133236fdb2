#include "scripted_provider/command.hpp"

#include <fmt/format.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "http/authority.hpp"
#include "scripted_provider/provider.hpp"

namespace understudy::daemon::scripted {

namespace {

constexpr std::string_view usage =
    "usage: understudyd scripted-provider [--listen 127.0.0.1:0] [--script FILE | --script-json JSON]";

struct Options {
  http::HostPort at{"127.0.0.1", 0};
  Script script{};
};

std::expected<std::string, std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(fmt::format("cannot read the script {}", path));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::expected<Options, std::string> read_options(std::span<const std::string> args) {
  Options options;
  std::expected<std::string, std::string> script_text = "{}";
  for (std::size_t i = 0; i < args.size(); i += 2) {
    if (args[i] != "--listen" && args[i] != "--script" && args[i] != "--script-json")
      return std::unexpected(fmt::format("unknown option {}\n{}", args[i], usage));
    if (i + 1 == args.size()) return std::unexpected(fmt::format("{} needs a value\n{}", args[i], usage));
    if (args[i] == "--script") script_text = read_file(args[i + 1]);
    if (args[i] == "--script-json") script_text = args[i + 1];
    if (args[i] != "--listen") continue;
    auto at = http::parse_host_port(args[i + 1]);
    if (!at) return std::unexpected(at.error());
    options.at = std::move(*at);
  }
  if (!script_text) return std::unexpected(script_text.error());
  auto script = parse_script(*script_text);
  if (!script) return std::unexpected(script.error());
  options.script = std::move(*script);
  return options;
}

}  // namespace

int scripted_provider_main(std::span<const std::string> args) {
  auto options = read_options(args);
  if (!options) {
    fmt::print(stderr, "{}\n", options.error());
    return 2;
  }
  boost::asio::io_context io(1);
  Provider provider(io, std::move(options->script));
  const auto port = provider.listen(options->at.host, options->at.port);
  if (!port) {
    fmt::print(stderr, "{}\n", port.error());
    return 1;
  }
  const bool is_v6 = options->at.host.find(':') != std::string::npos;
  fmt::print("listening on http://{}:{}\n", is_v6 ? fmt::format("[{}]", options->at.host) : options->at.host,
             *port);
  std::fflush(stdout);
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code, int) { provider.stop(); });
  io.run();
  return 0;
}

}  // namespace understudy::daemon::scripted
