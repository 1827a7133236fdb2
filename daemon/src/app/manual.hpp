#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "app/command_line.hpp"

/// Made from what --help says.
namespace understudy::daemon::app {

/// For man(1).
[[nodiscard]] std::string manual_page(const std::vector<CommandText>& texts);
[[nodiscard]] std::string bash_completion(const std::vector<CommandText>& texts);
[[nodiscard]] std::string zsh_completion(const std::vector<CommandText>& texts);
[[nodiscard]] std::string fish_completion(const std::vector<CommandText>& texts);

/// One of these by its name: bash, zsh, fish or man.
[[nodiscard]] std::string completion_of(std::string_view shell, const std::vector<CommandText>& texts);

}  // namespace understudy::daemon::app
