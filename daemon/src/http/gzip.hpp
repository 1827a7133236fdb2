#pragma once
#include <expected>
#include <string>
#include <string_view>

namespace understudy::daemon::http {

/// What a gzip stream holds, at most so many bytes; or a sentence.
[[nodiscard]] std::expected<std::string, std::string> gunzip(std::string_view compressed, std::size_t most);
[[nodiscard]] std::string gzip(std::string_view text);

}  // namespace understudy::daemon::http
