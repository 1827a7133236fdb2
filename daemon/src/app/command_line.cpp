#include "app/command_line.hpp"

#include <cstdlib>

#include "http/authority.hpp"

namespace understudy::daemon::app {

const char* const usage =
    "usage: understudyd serve [--config FILE] [--listen ADDR:PORT] [--state-dir DIR] [--demo]\n"
    "                        [--store-scan-debounce-s N]  seconds between checks for overdue attempts\n"
    "       understudyd check FILE             lists every problem of a configuration\n"
    "       understudyd classify               reads outcomes from stdin, prints verdicts, one per line\n"
    "       understudyd token [--state-dir DIR]  prints the operator token\n"
    "       understudyd token --role operator|viewer|store --name NAME [--expires 30d] [--state-dir DIR]\n"
    "                                          has the running daemon create a named token, shown only once\n"
    "       understudyd agent                  the demo agent: prompt on stdin, stream-json on stdout\n"
    "       understudyd scripted-provider [--listen ADDR:PORT] [--script FILE]\n"
    "       understudyd --version\n";

std::expected<ServeOptions, std::string> parse_serve(Args args) {
  ServeOptions options;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const auto& arg = args[i];
    if (arg == "--demo") {
      options.demo = true;
      continue;
    }
    if (arg != "--config" && arg != "--listen" && arg != "--state-dir" && arg != "--store-scan-debounce-s")
      return std::unexpected("unknown option '" + arg + "'");
    if (++i == args.size() || args[i].empty()) return std::unexpected(arg + " needs a value");
    if (arg == "--config") options.config_path = args[i];
    if (arg == "--state-dir") options.state_dir = args[i];
    if (arg == "--store-scan-debounce-s") {
      char* end = nullptr;
      options.store_scan_debounce_s = std::strtod(args[i].c_str(), &end);
      if (*end != '\0' || !(options.store_scan_debounce_s >= 0 && options.store_scan_debounce_s <= 3600))
        return std::unexpected(arg + " needs seconds from 0 to 3600, got '" + args[i] + "'");
    }
    if (arg == "--listen") {
      const auto address = http::parse_host_port(args[i]);
      if (!address) return std::unexpected("--listen needs ADDR:PORT, got '" + args[i] + "'");
      options.listen_host = address->host;
      options.listen_port = address->port;
    }
  }
  if (options.demo && !options.config_path.empty())
    return std::unexpected("--demo has its own configuration");
  return options;
}

std::string default_state_dir() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state == '/')
    return std::string(state) + "/understudy";
  const char* home = std::getenv("HOME");
  return std::string(home && *home ? home : "/root") + "/.local/state/understudy";
}

}  // namespace understudy::daemon::app
