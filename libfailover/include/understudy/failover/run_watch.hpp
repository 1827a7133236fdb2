#pragma once
#include <optional>

#include "understudy/failover/agent_reader.hpp"
#include "understudy/failover/time.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// Decides what the signs of a run mean while it goes on. Times are of the clock that AgentReader is given.
class RunWatch {
 public:
  /// A call that nobody answered for so long when the run had to end was the provider's to answer.
  static constexpr Duration unanswered_enough{60'000};

  /// `silence`: how long a run may say nothing while a call is unanswered; 0: for ever. `answered`: told
  /// before.
  RunWatch(Duration silence, bool answered, Duration now);

  void on_output(Duration now);     ///< on either stream, whatever it says
  void on_end_asked(Duration now);  ///< somebody told it to end; the first time counts

  /// True once, when its provider was seen to answer.
  [[nodiscard]] bool tells_answer(const RunSigns& signs);
  /// True when it has been silent for too long, and again now and then while it stays so.
  [[nodiscard]] bool tells_silence(const RunSigns& signs, Duration now);
  /// When to ask for its silence, unless something is said before.
  [[nodiscard]] std::optional<Duration> silence_due(const RunSigns& signs) const;

  [[nodiscard]] bool answered() const { return answered_; }
  /// Its end was its provider's fault, if it was only ended for taking too long.
  [[nodiscard]] bool provider_hung(const RunSigns& signs, Duration ended) const;

 private:
  Duration silence_;
  bool answered_;
  Duration due_;  ///< of a silence that begins with the last output, or goes on
  std::optional<Duration> end_asked_{};
};

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
