#pragma once
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace understudy::daemon::http {

/// The token in that file, created at first use: 64 hex digits (256 random bits), mode 0600, written
/// atomically. Wider permissions are narrowed. An empty or short file is an error, never replaced; so is one
/// that another user owns or may write, and thus may know. The error is a sentence naming the file.
[[nodiscard]] std::expected<std::string, std::string> load_or_create_token(const std::filesystem::path& path);
/// Only reads, for `understudyd token`: root may ask for a service's.
[[nodiscard]] std::expected<std::string, std::string> load_token(const std::filesystem::path& path);

/// Compares in constant time. An empty secret matches nothing.
[[nodiscard]] bool constant_time_equal(std::string_view secret, std::string_view presented);

}  // namespace understudy::daemon::http
