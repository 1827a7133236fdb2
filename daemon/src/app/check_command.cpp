#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>

#include "app/agent_commands.hpp"
#include "app/commands.hpp"
#include "app/limits.hpp"
#include "app/provider_keys.hpp"
#include "app/state_dir.hpp"
#include "config/document.hpp"
#include "config/parse.hpp"
#include "config/state_mounts.hpp"
#include "config/tls_files.hpp"

namespace understudy::daemon::app {

int check(const CheckOptions& options) {
  const auto text = config::read_text(options.file);
  if (!text) {
    std::cerr << text.error() << '\n';
    return bad_usage;
  }
  auto parsed = config::parse_config(*text);
  config::check_tls_files(parsed);
  const auto warn = [&parsed](std::vector<config::Problem> more) {
    std::ranges::move(more, std::back_inserter(parsed.warnings));
  };
  if (parsed.config) {
    // As seen from here: the daemon may have another environment.
    const auto& config = *parsed.config;
    auto state_dir = options.state_dir.empty() ? config.service.state_dir : options.state_dir;
    if (state_dir.empty()) state_dir = default_state_dir();
    warn(config::mounts_of_state(config, state_dir));
    ProviderKeys keys;
    warn(read_key_files(config, keys));
    warn(missing_keys(config, keys));
    warn(missing_commands(config, search_path(), has_program));
  }
  for (const auto& [path, reason] : parsed.errors)
    std::cout << (path.empty() ? "/" : path) << ": " << reason << '\n';
  for (const auto& [path, reason] : parsed.warnings)
    std::cerr << "warning: " << path << ": " << reason << '\n';
  if (parsed.config)
    if (const auto few = too_few_open_files(*parsed.config, max_open_files()))
      std::cerr << "warning: " << *few << '\n';
  std::vector<config::Problem> none;
  const auto document = config::parse_document(*text, none);
  const bool has_secrets = document && !config::secrets_of(*document).empty();
  if (const auto open = readable_secrets(options.file, has_secrets); !open.empty())
    std::cerr << "warning: " << open << '\n';
  if (!parsed.errors.empty()) return bad_usage;
  const auto& config = *parsed.config;
  const auto count = [](std::size_t n, std::string_view what) {
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
  };
  std::cout << fmt::format("{}: no problems; {}, {}\n", options.file,
                           count(config.providers.size(), "provider"),
                           count(config.agent_types.size(), "agent type"));
  return 0;
}

}  // namespace understudy::daemon::app
