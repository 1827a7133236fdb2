#include "runtime/docker/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "runtime/docker/containment.hpp"
#include "text/ascii.hpp"

namespace understudy::daemon::runtime {

namespace json = boost::json;

namespace {

using Flavour = EngineFlavour;
using Operation = EngineOperation;
using Kind = EngineErrorKind;

/// The first row that fits decides. Empty columns fit anything; no kind means that all is well.
struct Row {
  std::optional<Flavour> flavour;
  std::optional<Operation> operation;
  unsigned status;         ///< 0: any
  std::string_view words;  ///< in lower case
  std::optional<Kind> kind;
};

constexpr std::optional<Flavour> any_flavour;
constexpr std::optional<Operation> any_operation;
constexpr std::optional<Kind> fine;

// Answers of Docker 20.10 and podman 4.3 to the same requests. A podman 500 is told apart by its cause.
constexpr Row rows[]{
    {any_flavour, Operation::start, 304, "", fine},
    {any_flavour, Operation::stop, 304, "", fine},
    {any_flavour, any_operation, 400, "client version", Kind::unreachable},
    {any_flavour, any_operation, 400, "minimum supported api version", Kind::unreachable},
    {any_flavour, any_operation, 401, "", Kind::permission},
    {any_flavour, any_operation, 403, "", Kind::permission},
    {any_flavour, any_operation, 0, "no space left on device", Kind::transient},

    {any_flavour, Operation::create, 0, "no such image", Kind::image_missing},
    {any_flavour, Operation::create, 0, "image not known", Kind::image_missing},
    {any_flavour, Operation::image, 404, "", Kind::image_missing},
    {any_flavour, Operation::create, 404, "", Kind::invalid_spec},
    {any_flavour, Operation::create, 409, "", Kind::conflict},
    {Flavour::podman, Operation::create, 500, "already in use", Kind::conflict},
    {Flavour::podman, Operation::create, 500, "invalid argument", Kind::invalid_spec},
    {Flavour::podman, Operation::create, 500, "unable to find network", Kind::invalid_spec},
    {any_flavour, Operation::create, 500, "invalid", Kind::invalid_spec},

    {any_flavour, Operation::start, 409, "", Kind::conflict},
    {Flavour::podman, Operation::start, 500, "container state improper", Kind::conflict},
    {Flavour::podman, Operation::start, 500, "must be in created or stopped state", Kind::conflict},
    {any_flavour, Operation::start, 0, "permission denied", Kind::permission},
    {any_flavour, Operation::start, 400, "", Kind::invalid_spec},
    {any_flavour, Operation::start, 500, "command that was not found", Kind::invalid_spec},
    {any_flavour, Operation::start, 500, "executable file not found", Kind::invalid_spec},
    {any_flavour, Operation::start, 500, "no such file or directory", Kind::invalid_spec},
    {any_flavour, Operation::start, 500, "host-gateway", Kind::invalid_spec},
    {any_flavour, Operation::start, 500, "unable to find user", Kind::invalid_spec},
    {any_flavour, Operation::start, 500, "unable to find group", Kind::invalid_spec},
    {any_flavour, Operation::start, 500, "could not select device driver", Kind::invalid_spec},

    {any_flavour, Operation::kill, 409, "not running", fine},
    {Flavour::podman, Operation::kill, 500, "container state improper", fine},
    {Flavour::podman, Operation::kill, 500, "can only kill running containers", fine},
    {any_flavour, Operation::kill, 409, "", Kind::conflict},

    {any_flavour, Operation::remove, 404, "", fine},
    {any_flavour, Operation::remove, 409, "already in progress", Kind::transient},
    {any_flavour, Operation::remove, 409, "", Kind::conflict},
    {Flavour::podman, Operation::remove, 500, "container state improper", Kind::conflict},
    {Flavour::podman, Operation::remove, 500, "running or paused", Kind::conflict},

    {any_flavour, Operation::exec, 409, "", Kind::conflict},
    {Flavour::podman, Operation::exec, 500, "container state improper", Kind::conflict},
    {Flavour::podman, Operation::exec, 500, "only create exec sessions on running", Kind::conflict},

    {any_flavour, any_operation, 400, "", Kind::invalid_spec},
    {any_flavour, any_operation, 404, "", Kind::not_found},
    {any_flavour, any_operation, 409, "", Kind::conflict},
};

std::string_view verb(Operation operation) {
  switch (operation) {
    case Operation::create: return "make the container";
    case Operation::start: return "start the container";
    case Operation::stop: return "stop the container";
    case Operation::kill: return "kill the container";
    case Operation::remove: return "remove the container";
    case Operation::inspect: return "show the container";
    case Operation::list: return "list the containers";
    case Operation::logs: return "show the container's output";
    case Operation::exec: return "run a command in the container";
    case Operation::image: return "show the image";
    case Operation::ping: return "answer";
    case Operation::events: return "tell its events";
  }
  return "?";
}

std::string member(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string(std::string_view(value->get_string())) : std::string{};
}

}  // namespace

std::string words_of_error(std::string_view body) {
  boost::system::error_code bad;
  const json::value parsed = json::parse(body, bad);
  const auto* object = bad ? nullptr : parsed.if_object();
  if (!object) {
    std::string plain(body.substr(0, 300));
    while (!plain.empty() && plain.back() == '\n') plain.pop_back();
    return plain.empty() ? "it gave no reason" : plain;
  }
  const auto message = member(*object, "message");
  const auto cause = member(*object, "cause");
  if (cause.empty() || message.find(cause) != std::string::npos) return message;
  return fmt::format("{}: {}", message, cause);
}

EngineResult<void> judge(Flavour flavour, Operation operation, unsigned status, std::string_view body) {
  if (status >= 200 && status < 300) return {};
  const auto words = words_of_error(body);
  std::string folded(words);
  std::ranges::transform(folded, folded.begin(), text::to_lower);
  std::optional<Kind> kind = Kind::transient;
  for (const Row& row : rows) {
    if (row.flavour.value_or(flavour) != flavour || row.operation.value_or(operation) != operation) continue;
    if ((row.status != 0 && row.status != status) || folded.find(row.words) == std::string::npos) continue;
    kind = row.kind;
    break;
  }
  if (!kind) return {};
  const bool makes_it = operation == Operation::create || operation == Operation::start;
  const auto key =
      makes_it && *kind != Kind::image_missing && *kind != Kind::conflict ? key_behind(folded) : "";
  return engine_error(*kind, fmt::format("the engine did not {}: {}{}", verb(operation), words, key));
}

}  // namespace understudy::daemon::runtime
