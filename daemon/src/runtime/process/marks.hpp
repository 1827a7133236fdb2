#pragma once
#include <functional>
#include <string>
#include <string_view>

/// Processes of an instance are known by a variable of their environment, whoever their parent is by now.
namespace understudy::daemon::runtime {

inline constexpr std::string_view mark_variable = "UNDERSTUDY_INSTANCE_RUN";

/// "<run>:" for a main process, "<run>:<attempt>" for a task.
[[nodiscard]] std::string mark_of(std::string_view run, std::string_view attempt = {});

/// What a mark was made of.
struct Marked {
  std::string_view run;
  std::string_view attempt;
};

struct KillPass {
  std::size_t killed{0};
  bool saw_all{true};  ///< false: some processes could not be looked at, and may be doomed too
};

/// One pass over all processes: kills those whose mark is doomed.
KillPass kill_marked(const std::function<bool(const Marked&)>& doomed);

}  // namespace understudy::daemon::runtime
