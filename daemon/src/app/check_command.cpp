#include <iostream>

#include "app/commands.hpp"
#include "app/limits.hpp"
#include "config/document.hpp"
#include "config/parse.hpp"

namespace understudy::daemon::app {

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
  const auto parsed = config::parse_config(*text);
  for (const auto& [path, reason] : parsed.errors)
    std::cout << (path.empty() ? "/" : path) << ": " << reason << '\n';
  for (const auto& [path, reason] : parsed.warnings)
    std::cerr << "warning: " << path << ": " << reason << '\n';
  if (parsed.config)
    if (const auto few = too_few_open_files(*parsed.config, most_open_files()))
      std::cerr << "warning: " << *few << '\n';
  return parsed.errors.empty() ? 0 : bad_usage;
}

}  // namespace understudy::daemon::app
