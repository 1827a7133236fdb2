// GET /rollouts/{id}/attempts/{aid}/transcript: the agent's raw output, also while it runs.
#include "api/handlers.hpp"
#include "api/read_pool.hpp"
#include "api/subject.hpp"
#include "fleet/specs.hpp"
#include "http/respond.hpp"
#include "runtime/spool.hpp"
#include "text/ascii.hpp"

namespace understudy::daemon::api {

namespace {

/// The rollout store's clients may have written the row: the name must not be a path.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 && name.front() != '.' && std::ranges::all_of(name, [](char c) {
    return text::is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
  });
}

http::Response not_found(std::string_view why) {
  return http::problem(404, why);
}

/// The agent can write to its spool, and must not choose which file is shown.
http::Response no_transcript(const files::FileError& error) {
  switch (error.kind) {
    case files::FileErrorKind::absent:
      return not_found("The transcript is not there: the attempt has not begun, or it is gone.");
    case files::FileErrorKind::tampered: return not_found("The transcript is not a plain file.");
    case files::FileErrorKind::unknown: break;
  }
  return http::problem(503, files::describe(error, "The transcript") + ".");
}

}  // namespace

AsyncResponse get_transcript(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool) {
  const std::string rollout_id(request.param("id"));
  const std::string attempt_id(request.param("aid"));
  auto query = [rollout_id, attempt_id](store::Reader& reader) {
    return reader.attempt(rollout_id, attempt_id);
  };
  const auto found = co_await read_pool.read(std::move(query), read_class_of(request));
  if (!found) co_return http::unavailable(found.error());
  if (!*found) co_return not_found("There is no such attempt.");
  const auto instance = (*found)->worker_id.value_or("");
  if (!is_plain_name(instance) || !is_plain_name(attempt_id))
    co_return not_found("This attempt has no transcript.");
  auto output = runtime::open_transcript(fleet::agent_dir(fleet.place(), instance) + "/spool/" + attempt_id);
  if (!output) co_return no_transcript(output.error());
  auto response = http::file(request, std::move(*output), "application/x-ndjson");
  response.headers.set("Content-Disposition", "attachment; filename=\"" + attempt_id + ".ndjson\"");
  co_return response;
}

}  // namespace understudy::daemon::api
