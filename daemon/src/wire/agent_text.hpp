#pragma once
#include <optional>
#include <string>
#include <string_view>

/// What an agent, its runtime or its provider wrote is for operators and viewers only, as transcripts are.
/// All others get the name of a rule or a kind instead.
namespace understudy::daemon::wire {

/// The detail of an event with names instead of agents' text; nothing when it has none. `type` is the
/// event's.
[[nodiscard]] std::optional<std::string> without_agent_text(std::string_view detail, std::string_view type);

/// "reviewer ① → ②: 401 auth_error" stays; "reviewer could not start: exec: no such file" is cut at the
/// colon.
[[nodiscard]] std::string sentence_without_agent_text(std::string_view sentence);

/// The metadata of a managed attempt or task: what the daemon itself wrote, and masks for the rest.
[[nodiscard]] std::string attempt_metadata_without_agent_text(std::string_view metadata);
[[nodiscard]] std::string task_metadata_without_agent_text(std::string_view metadata);

/// An event as JSON, {"id","type",…}.
[[nodiscard]] std::string event_without_agent_text(std::string_view envelope);

}  // namespace understudy::daemon::wire
