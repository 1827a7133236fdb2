#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>

namespace understudy::failover::agents {

/// What one line of Claude Code's stream-json output says about the provider, as a line of the same shape
/// with only the members that a judgement can rest on; nothing when it says nothing. Only what the CLI itself
/// wrote comes through: no tool's output, no tool's input, no word of the model (the `result` text of a run
/// that went well is the model's). Line shapes: https://code.claude.com/docs/en/headless, and captures of
/// versions 2.0 to 2.1.
[[nodiscard]] std::optional<std::string> evidence_in(const boost::json::object& line);

/// The CLI wrote this assistant line in the model's place, because a call failed.
[[nodiscard]] bool is_api_error(const boost::json::object& line);

}  // namespace understudy::failover::agents
