#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "understudy/failover/outcome.hpp"
#include "understudy/failover/time.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// How a process ended. Neither is set when it is gone without a status.
struct ExitStatus {
  std::optional<int> exit_code{};
  std::optional<int> signal{};

  /// As a shell reports it: 128 plus the number of the signal.
  [[nodiscard]] std::optional<int> shell_code() const { return signal ? 128 + *signal : exit_code; }
};

/// One call that a run made, to a model or to a tool. Times are Unix seconds.
struct TracedCall {
  int number{0};  ///< from 1, in the order in which calls began
  int parent{0};  ///< the tool call that a subagent works for; 0: the run itself
  std::string name{};
  std::optional<double> start{}, end{};  ///< no end: the run ended first
  bool failed{false};
  std::string error{};  ///< why it failed, in one line
  /// Under the names that OpenTelemetry gives them.
  std::vector<std::pair<std::string, std::variant<std::int64_t, std::string>>> attributes{};
};

/// What a finished run reported.
struct RunResult {
  Outcome outcome{};                    ///< for classify(); without usage when the agent reported none
  std::optional<std::string> output{};  ///< the agent's answer; absent when it failed
  std::vector<TracedCall> calls{};      ///< empty when the output does not show them
};

/// How a run stands with its provider, as far as its output shows it.
struct RunSigns {
  bool answered{false};                        ///< the provider was seen to answer: content or tokens
  std::optional<Duration> unanswered_since{};  ///< a call has no answer yet; each piece of one counts anew
  bool retrying{false};                        ///< the last that was said: a call failed and is tried again
};

/// Reads what an agent's process prints, as it grows or afterwards. Memory is bounded, however long the run.
class AgentReader {
 public:
  virtual ~AgentReader() = default;
  virtual void read_output(std::string_view bytes) = 0;  ///< stdout, in pieces of any size
  virtual void read_errors(std::string_view bytes) = 0;  ///< stderr
  [[nodiscard]] virtual RunResult finish(const ExitStatus& status) = 0;
  /// At any time, also after finish(). A reader that cannot tell has none.
  [[nodiscard]] virtual RunSigns signs() const { return {}; }

  /// When the output that is read next was written: in Unix seconds for the times of calls, and by a clock
  /// that is never set for `unanswered_since`.
  void set_now(double now, Duration uptime = {}) {
    now_ = now;
    uptime_ = uptime;
  }

 protected:
  [[nodiscard]] double now() const { return now_; }
  [[nodiscard]] Duration uptime() const { return uptime_; }

 private:
  double now_{0};
  Duration uptime_{0};
};

/// "claude-code": `claude -p --output-format stream-json --verbose`, best with `--include-partial-messages`:
/// without it, an answer that breaks off in the middle is not seen to be unfinished. "command": any program;
/// exit 0 is success and its stdout the answer. nullptr for other names.
[[nodiscard]] std::unique_ptr<AgentReader> make_agent_reader(std::string_view name, std::string provider);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
