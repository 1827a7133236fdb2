#pragma once
#include <expected>
#include <string>
#include <string_view>

namespace understudy::daemon::http {

/// Decompresses to at most `max` bytes; else a sentence.
[[nodiscard]] std::expected<std::string, std::string> gunzip(std::string_view compressed, std::size_t max);
[[nodiscard]] std::string gzip(std::string_view text);

}  // namespace understudy::daemon::http
