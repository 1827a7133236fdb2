#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agents/trace.hpp"
#include "understudy/failover/outcome.hpp"

/// How the output of an agent's process is read. One adapter for each agent CLI.
namespace understudy::daemon::agents {

/// How the process ended, as the spool says.
struct ProcessEnd {
  bool lost{false};  ///< gone without a status
  std::optional<int> exit_code{};
  std::optional<int> signal{};
};

/// What a finished run amounts to.
struct Reading {
  failover::Outcome outcome{};
  std::optional<failover::Usage> usage{};  ///< absent: the agent did not say
  std::optional<std::string> output{};     ///< the agent's answer; absent when it failed
  bool awaiting_provider{false};           ///< its last words were an API call that had no answer yet
  Trace trace{};                           ///< the calls it made; none when its output does not tell
};

/// Reads one run as it comes, in bounded memory however long it is; the spool keeps the whole.
class Adapter {
 public:
  virtual ~Adapter() = default;
  virtual void read_output(std::string_view bytes) = 0;  ///< any pieces, in order
  virtual void read_errors(std::string_view bytes) = 0;
  [[nodiscard]] virtual Reading finish(const ProcessEnd& end) = 0;

  /// When what is read next was written, as far as one knows. Unix seconds.
  void set_now(double now) { now_ = now; }

 protected:
  [[nodiscard]] double now() const { return now_; }

 private:
  double now_{0};
};

/// "claude-code" or "command"; nullptr for a name that runs nothing ("external").
[[nodiscard]] std::unique_ptr<Adapter> make_adapter(std::string_view name, std::string provider);

}  // namespace understudy::daemon::agents
