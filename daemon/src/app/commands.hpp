#pragma once
#include <span>
#include <string>

/// One function per command; each returns the exit status.
namespace understudy::daemon::app {

using Args = std::span<const std::string>;

inline constexpr int bad_usage = 2;

[[nodiscard]] int serve(Args args);
[[nodiscard]] int check(Args args);
[[nodiscard]] int classify_lines(Args args);
[[nodiscard]] int show_token(Args args);

}  // namespace understudy::daemon::app
