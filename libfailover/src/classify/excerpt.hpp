#pragma once
#include <string>
#include <string_view>

namespace understudy::failover {

/// At most 300 bytes of `text` around `at`, on one line, valid UTF-8, without control characters and with
/// anything that looks like a credential masked.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t at);

}  // namespace understudy::failover
