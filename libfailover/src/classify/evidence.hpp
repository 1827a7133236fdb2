#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "classify/plain_text.hpp"
#include "understudy/failover/outcome.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// When the provider says to come back.
struct Wait {
  std::optional<double> delay_s{};  ///< from when the answer arrived
  std::optional<Instant> until{};
  /// Until a limit's window is full again, or as long as the runtime waited. Counts when nothing else is
  /// known.
  std::optional<double> window_s{};
};

/// What a surface says, without anything that a tool, a user or the model may have written.
struct Evidence {
  PlainText text;  ///< codes and messages of the provider or the agent runtime
  std::optional<int> status;
  Wait wait;                        ///< from structured fields
  std::optional<Kind> last_resort;  ///< the runtime's own coarse guess, when nothing else decides
  std::string passed_on{};          ///< what a runtime passed on as a JSON string; the text may point into it
  bool words_count{true};           ///< false: a gateway's page, of which only the status counts

  [[nodiscard]] std::uint8_t status_class() const;
};

/// A verdict that needs no table: success, a page in place of an answer, the agent's own failure. Without one
/// the tables decide on the evidence.
struct Decided {
  Kind kind;
  std::string_view rule;
  std::string_view words{};
  bool ending{false};  ///< how the run ended is part of the evidence
};

[[nodiscard]] std::optional<Decided> read_http(const Outcome& outcome, Evidence& evidence);
[[nodiscard]] std::optional<Decided> read_exception(const Outcome& outcome, Evidence& evidence);
[[nodiscard]] std::optional<Decided> read_stream_json(const Outcome& outcome, Evidence& evidence);
[[nodiscard]] std::optional<Decided> read_cli_text(const Outcome& outcome, Evidence& evidence);

/// Events of the other agents. `known`: the body has such events; else only the words of an error in it are
/// kept, in `passed_on`.
[[nodiscard]] std::optional<Decided> read_agent_events(const Outcome& outcome, Evidence& evidence,
                                                       bool& known);

/// Reads text that the provider or the runtime wrote, with JSON in it or around it.
void read_provider_text(std::string_view text, Evidence& evidence);

/// Adds the agent runtime's own error lines, known by how they begin. False when there are none.
[[nodiscard]] bool read_runtime_lines(std::string_view text, std::optional<int> exit_code,
                                      Evidence& evidence);

/// The same of a member in which only the runtime speaks: there it may begin as it likes, if it speaks of a
/// model.
[[nodiscard]] bool read_own_words(std::string_view words, std::optional<int> exit_code, Evidence& evidence);

/// A status in the places where texts put one: "API Error: 529", "Error code: 401 - ", "(429)", "HTTP 402:".
[[nodiscard]] std::optional<int> status_in_text(std::string_view text);

/// The status of a text that is nothing but its reason phrase, after the names of exceptions:
/// "AI_APICallError: Not Found".
[[nodiscard]] std::optional<int> status_by_reason(std::string_view text);

/// What a status alone means.
struct StatusMeaning {
  Kind kind;
  std::string_view rule;
};
[[nodiscard]] std::optional<StatusMeaning> meaning_of_status(int status);

/// The value of a header; names match in any case.
[[nodiscard]] std::optional<std::string_view> header(const Outcome& outcome, std::string_view name);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
