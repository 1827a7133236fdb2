#pragma once
#include <expected>
#include <string>

namespace understudy::daemon::runtime {

/// What a task may have left for the next one (`work`, `home`) is taken out of the way at once, and deleted
/// in the background. An error is a sentence.
[[nodiscard]] std::expected<void, std::string> set_aside(const std::string& agent_dir);
/// What earlier runs of the daemon did not finish deleting.
void delete_what_was_set_aside(const std::string& agent_dir);

}  // namespace understudy::daemon::runtime
