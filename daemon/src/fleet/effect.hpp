#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "ports/runtime_types.hpp"
#include "understudy/container/effect.hpp"
#include "understudy/failover/policy.hpp"

/// What the fleet wants done, in the imperative. Runs only after the commit and reports back by a message.
namespace understudy::daemon::fleet {

/// One request of the container machine (never Grant, Refuse, Revoke, Interrupt: those stay in the fleet).
struct CarryOut {
  std::string agent;
  std::string runtime;
  container::Effect effect;
  ports::InstanceSpec spec;  ///< filled for Create and Probe
};

struct RunTask {
  std::string agent;
  std::string rollout_id;
  std::string runtime;
  std::string container_id;  ///< empty: on the host
  std::string adapter;
  std::string provider;
  ports::TaskSpec task;
  std::uint64_t max_output{0};           ///< output in bytes; 0: no limit
  std::chrono::milliseconds silence{0};  ///< longest wait for an answer of its provider; 0: no limit
};
/// A task that was, or may have been, running before the daemon restarted.
struct FollowTask {
  std::string agent;
  std::string rollout_id;
  std::string attempt_id;
  std::string runtime;
  std::string container_id;  ///< empty: on the host
  std::string adapter;
  std::string provider;
  std::string spool_dir;
  std::uint64_t max_output{0};
  std::chrono::milliseconds silence{0};
  bool answered{false};  ///< TaskAnswered was reported
  bool began{false};     ///< known to have begun; otherwise dropped if it has not
};
/// One signal to the task's group; answered by TaskSignalled.
struct EndTask {
  std::string agent;
  std::string attempt_id;
  std::string runtime;
  std::string container_id;
  std::string spool_dir;
  ports::TaskSignal signal{ports::TaskSignal::terminate};
  std::uint64_t signal_id{0};
};
struct WriteEnvFile {
  std::string agent;
  std::string path;
  std::string text;
};
/// Stops an unwanted container, and removes it on request: a duplicate, or an orphan past its grace period.
struct Discard {
  std::string runtime;
  std::string container_id;
  bool remove{false};
};

using Effect = std::variant<CarryOut, RunTask, FollowTask, EndTask, WriteEnvFile, Discard>;

/// Port: carries out the effects.
class Edge {
 public:
  virtual void carry_out(Effect effect) = 0;

 protected:
  ~Edge() = default;
};

}  // namespace understudy::daemon::fleet
