// The store against a model that is easy to read: random operations, the same answers.
#include <catch2/catch.hpp>

#include "store/rollout_model.hpp"
#include "store/rollouts_rig.hpp"
#include "support/random.hpp"

using namespace understudy;
using namespace understudy::store_test;

namespace {

template <class Value>
using Maybe = std::optional<Value>;

class Play {
 public:
  explicit Play(unsigned seed) : random_(seed) { model_.now = rollouts_.now = 1e9; }

  void step() {
    rollouts_.now += pick<double>({0, 0, 0.25, 1, 4, 9});
    model_.now = rollouts_.now;
    switch (number(15)) {
      case 0:
      case 1:
      case 2: return enqueue();
      case 3: return start_attempt();
      case 4:
      case 5: return dequeue();
      case 6:
      case 7: return report();
      case 8: return change();
      case 9:
      case 10: return spans();
      case 11: return one_of_the_rest();
      case 12: return fleet();
      case 13: return sweep();
      case 14: return take_back();
      default: return;
    }
  }

  void compare() {
    for (int i = 0; i < 4; ++i) compare_list();
    for (const auto& expected : model_.rollouts) compare_rollout(expected);
    for (const auto& [id, expected] : model_.workers) compare_worker(id, expected);
    std::map<std::string, std::int64_t> counts;
    std::int64_t attempts = 0;
    std::int64_t spans = 0;
    std::int64_t queued = 0;
    for (const auto& rollout : model_.rollouts) {
      ++counts[rollout.status];
      attempts += std::ssize(rollout.attempts);
      spans += std::ssize(rollout.spans);
      queued += rollout.waits() && !rollout.managed();
    }
    const auto statistics = reader().statistics();
    for (const auto& [status, count] : statistics.rollouts_by_status)
      CHECK(counts[std::string(to_string(status))] == count);
    CHECK(statistics.total_rollouts == std::ssize(model_.rollouts));
    CHECK(statistics.total_attempts == attempts);
    CHECK(statistics.total_spans == spans);
    CHECK(statistics.queued == queued);
    CHECK(statistics.total_workers == std::ssize(model_.workers));
  }

  void forget_the_old() {
    rollouts_.now += 50 * 86'400.0;
    model_.now = rollouts_.now;
    const double cutoff = model_.now - 90 * 86'400.0;
    while (rollouts_.store().prune(static_cast<std::int64_t>(model_.now * 1000), {.rollouts_days = 90}, 7)) {
    }
    std::erase_if(model_.rollouts, [&](const auto& rollout) {
      return rollout.over() && rollout.end && *rollout.end < cutoff;
    });
    std::erase_if(model_.workers, [&](const auto& worker) { return worker.second.seen < cutoff; });
    model_.strays.clear();
  }

 private:
  store::Reader& reader() { return rollouts_.reader(); }
  int number(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  bool chance(int in) { return number(in) == 0; }
  template <class Value>
  Value pick(std::vector<Value> values) {
    return values[static_cast<std::size_t>(number(static_cast<int>(values.size())))];
  }
  Maybe<std::string> maybe_worker() {
    return chance(4) ? Maybe<std::string>{} : "w" + std::to_string(number(5));
  }
  std::string any_rollout() {
    if (model_.rollouts.empty() || chance(30)) return "ro-nope";
    // Young ones more often: they are under way.
    const auto size = static_cast<int>(model_.rollouts.size());
    const auto back = chance(3) ? number(size) : number(std::min(size, 12));
    return model_.rollouts[static_cast<std::size_t>(size - 1 - back)].id;
  }
  std::string any_attempt(const ModelRollout& rollout) {
    if (rollout.attempts.empty() || chance(20)) return "at-nope";
    if (chance(2)) return rollout.attempts.back().attempt_id;
    return rollout.attempts[static_cast<std::size_t>(number(static_cast<int>(rollout.attempts.size())))]
        .attempt_id;
  }
  template <class Work>
  auto turn(Work&& work) {
    return in_turn(rollouts_.store(), std::forward<Work>(work));
  }

  std::pair<ModelConfig, std::string> any_config() {
    if (chance(3)) return {{}, "{}"};
    ModelConfig config;
    std::string text = "{";
    if (chance(2)) config.timeout = pick<double>({0, 8, 30});
    if (chance(2)) config.unresponsive = pick<double>({3, 10});
    config.max_attempts = 1 + number(3);
    for (const std::string status : {"failed", "timeout", "unresponsive", "succeeded"})
      if (chance(2)) config.retry.insert(status);
    text += "\"timeout_seconds\":" + (config.timeout ? std::to_string(*config.timeout) : "null");
    text +=
        ",\"unresponsive_seconds\":" + (config.unresponsive ? std::to_string(*config.unresponsive) : "null");
    text += ",\"max_attempts\":" + std::to_string(config.max_attempts) + ",\"retry_condition\":[";
    for (const auto& status : config.retry)
      text.append(text.ends_with('[') ? "\"" : ",\"").append(status).append("\"");
    return {config, text + "]}"};
  }
  std::pair<std::map<std::string, std::string>, std::string> any_metadata() {
    if (chance(3)) return {{}, pick<std::string>({"{}", "null"})};
    const auto n = std::to_string(number(3));
    switch (number(5)) {
      case 0: return {{{"n", n}}, "{\"n\":" + n + "}"};
      case 1:
        return {{{"set", "a\"b"}, {"n", n}}, "{\"set\":\"a\\\"b\",\"deep\":{\"n\":9},\"n\":\"" + n + "\"}"};
      case 2: return {{{"flag", "true"}, {"none", "null"}}, R"({"flag":true,"none":null,"list":[1]})"};
      case 3: return {{{"x", "1.5"}}, R"({"x":1.5})"};
      default: return {{{"agent", "coder-a"}}, R"({"agent":"coder-a"})"};
    }
  }

  void enqueue() {
    ModelRollout expected{.id = "ro-" + std::to_string(number(1'000'000)),
                          .input = std::to_string(number(9))};
    if (model_.find(expected.id)) return;
    const auto [config, config_text] = any_config();
    const auto [metadata, metadata_text] = any_metadata();
    expected.config = config;
    expected.metadata = metadata;
    if (chance(2)) expected.mode = pick<std::string>({"train", "val", "test"});
    if (chance(3)) expected.resources = pick<std::string>({"rs-a", "rs-b"});
    const store::NewRollout rollout{.rollout_id = expected.id,
                                    .input = expected.input,
                                    .start_time = rollouts_.now,
                                    .mode = expected.mode,
                                    .resources_id = expected.resources,
                                    .config = config_text,
                                    .metadata = metadata_text};
    const bool started = chance(6);
    const auto worker = maybe_worker();
    const auto attempt = new_attempt();
    model_.enqueue(std::move(expected));
    auto& number = model_.rollouts.back().number;
    if (!started) {
      number = turn([&](auto& tx) { return tx.enqueue(rollout).number; });
      return;
    }
    const auto got = turn([&](auto& tx) { return tx.start_rollout(rollout, attempt, worker); });
    CHECK(to_string(got.rollout.status) == "preparing");
    number = got.rollout.number;
    begin(model_.rollouts.back(), attempt, worker, false);
  }

  void begin(ModelRollout& rollout, const std::string& attempt, const Maybe<std::string>& worker,
             bool dequeued) {
    model_.begin(rollout, attempt, worker);
    if (worker) model_.follow(*worker, rollout, rollout.attempts.back(), dequeued);
  }
  std::string new_attempt() {
    return "at-" + std::to_string(random_() % 100'000) + "-" + std::to_string(++made_);
  }

  void start_attempt() {
    const auto id = any_rollout();
    const auto worker = maybe_worker();
    const auto attempt = new_attempt();
    const auto got = turn([&](auto& tx) { return tx.start_attempt(id, attempt, worker, rollouts_.now); });
    auto* rollout = model_.find(id);
    REQUIRE(got.has_value() == (rollout && rollout->status != "cancelled"));
    if (got) begin(*rollout, attempt, worker, false);
  }

  void dequeue() {
    const auto worker = maybe_worker();
    const auto limit = number(4);
    const auto got = turn([&](auto& tx) {
      return tx.dequeue(
          {.limit = limit, .worker_id = worker, .new_attempt_id = [&] { return new_attempt(); }},
          rollouts_.now);
    });
    ModelRollout* last = nullptr;
    for (const auto& taken : got) {
      last = model_.first_in_line([](const auto& rollout) { return !rollout.managed(); });
      REQUIRE(last);
      REQUIRE(last->id == taken.rollout.rollout_id);
      model_.begin(*last, taken.attempt->attempt_id, worker);
      CHECK(taken.attempt->sequence_id == std::ssize(last->attempts));
    }
    if (std::ssize(got) < limit)
      REQUIRE_FALSE(model_.first_in_line([](const auto& rollout) { return !rollout.managed(); }));
    if (!worker || limit == 0) return;
    if (last)
      model_.follow(*worker, *last, last->attempts.back(), true);
    else
      model_.rest(*worker);
  }

  /// As when the client of a dequeue is gone, at once or after others reported.
  void take_back() {
    if (chance(2)) dequeue();
    const auto id = any_rollout();
    auto* rollout = model_.find(id);
    const auto attempt = rollout ? any_attempt(*rollout) : "at-nope";
    const bool can = rollout && model_.take_back(*rollout, attempt);
    REQUIRE(turn([&](auto& tx) { return tx.undo_dequeue(id, attempt, rollouts_.now); }) == can);
  }

  void report() {
    const auto id = any_rollout();
    auto* rollout = model_.find(id);
    const auto named = rollout ? any_attempt(*rollout) : "at-nope";
    Maybe<store::AttemptStatus> status;
    if (!chance(4))
      status = pick(std::vector<store::AttemptStatus>(store::all_attempt_statuses.begin(),
                                                      store::all_attempt_statuses.end()));
    const auto worker = chance(5) ? maybe_worker() : Maybe<std::string>{};
    const auto heartbeat =
        chance(3) ? Maybe<double>(pick<double>({0, rollouts_.now, rollouts_.now - 5})) : Maybe<double>{};
    const bool latest = rollout && !rollout->attempts.empty() && chance(3);
    const auto got = turn([&](auto& tx) {
      return tx.report_attempt(id, latest ? "latest" : named,
                               {.status = status, .worker_id = worker, .last_heartbeat_time = heartbeat},
                               rollouts_.now);
    });
    auto* attempt = !rollout ? nullptr : latest ? &rollout->attempts.back() : Model::find(*rollout, named);
    REQUIRE(got.has_value() == (attempt != nullptr));
    if (!attempt) return;
    CHECK(to_string(got->status_before) == rollout->status);
    model_.report(*rollout, *attempt, status ? Maybe<std::string>(to_string(*status)) : std::nullopt, worker,
                  heartbeat);
    CHECK(to_string(got->rollout.status) == rollout->status);
  }

  void change() {
    const auto id = any_rollout();
    store::RolloutChange change;
    if (!chance(3))
      change.status = pick(std::vector<store::RolloutStatus>(store::all_rollout_statuses.begin(),
                                                             store::all_rollout_statuses.end()));
    if (chance(4)) change.mode = pick<Maybe<std::string>>({std::nullopt, "val"});
    const auto [config, config_text] = any_config();
    if (chance(4)) change.config = config_text;
    const auto [metadata, metadata_text] = any_metadata();
    if (chance(4)) change.metadata = metadata_text;
    const auto got = turn([&](auto& tx) { return tx.change_rollout(id, change, rollouts_.now); });
    auto* rollout = model_.find(id);
    REQUIRE(got.has_value() == (rollout != nullptr));
    if (!rollout) return;
    if (change.mode) rollout->mode = *change.mode;
    if (change.config) rollout->config = config;
    if (change.metadata) rollout->metadata = metadata;
    if (change.metadata && metadata.contains("agent")) rollout->agent = metadata.at("agent");
    if (!change.status) return;
    model_.set_status(*rollout, std::string(to_string(*change.status)));
    if (rollout->over()) rollout->end = model_.now;
  }

  void spans() {
    std::vector<store::SpanRow> rows(static_cast<std::size_t>(1 + number(5)));
    for (auto& row : rows) {
      row.rollout_id = any_rollout();
      const auto* rollout = model_.find(row.rollout_id);
      row.attempt_id = rollout ? any_attempt(*rollout) : "at-1";
      row.span_id = "s" + std::to_string(number(20));
      if (chance(2)) row.sequence_id = pick<std::int64_t>({1, 5, 9, 40, -3, std::int64_t{1} << 60});
    }
    const auto got = turn([&](auto& tx) { return tx.add_spans(rows, rollouts_.now); });
    REQUIRE(got.spans.size() == rows.size());
    std::set<std::pair<std::string, std::string>> heard;
    using Result = store::SpanAdded::Result;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto* rollout = model_.find(rows[i].rollout_id);
      if (!rollout || !Model::find(*rollout, rows[i].attempt_id)) {
        CHECK(got.spans[i].result == (rollout ? Result::no_attempt : Result::no_rollout));
        continue;
      }
      const bool added = model_.add_span(*rollout, rows[i].attempt_id, rows[i].span_id, rows[i].sequence_id);
      CHECK(got.spans[i].result == (added ? Result::added : Result::duplicate));
      if (added) CHECK(got.spans[i].sequence_id == rollout->spans.back().sequence);
      if (added) heard.emplace(rows[i].rollout_id, rows[i].attempt_id);
    }
    for (const auto& [id, attempt] : heard)
      model_.hear(*model_.find(id), *Model::find(*model_.find(id), attempt));
  }

  void one_of_the_rest() {
    switch (number(3)) {
      case 0: {
        const auto id = pick<std::string>({"rs-a", "rs-b", "rs-c"});
        turn([&](auto& tx) { tx.put_resources(id, "{}", rollouts_.now); });
        model_.latest_resources = id;
        return;
      }
      case 1: {
        const auto id = "w" + std::to_string(number(6));
        turn([&](auto& tx) { tx.heartbeat(id, "{}", rollouts_.now); });
        model_.workers[id].heartbeat = model_.workers[id].seen = model_.now;
        return;
      }
      default: {
        const auto id = any_rollout();
        const auto count = 1 + number(3);
        const auto first = turn([&](auto& tx) { return tx.reserve_sequence_ids(id, count, rollouts_.now); });
        auto* rollout = model_.find(id);
        auto& last = rollout ? rollout->last_span : model_.strays[id].first;
        CHECK(first == last + 1);
        last += count;
      }
    }
  }

  /// As the daemon treats its own: taken by name, and requeued with its position kept.
  void fleet() {
    auto* mine = model_.first_in_line([](const auto& rollout) { return rollout.agent == "coder-a"; });
    const auto attempt = new_attempt();
    const auto fate = number(4);
    const auto got = turn([&](auto& tx) {
      const auto next = tx.next_queued("coder-a", "coder", 0);
      if (!next) return std::string();
      tx.insert_attempt({.rollout_id = next->rollout_id,
                         .attempt_id = attempt,
                         .start_time = rollouts_.now,
                         .worker_id = "coder-a"});
      tx.set_rollout_status(next->rollout_id, store::RolloutStatus::preparing, {});
      tx.update_attempt(next->rollout_id, attempt,
                        {.status = store::AttemptStatus::running, .last_heartbeat_time = rollouts_.now});
      tx.set_rollout_status(next->rollout_id, store::RolloutStatus::running, {});
      if (fate == 0) tx.set_rollout_status(next->rollout_id, store::RolloutStatus::succeeded, rollouts_.now);
      if (fate == 1) tx.requeue(next->rollout_id, true, 0, "{}");
      return next->rollout_id;
    });
    CHECK(got == (mine ? mine->id : ""));
    if (!mine) return;
    model_.begin(*mine, attempt, "coder-a");
    mine->attempts.back().status = "running";
    mine->attempts.back().heartbeat = model_.now;
    mine->status = fate == 0 ? "succeeded" : fate == 1 ? "requeuing" : "running";
    if (fate == 0) mine->end = model_.now;
  }

  void sweep() {
    std::map<std::string, std::string> due;
    for (const auto& rollout : model_.rollouts)
      if (const auto verdict = model_.verdict(rollout)) due[rollout.id] = *verdict;
    const auto got = rollouts_.sweep();
    CHECK(got.size() == due.size());
    for (const auto& judged : got) {  // in the store's order, by the deadlines it knew
      auto* rollout = model_.find(judged.rollout.rollout_id);
      REQUIRE(rollout);
      CHECK(to_string(judged.attempt.status) == due[rollout->id]);
      model_.report(*rollout, rollout->attempts.back(), std::string(to_string(judged.attempt.status)), {},
                    {});
    }
  }

  void compare_list() {
    store::RolloutQuery query{.sort = static_cast<store::RolloutSort>(number(10)), .now = rollouts_.now};
    if (chance(3)) {
      query.status_in.emplace();
      for (const auto status : store::all_rollout_statuses)
        if (chance(3)) query.status_in->push_back(status);
    }
    if (chance(4)) query.mode_in = {{pick<std::string>({"train", "val"}), "test"}};
    if (chance(6)) query.rollout_id_in = {{any_rollout(), any_rollout(), "ro-\"nope\n"}};
    if (chance(6)) query.rollout_id_contains = std::to_string(number(30));
    if (chance(5))
      query.metadata.push_back(pick<std::pair<std::string, std::string>>(
          {{"n", "1"}, {"set", "a\"b"}, {"flag", "true"}, {"none", "null"}, {"x", "1.5"}, {"deep", ""}}));
    if (chance(10)) query.metadata.emplace_back("agent", "coder-a");
    if (chance(5)) query.since = rollouts_.now - number(300);
    if (chance(5)) query.until = rollouts_.now - number(100);
    if (auto* last = chance(5) ? model_.find(any_rollout()) : nullptr)
      query.after = {last->start, last->number};
    if (chance(3)) query.logic = store::Logic::any_of;
    query.descending = chance(2);
    if (chance(2)) query.limit = 1 + number(20);
    if (chance(3)) query.offset = number(40);
    const auto [ids, total] = model_.list(query);
    const auto page = reader().find_rollouts(query);
    INFO("sort " << static_cast<int>(query.sort) << (query.descending ? " down" : " up") << ", limit "
                 << query.limit << " offset " << query.offset);
    CHECK(reader().take_error() == "");
    CHECK(page.total == total);
    CHECK(ids_of(page) == ids);
  }

  void compare_rollout(const ModelRollout& expected) {
    const auto found = reader().rollout_with_attempt(expected.id);
    REQUIRE(found);
    const auto& row = found->rollout;
    INFO(expected.id);
    const std::string status{to_string(row.status)};
    CHECK(std::tie(status, row.input, row.start_time, row.end_time, row.mode, row.resources_id, row.agent) ==
          std::tie(expected.status, expected.input, expected.start, expected.end, expected.mode,
                   expected.resources, expected.agent));
    const auto attempts = reader().find_attempts({.rollout_id = expected.id});
    REQUIRE(attempts.total == std::ssize(expected.attempts));
    for (std::size_t i = 0; i < expected.attempts.size(); ++i) {
      const auto& has = attempts.items[i];
      const auto& wants = expected.attempts[i];
      CHECK(has.sequence_id == static_cast<std::int64_t>(i) + 1);
      const std::string came_to{to_string(has.status)};
      CHECK(std::tie(has.attempt_id, came_to, has.start_time, has.end_time, has.worker_id,
                     has.last_heartbeat_time) ==
            std::tie(wants.attempt_id, wants.status, wants.start, wants.end, wants.worker, wants.heartbeat));
    }
    const auto spans = reader().find_spans({.rollout_id = expected.id});
    auto in_order = expected.spans;
    std::ranges::stable_sort(in_order, {}, &ModelSpan::sequence);
    REQUIRE(spans.total == std::ssize(in_order));
    for (std::size_t i = 0; i < in_order.size(); ++i)
      CHECK(std::tie(spans.items[i].attempt_id, spans.items[i].span_id) ==
            std::tie(in_order[i].attempt_id, in_order[i].span_id));
  }

  void compare_worker(const std::string& id, const ModelWorker& expected) {
    const auto has = reader().worker(id);
    INFO(id);
    REQUIRE(has);
    const std::string status{to_string(has->status)};
    CHECK(std::tie(status, has->last_heartbeat_time, has->last_dequeue_time, has->last_busy_time,
                   has->last_idle_time, has->current_rollout_id, has->current_attempt_id) ==
          std::tie(expected.status, expected.heartbeat, expected.dequeue, expected.busy, expected.idle,
                   expected.rollout, expected.attempt));
  }

  support::Random random_;
  Rollouts rollouts_{};
  Model model_{};
  int made_{0};
};

}  // namespace

TEST_CASE("random operations get the same answers as a simple model") {
  const auto seed = GENERATE(1u, 2u, 3u, 4u);
  INFO("seed " << seed);
  Play play(seed);
  for (int i = 1; i <= 1'200; ++i) {
    INFO("step " << i);
    play.step();
    if (i % 50 == 0) play.compare();
    if (i % 400 == 0) play.forget_the_old();
  }
  play.compare();
}
