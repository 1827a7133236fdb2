#pragma once
#include <optional>
#include <string>
#include <string_view>

/// What an agent, its runtime or its provider wrote is for the operator and for viewers, as transcripts are.
/// For anybody else the name of a rule or a kind stands in its place.
namespace understudy::daemon::wire {

/// The detail of an event, with names in place of words; nothing when it has none. `type` is the event's.
[[nodiscard]] std::optional<std::string> without_words(std::string_view detail, std::string_view type);

/// "reviewer ① → ②: 401 auth_error" stays, "reviewer could not start: exec: no such file" ends at the colon.
[[nodiscard]] std::string plain_sentence(std::string_view sentence);

/// The metadata of an attempt and of a task of ours: what the daemon itself says there, and masks.
[[nodiscard]] std::string attempt_metadata_without_words(std::string_view metadata);
[[nodiscard]] std::string task_metadata_without_words(std::string_view metadata);

/// An event as JSON, {"id","type",…}.
[[nodiscard]] std::string event_without_words(std::string_view envelope);

}  // namespace understudy::daemon::wire
