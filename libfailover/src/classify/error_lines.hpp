#pragma once
#include <string_view>

#include "classify/plain_text.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// A line without the bullets, prompts and wrappers that terminals and harnesses put before the runtime's
/// words.
[[nodiscard]] std::string_view undecorated(std::string_view plain);

/// "429toomanyrequests".
[[nodiscard]] bool starts_with_status(std::string_view plain);

/// Length of "Error:", "429" or whatever else says that an error follows; 0: nothing does.
[[nodiscard]] std::size_t error_prefix(std::string_view plain);

/// How runtimes begin lines below their error: hints, totals, causes.
[[nodiscard]] bool hint(std::string_view plain);

/// Whether a line below an error belongs to it: indented, decorated, a JSON body, a hint, a row of totals. A
/// plain line shows that the error is in the middle of someone else's log.
[[nodiscard]] bool below_an_error(std::string_view line, std::string_view plain);

/// An error that speaks of a model, when it is all that was printed, or all that follows a banner: agents
/// print their provider's sentence so, with a trace of the stack below it or not. Empty: there is none.
[[nodiscard]] std::string_view lone_error(std::string_view text);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
