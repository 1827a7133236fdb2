#pragma once
#include "options.hpp"

namespace understudy::shim {

/// Runs a command with its standard streams in the spool directory and leaves its end there. `--cwd DIR` is
/// where; what else it is held to is in confine.hpp. Returns the shim's own exit code: 0 when a status was
/// written, whatever it says.
int run(const char* spool, const Options& options, char** command);

/// Sends a signal to the process group of the task that runs in a spool directory; nothing when it has ended.
/// KILL also reaches what has left the group. 2 when it cannot be sent, 3 when processes are still there
/// after a KILL.
int signal_task(const char* spool, int signal);

/// Runs the main process of an instance, confined; its output goes to `log` in the directory, of at most
/// `--log-bytes`, and its end to `exit`. TERM, INT and HUP are passed on, USR1 is KILL. Nothing of it is left
/// behind. Returns its exit code, 128 + signal. Without a command as hold().
int supervise(const char* agent_dir, const Options& options, char** command);

/// Becomes the command, confined; 127 when it cannot.
int enter(const Options& options, char** command);

/// Runs a command without input or output for at most that long, then kills it and all that it started.
/// Returns its exit code, 128 and its signal, 124 when its time ran out, 126 or 127 when it cannot be run.
int probe(int seconds, char** command);

/// The main process of a container without a program of its own: reaps, and ends on TERM, INT or HUP.
int hold();

}  // namespace understudy::shim
