#pragma once
#include <optional>
#include <string>

#include "json/view.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

/// What a line of Claude Code's stream-json output says about the provider, if anything: a line of the same
/// shape with only the members that classify() reads. Only what the CLI itself wrote comes through, never the
/// output or input of a tool or the model's words (such as the `result` of a successful run). Shapes of
/// lines: https://code.claude.com/docs/en/headless, and captures of versions 2.0 to 2.1.
[[nodiscard]] std::optional<std::string> evidence_in(json::View line);

/// The CLI wrote this assistant line in the model's place, because a call failed.
[[nodiscard]] bool is_api_error(json::View line);

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
