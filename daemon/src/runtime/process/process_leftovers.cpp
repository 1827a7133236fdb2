// Ends what belongs to no living instance or task of ours, and in the end all that does.
#include <fmt/format.h>
#include <signal.h>

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runtime/process/instance.hpp"
#include "runtime/process/marks.hpp"
#include "runtime/spool.hpp"

namespace understudy::daemon::runtime {

namespace asio = boost::asio;
using namespace std::chrono_literals;

std::string ProcessRuntime::group_for(const std::string& run, const std::string& part,
                                      const InstanceSpec* limited) const {
  if (!groups_) return {};
  const GroupLimits limits =
      limited ? GroupLimits{limited->containment.pids_limit, limited->memory_mb} : GroupLimits{};
  if (groups_->make(run, limits).empty()) return {};
  return groups_->make(run + "/" + part);
}

Launch ProcessRuntime::confined(const Launch& inner, const ProcessRecord& record,
                                const std::string& verb) const {
  Launch launch{{settings_.shim_path, verb, "--cwd", inner.workdir}, inner.env, "/", {}};
  const auto options = options_for(bounds(), record, "", inner.command, {});
  auto& words = launch.command;
  words.insert(words.end(), options.begin(), options.end());
  words.push_back("--");
  words.insert(words.end(), inner.command.begin(), inner.command.end());
  return launch;
}

/// Whether it belongs to a run of ours that is over, or to an attempt that is.
bool ProcessRuntime::is_left_over(const std::string& run, const std::string& attempt) const {
  const auto instance = find(run);
  if (!instance) return false;
  if (!instance->runs()) return true;
  if (attempt.empty() || attempt == "main") return false;
  const auto phase =
      look_at_spool(fmt::format("{}/spool/{}", instance->record.spec.agent_dir, attempt)).phase;
  return phase == TaskPhase::finished || phase == TaskPhase::lost;
}

/// A supervisor may have been killed while no daemon ran.
void ProcessRuntime::kill_leftovers() {
  kill_marked([this](const Marked& found) {
    return is_left_over(std::string(found.run), std::string(found.attempt));
  });
  if (!groups_) return;
  for (const auto& run : groups_->children_of("")) {
    for (const auto& part : groups_->children_of(run))
      if (is_left_over(run, part)) groups_->kill(fmt::format("{}/{}", run, part));
    groups_->remove(run);
  }
}

asio::awaitable<void> ProcessRuntime::end_everything() {
  asio::steady_timer pause(co_await asio::this_coro::executor);
  const auto instances = instances_;
  for (const auto& [id, instance] : instances) co_await end(instance, 0s);
  const auto deadline = std::chrono::steady_clock::now() + 5s;
  for (bool left = true; left && std::chrono::steady_clock::now() < deadline;) {
    left = !children_.empty();
    for (const auto& [pid, watch] : children_) watch->signal(SIGKILL);
    const auto killed = kill_marked([&](const Marked& found) {
      return instances.contains(std::string(found.run)) || found.run == host_run_;
    });
    left = left || killed.killed > 0 || !killed.saw_all;
    pause.expires_after(5ms);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

}  // namespace understudy::daemon::runtime
