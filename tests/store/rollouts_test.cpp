// Rollouts, attempts, workers and the queue, as the reference store treats them.
#include <catch2/catch.hpp>
#include <set>

#include "store/rollouts_rig.hpp"

using namespace understudy;
using namespace understudy::store_test;
using R = store::RolloutStatus;
using A = store::AttemptStatus;

namespace {

const std::string retry_twice = R"({"timeout_seconds":null,"unresponsive_seconds":null,"max_attempts":2,)"
                                R"("retry_condition":["failed","timeout","unresponsive"]})";

}  // namespace

TEST_CASE("a report on a fresh attempt reaches the rollout, its queue, its end time and its worker") {
  struct Row {
    const char* config;
    A attempt;
    std::string rollout;
    bool rollout_ends, attempt_ends;
    std::string worker;
    bool queued;
  };
  const char* retry = retry_twice.c_str();
  const auto row = GENERATE_COPY(values<Row>({
      {"{}", A::preparing, "preparing", false, false, "busy", false},
      {"{}", A::running, "running", false, false, "busy", false},
      {"{}", A::failed, "failed", true, true, "idle", false},
      {"{}", A::succeeded, "succeeded", true, true, "idle", false},
      {"{}", A::unresponsive, "failed", true, false, "unknown", false},
      {"{}", A::timeout, "failed", true, false, "unknown", false},
      {retry, A::preparing, "preparing", false, false, "busy", false},
      {retry, A::running, "running", false, false, "busy", false},
      {retry, A::failed, "requeuing", false, true, "idle", true},
      {retry, A::succeeded, "succeeded", true, true, "idle", false},
      {retry, A::unresponsive, "requeuing", false, false, "unknown", true},
      {retry, A::timeout, "requeuing", false, false, "unknown", true},
  }));
  Rollouts rollouts;
  const auto id = rollouts.enqueue_with(row.config);
  const auto taken = rollouts.dequeue();
  REQUIRE(taken.size() == 1);
  CHECK(to_string(taken[0].rollout.status) == "preparing");
  rollouts.now = 1005;
  const auto reported = rollouts.report(id, {.status = row.attempt});
  REQUIRE(reported);
  CHECK(to_string(reported->status_before) == "preparing");
  CHECK(to_string(reported->rollout.status) == row.rollout);
  CHECK(reported->rollout.end_time == (row.rollout_ends ? std::optional(1005.0) : std::nullopt));
  CHECK(reported->attempt.end_time == (row.attempt_ends ? std::optional(1005.0) : std::nullopt));
  const auto worker = rollouts.reader().worker("w").value();
  CHECK(to_string(worker.status) == row.worker);
  const bool busy = row.worker == "busy";
  CHECK(worker.current_rollout_id == (busy ? std::optional(id) : std::nullopt));
  CHECK(worker.current_attempt_id.has_value() == busy);
  CHECK(worker.last_idle_time == (busy ? std::nullopt : std::optional(1005.0)));
  CHECK(worker.last_busy_time == (busy ? 1005.0 : 1000.0));
  CHECK(worker.last_dequeue_time == 1000.0);
  CHECK(rollouts.queue() == (row.queued ? Texts{id} : Texts{}));
}

TEST_CASE("a status given to a rollout leaves its attempt and its worker as they are") {
  struct Row {
    R status;
    bool ends, queued;
  };
  const auto row = GENERATE(values<Row>({{R::queuing, false, true},
                                         {R::preparing, false, false},
                                         {R::running, false, false},
                                         {R::failed, true, false},
                                         {R::succeeded, true, false},
                                         {R::cancelled, true, false},
                                         {R::requeuing, false, true}}));
  Rollouts rollouts;
  const auto id = rollouts.enqueue();
  rollouts.dequeue();
  rollouts.report(id, {.status = A::running});
  rollouts.now = 1007;
  const auto changed = rollouts.change(id, {.status = row.status});
  REQUIRE(changed);
  CHECK(changed->status == row.status);
  CHECK(changed->end_time == (row.ends ? std::optional(1007.0) : std::nullopt));
  CHECK(rollouts.attempt_status(id) == "running");
  CHECK(to_string(rollouts.reader().worker("w")->status) == "busy");
  CHECK(rollouts.queue() == (row.queued ? Texts{id} : Texts{}));
  const auto next = rollouts.dequeue();
  REQUIRE(next.size() == (row.queued ? 1 : 0));
  if (row.queued) CHECK(next[0].attempt->sequence_id == 2);
}

TEST_CASE("a finished rollout follows its attempt's reports, a cancelled one does not") {
  struct Row {
    R ended;
    std::optional<A> report;  ///< or a heartbeat
    std::string rollout, attempt;
  };
  const auto row = GENERATE(values<Row>({{R::failed, A::running, "running", "running"},
                                         {R::failed, {}, "preparing", "preparing"},
                                         {R::failed, A::failed, "failed", "failed"},
                                         {R::succeeded, A::running, "running", "running"},
                                         {R::succeeded, {}, "preparing", "preparing"},
                                         {R::succeeded, A::failed, "failed", "failed"},
                                         {R::cancelled, A::running, "cancelled", "running"},
                                         {R::cancelled, {}, "cancelled", "preparing"},
                                         {R::cancelled, A::failed, "cancelled", "failed"},
                                         {R::cancelled, A::succeeded, "cancelled", "succeeded"}}));
  Rollouts rollouts;
  const auto id = rollouts.enqueue();
  rollouts.dequeue();
  rollouts.change(id, {.status = row.ended});
  rollouts.now = 1010;
  const auto reported = rollouts.report(id, {.status = row.report, .last_heartbeat_time = 1009});
  CHECK(to_string(reported->rollout.status) == row.rollout);
  CHECK(to_string(reported->attempt.status) == row.attempt);
  CHECK(reported->rollout.end_time);
  CHECK(reported->attempt.last_heartbeat_time == 1009);
}

TEST_CASE("a span to a finished rollout's attempt leaves the rollout finished") {
  const auto ended = GENERATE(R::failed, R::succeeded, R::cancelled);
  Rollouts rollouts;
  const auto id = rollouts.enqueue();
  const auto attempt = rollouts.dequeue()[0].attempt->attempt_id;
  rollouts.change(id, {.status = ended});
  rollouts.now = 1003;
  CHECK(rollouts.span(id, attempt).changed.empty());
  CHECK(rollouts.status(id) == to_string(ended));
  CHECK(rollouts.attempt_status(id) == "running");
  CHECK(rollouts.reader().rollout_with_attempt(id)->attempt->last_heartbeat_time == 1003);
}

TEST_CASE("a span of an attempt that was thought gone takes its rollout back from the queue") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue_with(retry_twice);
  const auto attempt = rollouts.dequeue()[0].attempt->attempt_id;
  rollouts.report(id, {.status = A::unresponsive});
  CHECK(rollouts.queue() == Texts{id});
  const auto heard = rollouts.span(id, attempt);
  REQUIRE(heard.changed.size() == 1);
  CHECK(to_string(heard.changed[0].status_before) == "requeuing");
  CHECK(rollouts.status(id) == "running");
  CHECK(rollouts.queue().empty());
}

TEST_CASE("a rollout that was put back to queuing stays there, whatever spans its old attempt sends") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue();
  const auto attempt = rollouts.dequeue()[0].attempt->attempt_id;
  rollouts.change(id, {.status = R::queuing});
  rollouts.span(id, attempt);
  CHECK(rollouts.status(id) == "queuing");
  CHECK(rollouts.attempt_status(id) == "running");
}

TEST_CASE("late spans of an attempt that failed do not lose the next attempt") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue_with(retry_twice);
  const auto attempt = rollouts.dequeue()[0].attempt->attempt_id;
  rollouts.report(id, {.status = A::failed});
  rollouts.span(id, attempt);
  CHECK(rollouts.status(id) == "requeuing");
  CHECK(rollouts.queue() == Texts{id});
}

TEST_CASE("a new attempt reopens a finished rollout, whose end time stays until it ends again") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue();
  rollouts.dequeue();
  rollouts.report(id, {.status = A::succeeded});
  rollouts.now = 1020;
  const auto again = rollouts.start_attempt(id);
  REQUIRE(again);
  CHECK(to_string(again->rollout.status) == "preparing");
  CHECK(again->rollout.end_time == 1000);
  CHECK(again->attempt->sequence_id == 2);
  CHECK(again->attempt->start_time == 1020);
  CHECK(rollouts.reader().poll({id}).finished.empty());
  CHECK(rollouts.reader().poll({id}).open == Texts{id});
  rollouts.report(id, {.status = A::failed});
  CHECK(rollouts.reader().rollout(id)->end_time == 1020);
}

TEST_CASE("a cancelled rollout takes no new attempt; put back in the queue it is as any other") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue();
  rollouts.change(id, {.status = R::cancelled});
  CHECK(rollouts.start_attempt(id).error() == store::RolloutError::cancelled);
  CHECK(rollouts.dequeue().empty());
  rollouts.change(id, {.status = R::queuing});
  CHECK(rollouts.dequeue().size() == 1);
}

TEST_CASE("an attempt started without a dequeue takes its rollout out of the queue") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue();
  REQUIRE(rollouts.start_attempt(id));
  CHECK(rollouts.status(id) == "preparing");
  CHECK(rollouts.dequeue().empty());
}

TEST_CASE("first in, first out; what is tried again goes to the end of the queue, once") {
  Rollouts rollouts;
  const auto a = rollouts.enqueue_with(retry_twice);
  const auto b = rollouts.enqueue();
  REQUIRE(rollouts.dequeue()[0].rollout.rollout_id == a);
  rollouts.report(a, {.status = A::failed});
  CHECK(rollouts.queue() == Texts{b, a});
  rollouts.change(b, {.status = R::queuing});
  rollouts.change(b, {.status = R::requeuing});
  CHECK(rollouts.queue() == Texts{b, a});  // it was in the queue already
}

TEST_CASE("a worker that finds nothing is idle; its current attempt stays") {
  Rollouts rollouts;
  rollouts.enqueue();
  rollouts.dequeue();
  rollouts.now = 1001;
  CHECK(rollouts.dequeue().empty());
  auto worker = rollouts.reader().worker("w").value();
  CHECK(to_string(worker.status) == "idle");
  CHECK(worker.last_idle_time == 1001);
  CHECK(worker.last_dequeue_time == 1001);
  CHECK(worker.current_rollout_id);
  rollouts.now = 1002;
  rollouts.dequeue();
  worker = rollouts.reader().worker("w").value();
  CHECK(worker.last_idle_time == 1001);
  CHECK(worker.last_dequeue_time == 1002);
  rollouts.now = 1003;
  rollouts.dequeue(0);
  CHECK(rollouts.reader().worker("w")->last_dequeue_time == 1002);
}

TEST_CASE("several rollouts at once: the worker is busy with the last of them") {
  Rollouts rollouts;
  for (int i = 0; i < 3; ++i) rollouts.enqueue();
  const auto taken = rollouts.dequeue(5);
  REQUIRE(taken.size() == 3);
  const auto worker = rollouts.reader().worker("w").value();
  CHECK(to_string(worker.status) == "busy");
  CHECK(worker.current_rollout_id == taken[2].rollout.rollout_id);
  CHECK(worker.current_attempt_id == taken[2].attempt->attempt_id);
}

TEST_CASE("no dequeue hands out a rollout that is bound to an agent, however it is marked") {
  Rollouts rollouts;
  rollouts.enqueue({.agent = "coder-a"});
  rollouts.enqueue({.agent_type = "coder"});
  const auto by_metadata = rollouts.enqueue({.metadata = R"({"n":1,"agent":"coder-a"})"});
  rollouts.enqueue({.metadata = R"({"agent_type":"coder"})"});
  const auto free = rollouts.enqueue({.metadata = R"({"agent":{"name":"mine"},"agent_type":5})"});
  const auto later_bound = rollouts.enqueue();
  rollouts.change(later_bound, {.metadata = R"({"agent":"coder-b"})"});
  CHECK(rollouts.reader().rollout(by_metadata)->agent == "coder-a");
  CHECK(rollouts.reader().rollout(later_bound)->agent == "coder-b");
  CHECK(rollouts.queue() == Texts{free});
  auto turn = rollouts.store().begin();
  CHECK(turn.next_queued("coder-b", "coder", 0));
  CHECK(rollouts.reader().statistics().queued == 1);
  rollouts.change(later_bound, {.metadata = "{}"});
  CHECK(rollouts.reader().rollout(later_bound)->agent == "coder-b");  // never released by accident
}

TEST_CASE("a rollout gets the latest resources unless it names its own") {
  Rollouts rollouts;
  const auto early = rollouts.enqueue();
  in_turn(rollouts.store(), [](auto& turn) {
    turn.put_resources("rs-1", "{}", 1);
    turn.put_resources("rs-2", "{}", 1);
    turn.put_resources("rs-1", R"({"a":1})", 1);
  });
  CHECK_FALSE(rollouts.reader().rollout(early)->resources_id);
  CHECK(rollouts.reader().rollout(rollouts.enqueue())->resources_id == "rs-1");
  CHECK(rollouts.reader().rollout(rollouts.enqueue({.resources_id = "other"}))->resources_id == "other");
}

TEST_CASE("a rollout is started with its first attempt, at the same time, without being queued") {
  Rollouts rollouts;
  const auto started = in_turn(rollouts.store(), [](auto& turn) {
    return turn.start_rollout({.rollout_id = "ro-1", .start_time = 5.25}, "at-1", "w");
  });
  CHECK(to_string(started.rollout.status) == "preparing");
  CHECK(started.rollout.start_time == 5.25);
  CHECK(started.attempt->start_time == 5.25);
  CHECK(started.attempt->sequence_id == 1);
  CHECK(rollouts.queue().empty());
  const auto worker = rollouts.reader().worker("w").value();
  CHECK(worker.current_attempt_id == "at-1");
  CHECK_FALSE(worker.last_dequeue_time);
}

TEST_CASE("what is changed is what is given, byte for byte; null is kept where it may be given") {
  Rollouts rollouts;
  const std::string odd = R"({ "b": 1.10, "a": 123456789012345678901234567890, "😀": "\u0000" })";
  const auto id = rollouts.enqueue({.input = odd, .mode = "train", .metadata = odd});
  CHECK(rollouts.reader().rollout(id)->input == odd);
  CHECK(rollouts.reader().rollout(id)->metadata == odd);
  rollouts.change(id, {});
  CHECK(rollouts.reader().rollout(id)->mode == "train");
  const auto changed = rollouts.change(
      id,
      {.input = "null", .mode = std::optional<std::string>{}, .resources_id = "rs-9", .metadata = "null"});
  CHECK(changed->input == "null");
  CHECK_FALSE(changed->mode);
  CHECK(changed->resources_id == "rs-9");
  CHECK(changed->metadata == "null");
  CHECK(to_string(changed->status) == "queuing");
}

TEST_CASE("a report on an older attempt does not reach the rollout, but its worker") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue();
  const auto first = rollouts.dequeue(1, "w1")[0].attempt->attempt_id;
  rollouts.start_attempt(id, "w2");
  const auto reported = rollouts.report(id, {.status = A::failed}, first);
  CHECK(to_string(reported->attempt.status) == "failed");
  CHECK(to_string(reported->rollout.status) == "preparing");
  CHECK(to_string(rollouts.reader().worker("w1")->status) == "idle");
  CHECK(to_string(rollouts.reader().worker("w2")->status) == "busy");
}

TEST_CASE("an attempt can be handed to another worker; the one who had it is not told") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue();
  rollouts.dequeue(1, "w1");
  rollouts.report(id, {.worker_id = "w2", .metadata = R"({"k":1})"});
  const auto attempt = rollouts.reader().rollout_with_attempt(id)->attempt.value();
  CHECK(attempt.worker_id == "w2");
  CHECK(attempt.metadata == R"({"k":1})");
  CHECK(to_string(rollouts.reader().worker("w1")->status) == "busy");
  CHECK(rollouts.reader().worker("w2")->current_rollout_id == id);
}

TEST_CASE("a missing rollout and a missing attempt are told apart") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue();
  CHECK(rollouts.start_attempt("ro-nope").error() == store::RolloutError::no_rollout);
  CHECK(rollouts.report("ro-nope", {}).error() == store::RolloutError::no_rollout);
  CHECK(rollouts.report(id, {}).error() == store::RolloutError::no_attempt);
  CHECK(rollouts.report(id, {}, "at-nope").error() == store::RolloutError::no_attempt);
  CHECK(rollouts.change("ro-nope", {}).error() == store::RolloutError::no_rollout);
  CHECK_FALSE(rollouts.reader().rollout_with_attempt("ro-nope"));
  CHECK_FALSE(rollouts.reader().rollout_with_attempt(id)->attempt);
  CHECK_FALSE(rollouts.reader().worker("nobody"));
}

TEST_CASE(
    "polling gets the finished rollouts in the order asked for, repeatedly when asked twice, and which are "
    "open") {
  Rollouts rollouts;
  const auto a = rollouts.enqueue();
  const auto b = rollouts.enqueue();
  const auto c = rollouts.enqueue();
  rollouts.change(c, {.status = R::succeeded});
  rollouts.change(a, {.status = R::cancelled});
  const auto waited = rollouts.reader().poll({c, "ro-nope", b, a, c});
  Texts finished;
  for (const auto& rollout : waited.finished) finished.push_back(rollout.rollout_id);
  CHECK(finished == Texts{c, a, c});
  CHECK(waited.open == Texts{b});
}

TEST_CASE("an answer to an idempotency key is the first one, and tells which request it was for") {
  Rollouts rollouts;
  in_turn(rollouts.store(), [](auto& turn) {
    CHECK_FALSE(turn.past_answer("k"));
    turn.remember_answer("k", {"enqueue abc", "[1]"}, 5);
    turn.remember_answer("k", {"enqueue def", "[2]"}, 6);
  });
  auto turn = rollouts.store().begin();
  const auto past = turn.past_answer("k");
  REQUIRE(past);
  CHECK(past->request == "enqueue abc");
  CHECK(past->answer == "[1]");
}

TEST_CASE(
    "a long list is read page by page, each from where the last one ended, whatever is added meanwhile") {
  Rollouts rollouts;
  for (int i = 0; i < 10; ++i) {
    if (i % 3 == 0) rollouts.now += 1;  // some of one moment
    rollouts.enqueue();
  }
  const bool descending = GENERATE(false, true);
  Texts read;
  store::RolloutQuery query{.status_in = {{R::queuing}}, .descending = descending, .limit = 3};
  for (;;) {
    const auto page = rollouts.reader().find_rollouts(query);
    if (page.items.empty()) break;
    for (const auto& id : ids_of(page)) read.push_back(id);
    query.after = {page.items.back().rollout.start_time, page.items.back().rollout.number};
    if (descending) {
      rollouts.now += 1;
      rollouts.enqueue();
    }
  }
  CHECK(read.size() == 10);
  CHECK(std::set<std::string>(read.begin(), read.end()).size() == 10);
}

TEST_CASE("a dequeue that reached nobody is undone: worker, attempt and position in the queue") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue_with(retry_twice);
  const auto behind = rollouts.enqueue();
  const auto take_back = [&](const std::string& attempt_id) {
    return in_turn(rollouts.store(),
                   [&](auto& turn) { return turn.undo_dequeue(id, attempt_id, rollouts.now); });
  };
  for (int i = 0; i < 3; ++i) {
    const auto taken = rollouts.dequeue();
    CHECK(taken.at(0).attempt->sequence_id == 1);
    CHECK(take_back(taken[0].attempt->attempt_id));
    CHECK_FALSE(take_back(taken[0].attempt->attempt_id));
  }
  CHECK(rollouts.status(id) == "queuing");
  CHECK_FALSE(rollouts.reader().rollout_with_attempt(id)->attempt);
  CHECK(rollouts.reader().statistics().total_attempts == 0);
  CHECK(rollouts.queue() == Texts{id, behind});
  const auto worker = rollouts.reader().worker("w").value();
  CHECK(to_string(worker.status) == "idle");
  CHECK_FALSE(worker.current_rollout_id);
  CHECK_FALSE(worker.current_attempt_id);

  // All its attempts are still its own.
  rollouts.dequeue();
  REQUIRE(rollouts.report(id, {.status = A::failed}));
  CHECK(rollouts.status(id) == "requeuing");
  rollouts.dequeue(1, "other");  // the one behind
  const auto second = rollouts.dequeue().at(0).attempt.value();
  CHECK(second.sequence_id == 2);
  CHECK(take_back(second.attempt_id));
  CHECK(rollouts.status(id) == "requeuing");
  CHECK(rollouts.attempt_status(id) == "failed");
  CHECK(to_string(rollouts.reader().worker("other")->status) == "busy");
}

TEST_CASE("a dequeue is not undone once its attempt was reported on") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue();
  const auto attempt = rollouts.dequeue().at(0).attempt->attempt_id;
  SECTION("by a span") {
    rollouts.span(id, attempt);
  }
  SECTION("by a heartbeat") {
    REQUIRE(rollouts.report(id, {.last_heartbeat_time = 1001}));
  }
  SECTION("because the rollout was cancelled") {
    REQUIRE(rollouts.change(id, {.status = R::cancelled}));
  }
  SECTION("because another attempt was started") {
    REQUIRE(rollouts.start_attempt(id));
  }
  const auto before = rollouts.status(id);
  CHECK_FALSE(
      in_turn(rollouts.store(), [&](auto& turn) { return turn.undo_dequeue(id, attempt, rollouts.now); }));
  CHECK(rollouts.status(id) == before);
  CHECK(rollouts.reader().attempt(id, attempt));
}
