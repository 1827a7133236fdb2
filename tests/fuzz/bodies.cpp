// The body of each call that brings content, up to what is handed to the fleet: refused, or JSON again.
#include "agl/body.hpp"
#include "agl/resource_body.hpp"
#include "agl/rollout_body.hpp"
#include "agl/span_body.hpp"
#include "api/outcome_body.hpp"
#include "api/task_body.hpp"
#include "fuzz/input.hpp"
#include "http/respond.hpp"
#include "wire/raw_json.hpp"

using namespace understudy::daemon;

namespace {

void require_json(const std::string& text) {
  fuzz::require(wire::compact_json(text).has_value(), "what is kept is JSON");
}

void read_store_body(const http::Request& request, unsigned which) {
  const auto said = agl::read_body(request);
  if (!said) return;
  agl::Problems problems;
  const agl::Loc loc(said->root);
  switch (which) {
    case 0: {
      const auto rollout = agl::read_new_rollout(said->value(), loc, problems);
      if (!problems.empty()) break;
      require_json(rollout.row.input);
      require_json(rollout.row.config);
      require_json(rollout.row.metadata);
      break;
    }
    case 1: {
      const auto span = agl::read_span(said->value(), loc, problems);
      if (problems.empty()) require_json(agl::span_json(span, 1));
      break;
    }
    case 2:
      if (const auto resources = agl::read_resources(*said)) require_json(*resources);
      break;
    case 3: static_cast<void>(agl::read_attempt_report(*said)); break;
    default: static_cast<void>(agl::read_rollout_update(*said)); break;
  }
  for (const auto dialect : {agl::Dialect::draft, agl::Dialect::upstream})
    if (!problems.empty()) static_cast<void>(agl::render(agl::bad(problems).error(), dialect));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const unsigned which = input.byte() % 7U;
  const http::Request request{.body = std::string(input.rest())};
  if (which < 5) {
    read_store_body(request, which);
    return 0;
  }
  const auto body = http::parse_json_body(request);
  if (!body) return 0;
  if (which == 5) static_cast<void>(api::parse_outcome(*body));
  if (which == 6 && body->is_object())
    if (const auto task = api::parse_task(body->get_object(), request.body)) {
      require_json(task->input);
      require_json(task->metadata);
      require_json(task->config);
    }
  return 0;
}
