#pragma once
#include <string>

#include "ports/runtime_types.hpp"

namespace understudy::daemon::offload {
class Disk;
}

namespace understudy::daemon::runtime {

using namespace ports;

/// Resolves when the shim of a just started task has taken it over (`pid` or `status` is there); `timeout`
/// otherwise.
EngineCall<void> await_takeover(offload::Disk* disk, std::string spool_dir);

}  // namespace understudy::daemon::runtime
