#include "agents/command.hpp"

#include <algorithm>

#include "agents/exit_code.hpp"

namespace understudy::daemon::agents {

void CommandAdapter::read_output(std::string_view bytes) {
  // A little more than the limit, so that the cut does not fall inside a character.
  const auto room = longest_answer + 4 - answer_.size();
  answer_.append(bytes.substr(0, room));
  output_.append(bytes);
}

void CommandAdapter::read_errors(std::string_view bytes) {
  errors_.append(bytes);
}

/// The end of both streams. Errors come last and have half of the room at least; either may use what the
/// other leaves.
std::string CommandAdapter::last_words() const {
  constexpr auto half = max_evidence / 2;
  const auto for_output =
      std::min(output_.size(), std::max(half, max_evidence - std::min(errors_.size(), max_evidence)));
  std::string words = valid_utf8(trimmed(output_.newest(for_output)));
  const auto errors = valid_utf8(trimmed(errors_.newest(max_evidence - for_output)));
  if (!words.empty() && !errors.empty()) words += '\n';
  words += errors;
  return words;
}

Reading CommandAdapter::finish(const ProcessEnd& end) {
  Reading reading;
  reading.outcome.provider = provider_;
  reading.outcome.surface = failover::Surface::cli_text;
  reading.outcome.body = last_words();
  reading.outcome.exit_code = exit_code_of(end);
  if (reading.outcome.exit_code == 0) reading.output = valid_utf8(trimmed(head_of(answer_, longest_answer)));
  return reading;
}

}  // namespace understudy::daemon::agents
