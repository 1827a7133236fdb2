#pragma once
#include <functional>
#include <string>
#include <vector>

#include "config/parse.hpp"

namespace understudy::daemon::app {

/// Whether a program can be run: by its path, or by its name in a PATH.
using HasProgram = std::function<bool(const std::string& program, const std::string& search_path)>;
[[nodiscard]] bool has_program(const std::string& program, const std::string& search_path);

/// PATH of agents that have none of their own: they find their CLI where the operator has it.
[[nodiscard]] std::string search_path();

/// Warnings: agents whose program is not on this machine. What runs in an image is not looked for.
[[nodiscard]] std::vector<config::Problem> missing_commands(const config::Config& config,
                                                            const std::string& search_path,
                                                            const HasProgram& has);

}  // namespace understudy::daemon::app
