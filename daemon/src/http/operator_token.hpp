#pragma once
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace understudy::daemon::http {

/// The token in that file, made at first use: 64 hex digits (256 random bits), mode 0600, written atomically.
/// Wider permissions are narrowed. An empty or short file is an error, never replaced; so is one of another
/// user, or that others may write: whoever laid it there knows it.
/// Errors: a sentence naming the file.
[[nodiscard]] std::expected<std::string, std::string> load_or_create_token(const std::filesystem::path& path);
/// Reads only, to tell it (`understudyd token`): root may ask for a service's.
[[nodiscard]] std::expected<std::string, std::string> load_token(const std::filesystem::path& path);

/// Takes the same time wherever the first difference is. An empty secret matches nothing.
[[nodiscard]] bool same_secret(std::string_view secret, std::string_view presented);

}  // namespace understudy::daemon::http
