#pragma once

namespace understudy::shim {

/// Runs a command with its standard streams in the spool directory and leaves its end there. Returns the
/// shim's own exit code: 0 when a status was written, whatever it says.
int run(const char* spool, const char* cwd, char** command);

/// Sends a signal to the process group of the task that runs in a spool directory; nothing when it has ended.
int signal_task(const char* spool, int signal);

/// The main process of a container without a program of its own: reaps, and ends on TERM, INT or HUP.
int hold();

}  // namespace understudy::shim
