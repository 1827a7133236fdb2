#include "agents/command.hpp"

#include <algorithm>

#include "characters.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

void CommandReader::read_output(std::string_view bytes) {
  // A little more than the limit, so that the cut does not fall inside a character.
  const auto room = max_answer + 4 - answer_.size();
  answer_.append(bytes.substr(0, room));
  output_.append(bytes);
}

void CommandReader::read_errors(std::string_view bytes) {
  errors_.append(bytes);
}

/// The ends of both streams, errors last. Each has at least half of the room, and what the other leaves.
std::string CommandReader::last_words() const {
  constexpr auto half = max_evidence / 2;
  const auto for_output =
      std::min(output_.size(), std::max(half, max_evidence - std::min(errors_.size(), max_evidence)));
  std::string words = valid_utf8(trimmed(output_.newest(for_output)));
  const auto errors = valid_utf8(trimmed(errors_.newest(max_evidence - for_output)));
  if (!words.empty() && !errors.empty()) words += '\n';
  words += errors;
  return words;
}

RunResult CommandReader::finish(const ExitStatus& status) {
  RunResult result;
  result.outcome.provider = provider_;
  result.outcome.surface = Surface::cli_text;
  result.outcome.body = last_words();
  result.outcome.exit_code = status.shell_code();
  if (result.outcome.exit_code == 0) result.output = valid_utf8(trimmed(head_of(answer_, max_answer)));
  return result;
}

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
