#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "ports/runtime_types.hpp"
#include "understudy/container/effect.hpp"
#include "understudy/failover/policy.hpp"

/// What the fleet wants done, in the imperative. Run only after the commit; each ends as a message.
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
  std::uint64_t max_output{0};  ///< bytes that it may write; 0: no limit
};
/// A task that was already running when the daemon came back, or is believed to.
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
  bool began{false};  ///< known to have begun; else it is given up when it has not
};
/// One signal to the task's group; answered by TaskEndAsked.
struct EndTask {
  std::string agent;
  std::string attempt_id;
  std::string runtime;
  std::string container_id;
  std::string spool_dir;
  ports::TaskSignal signal{ports::TaskSignal::terminate};
  std::uint64_t ask{0};
};
struct WriteEnvFile {
  std::string agent;
  std::string path;
  std::string text;
};
/// A container the fleet does not want: further ones of an instance, or orphans past their grace. It is
/// stopped, and removed if asked.
struct Discard {
  std::string runtime;
  std::string container_id;
  bool remove{false};
};

using Effect = std::variant<CarryOut, RunTask, FollowTask, EndTask, WriteEnvFile, Discard>;

/// Port: how the fleet reaches the world.
class Edge {
 public:
  virtual void carry_out(Effect effect) = 0;

 protected:
  ~Edge() = default;
};

}  // namespace understudy::daemon::fleet
