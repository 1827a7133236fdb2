// POST queues/rollouts/enqueue and dequeue
#include "agl/batches.hpp"
#include "agl/handlers.hpp"
#include "agl/lists.hpp"
#include "agl/managed.hpp"
#include "agl/news.hpp"
#include "agl/rollout_body.hpp"
#include "agl/rollout_store.hpp"
#include "agl/waiters.hpp"
#include "api/idempotency.hpp"
#include "api/offload.hpp"
#include "fleet/handle.hpp"
#include "http/concurrency_limiter.hpp"
#include "http/respond.hpp"
#include "wire/ids.hpp"
#include "wire/json_text.hpp"
#include "wire/rollout_json.hpp"

namespace understudy::daemon::agl {

namespace {

constexpr std::size_t max_enqueued = 100'000;
/// Longer lists are split into several turns, to let other messages through.
constexpr std::size_t enqueued_a_turn = 500;
constexpr std::int64_t dequeued_a_turn = 500;
constexpr std::size_t dequeued_bytes = 32 << 20;  // beyond, fewer than requested are handed out
constexpr std::int64_t max_dequeued = 10'000;
constexpr double longest_wait_s = 300;

using Batch = std::vector<NewRollout>;

fleet::Answer enqueue_one(fleet::Turn& turn, const NewRollout& rollout) {
  const auto& row = rollout.row;
  if (rollout.is_managed())
    return fleet::submit(turn, {.rollout_id = row.rollout_id,
                                .agent = row.agent.value_or(""),
                                .agent_type = row.agent ? "" : row.agent_type.value_or(""),
                                .input_json = row.input,
                                .metadata_json = row.metadata,
                                .config_json = row.config,
                                .mode = row.mode,
                                .resources_id = row.resources_id});
  auto fresh = row;
  fresh.start_time = turn.now_s();
  const auto kept = turn.tx().enqueue(fresh);
  announce_enqueued(turn, kept);
  return wire::rollout_json(kept, std::nullopt);
}

/// All or none. The answer has no brackets, as batches are joined.
Work enqueue(Batch batch) {
  return [batch = std::move(batch)](fleet::Turn& turn) -> fleet::Answer {
    for (const auto& rollout : batch)
      if (auto refusal = binding_refusal(turn, rollout.row.agent, rollout.row.agent_type))
        return std::unexpected(std::move(*refusal));
    std::string rows;
    for (const auto& rollout : batch) {
      const auto row = enqueue_one(turn, rollout);
      if (!row) return row;
      if (!rows.empty()) rows += ',';
      rows += *row;
    }
    return rows;
  };
}

Result<Batch> checked(Batch batch, Problems& problems, bool is_operator) {
  if (!problems.empty()) return bad(problems);
  for (auto& rollout : batch) {
    if (rollout.is_managed() && !is_operator) return std::unexpected(trouble_of(operator_required()));
    rollout.row.rollout_id = wire::rollout_id();
  }
  return batch;
}

Result<Batch> read_batch(const RequestBody& body, bool is_operator) {
  const Loc loc(body.root);
  Problems problems;
  Batch batch;
  const auto rollouts = body.value().find("rollouts");
  if (!rollouts) {
    problems.missing(Loc(loc, "rollouts"), body.text);
  } else if (const Loc list(loc, "rollouts"); check_list(*rollouts, list, problems)) {
    const auto size = rollouts->size();
    if (size > max_enqueued)
      problems.too_long(list, max_enqueued, size, rollouts->text());
    else
      rollouts->elements([&](Value value) {
        if (!problems.full()) batch.push_back(read_new_rollout(value, Loc(list, batch.size()), problems));
      });
  }
  return checked(std::move(batch), problems, is_operator);
}

Result<Batch> read_enqueue(const http::Request& request, bool one) {
  const auto body = read_object(request);
  if (!body) return std::unexpected(body.error());
  if (!one) return read_batch(*body, request.is_operator);
  Problems problems;
  Batch single;
  single.push_back(read_new_rollout(body->value(), Loc(body->root), problems));
  return checked(std::move(single), problems, request.is_operator);
}

/// A key for each step of a long enqueue: a repeated request goes on where it was interrupted.
std::optional<api::IdempotencyKey> of_step(const std::optional<api::IdempotencyKey>& key, std::size_t step) {
  auto own = key;
  if (own && step > 0) own->key.append("\n").append(std::to_string(step));  // no header contains a newline
  return own;
}

/// What a dequeue handed out, to be taken back if the client has gone.
using HandedOut = std::vector<std::pair<std::string, std::string>>;

struct DequeueParams {
  store::Dequeue dequeue{};
  double wait_s{0};
};

Result<DequeueParams> read_dequeue(const RequestBody& body) {
  const Loc loc(body.root);
  const Members members(body.value(), {"limit", "worker_id", "wait_s"});
  Problems problems;
  DequeueParams params;
  if (const auto& limit = members.given("limit"))
    params.dequeue.limit =
        std::min(read_integer(*limit, Loc(loc, "limit"), problems).value_or(1), max_dequeued);
  params.dequeue.worker_id = members.text("worker_id", loc, problems);
  params.wait_s = members.number("wait_s", loc, problems).value_or(0);
  if (params.wait_s > longest_wait_s)
    problems.add("less_than_equal", Loc(loc, "wait_s"), "Input should be less than or equal to 300",
                 members.given("wait_s")->text(), R"({"le":300})");
  params.dequeue.new_attempt_id = [] { return wire::random_id("at-", 8); };
  if (!problems.empty()) return bad(problems);
  return params;
}

/// The answer has no brackets.
Work dequeue(store::Dequeue wanted, std::shared_ptr<HandedOut> handed_out) {
  return [wanted = std::move(wanted), handed_out](fleet::Turn& turn) -> fleet::Answer {
    std::string rows;
    for (const auto& attempted : turn.tx().dequeue(wanted, turn.now_s())) {
      announce_started(turn, attempted);
      if (!rows.empty()) rows += ',';
      rows += wire::rollout_json(attempted.rollout, attempted.attempt);
      if (attempted.attempt)
        handed_out->emplace_back(attempted.rollout.rollout_id, attempted.attempt->attempt_id);
    }
    return rows;
  };
}

/// Takes several turns if needed. If one fails, returns what was handed out before.
boost::asio::awaitable<Result<std::string>> take(RolloutStore& rollouts, store::Dequeue wanted,
                                                 std::shared_ptr<HandedOut> handed_out) {
  std::string rows;
  for (auto left = wanted.limit; left > 0 && rows.size() < dequeued_bytes; left -= wanted.limit) {
    wanted.limit = std::min(left, dequeued_a_turn);
    wanted.max_bytes = dequeued_bytes - rows.size();
    wanted.continued = !rows.empty();
    const auto before = std::ssize(*handed_out);
    auto work = dequeue(wanted, handed_out);
    auto some = co_await rollouts.write(std::move(work));
    if (!some && rows.empty()) co_return std::unexpected(std::move(some.error()));
    if (!some || some->empty()) break;
    if (!rows.empty()) rows += ',';
    rows += *some;
    if (std::ssize(*handed_out) - before < wanted.limit) break;
  }
  co_return rows;
}

/// Undoes a dequeue whose response was not received.
Work take_back(HandedOut handed_out) {
  return [handed_out = std::move(handed_out)](fleet::Turn& turn) -> fleet::Answer {
    for (const auto& [rollout_id, attempt_id] : handed_out) {
      if (!turn.tx().undo_dequeue(rollout_id, attempt_id, turn.now_s())) continue;
      if (const auto queued = turn.tx().rollout(rollout_id)) announce_enqueued(turn, *queued);
    }
    return "";
  };
}

}  // namespace

AsyncResponse enqueue_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                               api::Offload& offload) {
  const bool one = dialect == Dialect::draft;
  const auto seat = co_await offload.seat(api::Offload::Seat::write, request.body.size());
  auto read = [&request, one] { return read_enqueue(request, one); };
  auto batch = co_await offload.run(request.body.size(), std::move(read));
  if (!batch) co_return render(batch.error(), dialect);
  const auto key = api::idempotency_key(request, one ? "enqueue-one" : "enqueue");
  if (!key) co_return render(Trouble{400, key.error(), {}}, dialect);
  std::string rows(one ? "" : "[");
  Batches<NewRollout> steps(std::move(*batch), enqueued_a_turn);
  auto some = steps.next();
  if (!some && *key) some.emplace();  // remember the answer to an empty list too
  for (std::size_t step = 0; some; some = steps.next(), ++step) {
    auto work = api::once(of_step(*key, step), enqueue(std::move(*some)));
    auto kept = co_await rollouts.write(std::move(work));
    if (!kept) co_return render(kept.error(), dialect);
    if (step > 0) rows += ',';
    rows += *kept;
  }
  if (!one) rows += ']';
  co_return http::json(201, std::move(rows));
}

AsyncResponse dequeue_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                               Waiters& waiters, http::ConcurrencyLimiter& limiter) {
  const auto body = read_optional_object(request);
  if (!body) co_return render(body.error(), dialect);
  auto params = read_dequeue(*body);
  if (!params) co_return render(params.error(), dialect);
  const bool one = dialect == Dialect::draft;
  if (one) params->dequeue.limit = 1;
  if (params->dequeue.limit <= 0) co_return http::json(200, one ? "null" : "[]");
  co_await rollouts.sweep_before_read();

  const auto deadline =
      std::chrono::steady_clock::now() +
      std::chrono::milliseconds(static_cast<std::int64_t>(std::max(0.0, params->wait_s) * 1000));
  http::ConcurrencyLimiter::Permit permit;
  std::optional<Waiters::QueueWait> wait;
  if (params->wait_s > 0) wait.emplace(waiters);  // before the read, so that nothing queued since is missed
  for (;;) {
    auto handed_out = std::make_shared<HandedOut>();
    const auto rows = co_await take(rollouts, params->dequeue, handed_out);
    if (!rows) co_return render(rows.error(), dialect);
    if (!rows->empty()) {
      auto give_back = [&rollouts, handed_out](bool sent) {
        if (!sent) rollouts.post(take_back(std::move(*handed_out)));
      };
      auto response = http::json(200, one ? *rows : "[" + *rows + "]");
      response.sent = std::move(give_back);
      co_return response;
    }
    if (!wait) break;
    if (!permit) permit = limiter.acquire(http::ConcurrencyLimiter::Kind::long_poll, request);
    if (!permit) co_return http::limit_reached("waits");
    const auto ended = co_await wait->sleep(deadline, request.abandoned);
    if (ended == Waiters::Ended::abandoned) wait->pass_on();
    if (ended != Waiters::Ended::woken) break;
  }
  co_return http::json(200, one ? "null" : "[]");
}

}  // namespace understudy::daemon::agl
