#pragma once
#include <string>
#include <string_view>

#include "understudy/failover/version.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// At most 300 bytes of `text` around `at`, on one line, valid UTF-8, without control characters and with
/// anything that looks like a credential masked.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t at);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
