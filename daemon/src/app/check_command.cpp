#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <utility>

#include "app/command_line.hpp"
#include "app/limits.hpp"
#include "app/provider_keys.hpp"
#include "app/state_dir.hpp"
#include "config/document.hpp"
#include "config/parse.hpp"
#include "config/state_mounts.hpp"
#include "config/tls_files.hpp"

namespace understudy::daemon::app {

namespace {

/// Tiers without a key, as seen from here: the daemon may have another environment.
void check_keys(config::Parsed& parsed) {
  ProviderKeys keys;
  for (const auto& [name, provider] : parsed.config->providers)
    for (const auto& [key, file] : {std::pair("api_key_file", provider.api_key_file),
                                    std::pair("auth_token_file", provider.auth_token_file)}) {
      if (!file) continue;
      auto found = config::read_key_file(*file);
      keys.note(*file, found);
      if (!found.warning.empty())
        parsed.warnings.push_back({fmt::format("/providers/{}/{}", name, key), std::move(found.warning)});
    }
  std::ranges::move(missing_keys(*parsed.config, keys), std::back_inserter(parsed.warnings));
}

}  // namespace

int check(Args args) {
  if (args.size() != 1) {
    std::cerr << "usage: understudyd check FILE\n";
    return bad_usage;
  }
  const auto text = config::read_text(args[0]);
  if (!text) {
    std::cerr << text.error() << '\n';
    return bad_usage;
  }
  auto parsed = config::parse_config(*text);
  config::check_tls_files(parsed);
  if (parsed.config) {
    const auto& named = parsed.config->service.state_dir;
    std::ranges::move(config::mounts_of_state(*parsed.config, named.empty() ? default_state_dir() : named),
                      std::back_inserter(parsed.warnings));
    check_keys(parsed);
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
  if (const auto open = readable_secrets(args[0], has_secrets); !open.empty())
    std::cerr << "warning: " << open << '\n';
  return parsed.errors.empty() ? 0 : bad_usage;
}

}  // namespace understudy::daemon::app
