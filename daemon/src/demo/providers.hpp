#pragma once
#include <array>
#include <cstddef>
#include <string_view>

#include "scripted_provider/script.hpp"

/// What the demo's three providers serve, and how each behaves; only demo/ includes this.
namespace understudy::daemon::demo {

struct TierName {
  std::string_view provider;
  std::string_view model;
  std::string_view api_key;  ///< of a scripted provider on loopback: not a secret
};

/// The names say that nothing real is behind them.
inline constexpr std::array<TierName, 3> tier_names{
    TierName{"scripted-anthropic", "claude-opus-4-7", "demo-key-1"},
    TierName{"scripted-deepseek", "deepseek-v4-pro", "demo-key-2"},
    TierName{"scripted-ollama", "qwen3-coder", "demo-key-3"},
};

[[nodiscard]] scripted::Script healthy_script(std::size_t tier);

/// The causes of outages, in the order in which the first provider has them; `number` may be any.
[[nodiscard]] scripted::Script outage_script(std::size_t number);

/// The second provider breaks off a few answers, and then goes on.
[[nodiscard]] scripted::Script stumble_script();

}  // namespace understudy::daemon::demo
