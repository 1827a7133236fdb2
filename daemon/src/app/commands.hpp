#pragma once
#include "app/command_line.hpp"

/// One function per command; each returns the exit status.
namespace understudy::daemon::app {

[[nodiscard]] int serve(const ServeOptions& options);
[[nodiscard]] int check(const CheckOptions& options);
[[nodiscard]] int doctor(const DoctorOptions& options);
[[nodiscard]] int show_token(TokenOptions options);
[[nodiscard]] int backup(const BackupOptions& options);
[[nodiscard]] int restore(const RestoreOptions& options);
[[nodiscard]] int classify_lines();

}  // namespace understudy::daemon::app
