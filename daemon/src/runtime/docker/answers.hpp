#pragma once
#include <string>
#include <string_view>

#include "ports/runtime_types.hpp"

namespace understudy::daemon::runtime {

using namespace ports;

enum class EngineFlavour : std::uint8_t { docker, podman };

enum class EngineOperation : std::uint8_t {
  create,
  start,
  stop,
  kill,
  remove,
  inspect,
  list,
  logs,
  exec,
  image,
  ping,
  events
};

/// The engine's words in an error body: Docker's `message`, podman's `cause` and `message`, or plain text.
[[nodiscard]] std::string words_of_error(std::string_view body);

/// What a status means for an operation. Success covers "done already": a start of a running, a stop of a
/// stopped, a removal of a removed container. 304 to a start does not prove that it runs.
[[nodiscard]] EngineResult<void> judge(EngineFlavour flavour, EngineOperation operation, unsigned status,
                                       std::string_view body);

}  // namespace understudy::daemon::runtime
