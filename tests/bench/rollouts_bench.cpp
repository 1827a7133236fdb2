// The rollout store: spans, enqueue and dequeue a second by turn size, and pages of 100 at ten thousand and
// at a million rollouts. Usage: rollouts_bench [ROLLOUTS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/scratch.hpp"
#include "understudy/store/reader.hpp"
#include "understudy/store/store.hpp"

namespace {

using namespace understudy::store;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// What we used ourselves: a busy machine does not change it much.
double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

template <class Opened>
Opened must(std::expected<Opened, OpenError> opened) {
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

template <class Work>
void in_turn(Store& store, Work&& work) {
  auto turn = store.begin();
  work(turn);
  if (const auto committed = turn.commit(); !committed) throw std::runtime_error(committed.error().message);
}

const std::string attributes =
    R"({"gen_ai.request.model":"qwen3-coder","gen_ai.usage.input_tokens":812,"gen_ai.usage.output_tokens":96,)"
    R"("gen_ai.prompt.0.role":"user","gen_ai.prompt.0.content":"Solve the task and answer with one number."})";
const std::string resource =
    R"({"attributes":{"service.name":"trainer","telemetry.sdk.language":"python"},"schema_url":""})";

SpanRow span(const std::string& rollout, std::int64_t number) {
  char id[24];
  std::snprintf(id, sizeof id, "%016llx", static_cast<unsigned long long>(number) * 0x9E3779B97F4A7C15ULL);
  return {.rollout_id = rollout,
          .attempt_id = "at-1",
          .trace_id = std::string(16, 'a') + id,
          .span_id = id,
          .name = "openai.chat.completion",
          .attributes = attributes,
          .start_time = static_cast<double>(number),
          .end_time = static_cast<double>(number) + 0.5,
          .resource = resource};
}

NewRollout task(std::int64_t number, double now) {
  char id[20];
  std::snprintf(id, sizeof id, "ro-%012llx",
                static_cast<unsigned long long>(number) * 0x9E3779B97F4A7C15ULL >> 16);
  return {.rollout_id = id,
          .input = R"({"question":"What is the sum of the first hundred numbers?","answer":"5050"})",
          .start_time = now,
          .mode = number % 4 == 0 ? "val" : "train",
          .resources_id = "rs-" + std::to_string(number / 1'000),
          .config = R"({"timeout_seconds":600.0,"unresponsive_seconds":60.0,"max_attempts":2,)"
                    R"("retry_condition":["failed"]})",
          .metadata = R"({"step":)" + std::to_string(number / 1'000) + R"(,"set":"gsm8k"})"};
}

template <class Work>
void rate(const char* what, std::int64_t grouped, Work&& work) {
  std::int64_t done = 0;
  const auto begin = Clock::now();
  const auto cpu = cpu_seconds();
  while (seconds_since(begin) < 1.5) done += work();
  std::printf("%-36s %5lld a turn  %9.0f /s, %7.1f us of CPU each\n", what, static_cast<long long>(grouped),
              static_cast<double>(done) / seconds_since(begin),
              (cpu_seconds() - cpu) * 1e6 / static_cast<double>(done));
}

void writes() {
  const understudy::support::Scratch folder;
  auto store = must(Store::open(folder / "understudy.db"));
  std::int64_t number = 0;
  for (const std::int64_t grouped : {1, 100, 1'000})
    rate("spans added", grouped, [&] {
      std::vector<SpanRow> spans;
      const auto rollout = task(number / 100, 0).rollout_id;
      in_turn(store, [&](auto& turn) {
        if (!turn.attempt(rollout, "at-1")) turn.start_rollout(task(number / 100, 1), "at-1", "w");
        for (std::int64_t i = 0; i < grouped; ++i) spans.push_back(span(rollout, ++number));
        turn.add_spans(spans, 1);
      });
      if (number % 100 != 0) number += grouped == 1 ? 0 : 100 - number % 100;
      return grouped;
    });
  rate("spans added, one call each", 100, [&] {
    const auto rollout = task(number / 100, 0).rollout_id;
    in_turn(store, [&](auto& turn) {
      if (!turn.attempt(rollout, "at-1")) turn.start_rollout(task(number / 100, 1), "at-1", "w");
      for (int i = 0; i < 100; ++i) {
        const auto one = span(rollout, ++number);
        turn.add_spans({&one, 1}, 1);
      }
    });
    return 100;
  });
  number += 1'000'000;
  for (const std::int64_t grouped : {1, 100, 1'000})
    rate("rollouts enqueued", grouped, [&] {
      in_turn(store, [&](auto& turn) {
        for (std::int64_t i = 0; i < grouped; ++i) {
          ++number;
          turn.enqueue(task(number, static_cast<double>(number)));
        }
      });
      return grouped;
    });
  for (const std::int64_t grouped : {1, 100})
    rate("rollouts dequeued", grouped, [&] {
      std::size_t taken = 0;
      in_turn(store, [&](auto& turn) {
        taken = turn.dequeue({.limit = grouped, .worker_id = "w", .new_attempt_id = [] { return "at-1"; }}, 5)
                    .size();
      });
      return static_cast<std::int64_t>(taken);
    });
}

/// As a long training leaves them: most succeeded, some failed, the last tenth waits.
void fill(Store& store, std::int64_t from, std::int64_t to) {
  for (std::int64_t begin = from; begin < to; begin += 1'000)
    in_turn(store, [&](auto& turn) {
      for (auto i = begin; i < std::min(begin + 1'000, to); ++i) {
        const auto now = static_cast<double>(i);
        auto rollout = task(i, now);
        if (i % 50 == 0) rollout.config = "{}";  // not tried again
        if (i % 10 == 9) {
          turn.enqueue(rollout);
          continue;
        }
        turn.start_rollout(rollout, "at-1", "w-" + std::to_string(i % 64));
        const auto status = i % 50 == 0 ? AttemptStatus::failed : AttemptStatus::succeeded;
        static_cast<void>(turn.report_attempt(rollout.rollout_id, "at-1",
                                              {.status = status, .last_heartbeat_time = now},
                                              now + 5 + static_cast<double>(i * 7'919 % 100'003) / 1e3));
      }
    });
}

double page_ms(Reader& reader, const RolloutQuery& query) {
  std::vector<double> times;
  for (int i = 0; i < 9; ++i) {
    const auto begin = cpu_seconds();
    const auto page = reader.find_rollouts(query);
    times.push_back((cpu_seconds() - begin) * 1e3);
    if (const auto trouble = reader.take_error(); !trouble.empty()) throw std::runtime_error(trouble);
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

struct Question {
  const char* name;
  RolloutQuery query;
};

std::vector<Question> questions(double many) {
  using S = RolloutSort;
  using R = RolloutStatus;
  return {
      {"newest first", {.sort = S::creation, .descending = true}},
      {"in order of creation", {}},
      {"by rollout id", {.sort = S::rollout_id}},
      {"by end, latest first", {.sort = S::end_time, .descending = true}},
      {"by mode, descending", {.sort = S::mode, .descending = true}},
      {"by status", {.sort = S::status}},
      {"by resources, descending", {.sort = S::resources_id, .descending = true}},
      {"by attempt", {.sort = S::attempt_id}},
      {"by worker, descending", {.sort = S::worker_id, .descending = true}},
      {"by last heartbeat", {.sort = S::last_heartbeat_time}},
      {"longest first", {.sort = S::duration, .descending = true}},
      {"failed, newest first", {.status_in = {{R::failed}}, .descending = true}},
      {"failed and queuing, by worker", {.status_in = {{R::failed, R::queuing}}, .sort = S::worker_id}},
      {"failed, longest first", {.status_in = {{R::failed}}, .sort = S::duration, .descending = true}},
      {"mode val, newest first", {.mode_in = {{"val"}}, .descending = true}},
      {"metadata.step=3", {.metadata = {{"step", "3"}}}},
      {"metadata.set of all, newest first", {.metadata = {{"set", "gsm8k"}}, .descending = true}},
      {"the last day's hundredth part", {.since = many * 0.99, .descending = true}},
      {"id contains 7f3a9", {.rollout_id_contains = "7f3a9"}},
      {"three ids", {.rollout_id_in = {{task(3, 0).rollout_id, task(4, 0).rollout_id, "ro-nope"}}}},
      {"page in the middle, newest first",
       {.descending = true, .offset = static_cast<std::int64_t>(many / 2)}},
  };
}

void pages(std::int64_t many) {
  const understudy::support::Scratch folder;
  auto store = must(Store::open(folder / "understudy.db"));
  auto reader = must(Reader::open(folder / "understudy.db"));
  const std::int64_t few = 10'000;
  fill(store, 0, few);
  std::vector<double> before;
  for (auto& [name, query] : questions(static_cast<double>(few))) {
    query.limit = 100;
    query.now = 2e6;
    before.push_back(page_ms(reader, query));
  }
  const auto begin = Clock::now();
  fill(store, few, many);
  std::printf("\n%lld rollouts with their attempts: %.0f s, %.0f MiB\n", static_cast<long long>(many),
              seconds_since(begin), static_cast<double>(fs::file_size(folder / "understudy.db")) / (1 << 20));
  std::printf("%-36s %12s %12s %7s\n", "a page of 100, ms of CPU", "at 10 k", "at that many", "ratio");
  std::size_t i = 0;
  for (auto& [name, query] : questions(static_cast<double>(many))) {
    query.limit = 100;
    query.now = 2e6;
    const auto after = page_ms(reader, query);
    std::printf("%-36s %12.2f %12.2f %7.1f\n", name, before[i], after, after / before[i]);
    ++i;
  }
  rate("dequeued with that many behind", 1, [&] {
    in_turn(store, [&](auto& turn) {
      turn.dequeue({.worker_id = "w", .new_attempt_id = [] { return "at-1"; }}, 5);
    });
    return 1;
  });
  const auto looked = Clock::now();
  static_cast<void>(reader.statistics());
  std::printf("statistics %.2f ms\n", seconds_since(looked) * 1e3);
}

}  // namespace

int main(int argc, char** argv) {
  writes();
  pages(argc > 1 ? std::atoll(argv[1]) : 1'000'000);
}
