#pragma once
#include <string>
#include <string_view>

namespace understudy::daemon::config {

/// What is wrong with the path of a tmpfs, or nothing.
[[nodiscard]] std::string tmpfs_path_problem(std::string_view path);
/// What is wrong with its mount options, or nothing.
[[nodiscard]] std::string tmpfs_options_problem(std::string_view options);

}  // namespace understudy::daemon::config
