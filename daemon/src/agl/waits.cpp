// POST waits/rollouts
#include <cmath>

#include "agl/body.hpp"
#include "agl/fields.hpp"
#include "agl/handlers.hpp"
#include "agl/large_body.hpp"
#include "agl/lists.hpp"
#include "agl/rollout_store.hpp"
#include "agl/waiters.hpp"
#include "api/rollout_view.hpp"
#include "http/concurrency_limiter.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

namespace {

constexpr std::size_t max_awaited = 100'000;

struct Wait {
  std::vector<std::string> ids{};
  std::optional<double> timeout_s{};  ///< none: until all have ended
};

Result<Wait> read_wait(const RequestBody& body) {
  const Loc loc(body.root);
  const Members members(body.value(), {"rollout_ids", "timeout"});
  Problems problems;
  Wait wait;
  if (const auto ids = members.required("rollout_ids", loc, problems)) {
    const Loc at(loc, "rollout_ids");
    const auto size = ids->size();
    if (ids->is_array() && size > max_awaited)
      problems.too_long(at, max_awaited, size, ids->text(),
                        wire::ObjectText{}
                            .text("field_type", "List")
                            .integer("max_length", static_cast<std::int64_t>(max_awaited))
                            .integer("actual_length", static_cast<std::int64_t>(size))
                            .done());
    else
      wait.ids = read_texts(*ids, at, problems);
  }
  wait.timeout_s = members.number("timeout", loc, problems);
  if (!problems.empty()) return bad(problems);
  return wait;
}

Waiters::Deadline deadline_of(const Wait& wait) {
  constexpr double longest_s = 365.0 * 24 * 60 * 60;
  if (!wait.timeout_s || *wait.timeout_s > longest_s) return Waiters::no_deadline;
  return std::chrono::steady_clock::now() +
         std::chrono::microseconds(std::llround(std::max(0.0, *wait.timeout_s) * 1e6));
}

/// Ended rollouts as a list, and the ids of open ones.
struct WaitResult {
  Result<http::Body> finished{http::Body()};
  std::vector<std::string> open{};
};

}  // namespace

AsyncResponse wait_for_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                                api::Offload& offload, api::SpillSpace& spill, Waiters& waiters,
                                http::ConcurrencyLimiter& limiter) {
  auto seat = co_await offload.seat(api::Offload::Seat::read, request.body.size());
  auto reading = read_large(offload, request, read_wait);
  auto wait = co_await std::move(reading);
  if (!wait) co_return render(wait.error(), dialect);
  const auto deadline = deadline_of(*wait);
  const auto ids = std::make_shared<const std::vector<std::string>>(std::move(wait->ids));
  co_await rollouts.sweep_before_read();
  Waiters::EndWait ends(waiters);
  http::ConcurrencyLimiter::Permit permit;
  for (bool last = wait->timeout_s && *wait->timeout_s <= 0;;) {
    auto query = [ids, sees_agent_text = request.may_read_agent_text(),
                  spill = api::spill_space_for(spill, request)](store::Reader& reader) {
      ListText rows(spill, Dialect::draft);  // a plain list in both
      auto waited = reader.poll(*ids, [&](const store::RolloutRow& rollout) {
        return rows.add(api::rollout_view(rollout, std::nullopt, sees_agent_text));
      });
      return WaitResult{rows.done(0, {}), std::move(waited.open)};
    };
    auto seen = co_await rollouts.read(std::move(query), api::read_class_of(request));
    if (!seen) co_return render(Trouble{503, seen.error(), {}}, dialect);
    if (!seen->finished) co_return render(seen->finished.error(), dialect);
    if (last || seen->open.empty()) co_return api::json_answer(std::move(*seen->finished));
    if (!permit) permit = limiter.acquire(http::ConcurrencyLimiter::Kind::long_poll, request);
    if (!permit) co_return http::limit_reached("waits");
    if (!ends.expect(seen->open))
      co_return render(Trouble{503, "Too many rollouts are being waited for; try again later.", {}}, dialect);
    seat = {};  // waiting takes no more memory than the ids
    const auto ended = co_await ends.sleep(deadline, request.abandoned);
    last = ended != Waiters::Ended::woken;
  }
}

}  // namespace understudy::daemon::agl
