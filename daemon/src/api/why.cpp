// GET /agents/{name}/why: the last decision, the state of each guard, and the next timer.
#include <fmt/format.h>

#include "api/handlers.hpp"
#include "api/held.hpp"
#include "api/queue_depths.hpp"
#include "api/subject.hpp"
#include "api/why_health.hpp"
#include "fleet/handle.hpp"
#include "fleet/specs.hpp"
#include "http/respond.hpp"
#include "understudy/container/explain.hpp"
#include "understudy/container/step.hpp"
#include "wire/agent_text.hpp"
#include "wire/json_text.hpp"
#include "wire/mask.hpp"

namespace understudy::daemon::api {

namespace {

class Report {
 public:
  Report(const fleet::Fleet& fleet, const QueueDepths& queues, const Redactor& redact, const Subject& subject,
         bool sees_agent_text)
      : fleet_(fleet),
        queues_(queues),
        redact_(redact),
        agent_(subject.agent),
        type_(subject.type),
        sees_agent_text_(sees_agent_text) {}

  std::string json() {
    add_task();
    add_tiers();
    add_container();
    wire::ObjectText out;
    const HeldQueues held(fleet_.state());
    if (const auto* own = held.of_agent(agent_.name))
      out.raw("held", held_json(*own, held.tasks_of(agent_.name, queues_), sees_agent_text_));
    if (decision_.empty())
      out.null("last_decision").null("decided_at");
    else
      out.text("last_decision",
               redact_(sees_agent_text_ ? decision_ : wire::sentence_without_agent_text(decision_)))
          .integer("decided_at", ms(decided_at_));
    out.raw("guards", std::move(guards_).done());
    if (next_)
      out.raw("next_timer", timer_json());
    else
      out.null("next_timer");
    return std::move(out).done();
  }

 private:
  static std::int64_t ms(container::Instant at) { return at.time_since_epoch().count(); }

  [[nodiscard]] std::string timer_json() const {
    wire::ObjectText json;
    json.integer("at", ms(next_->at)).text("what", next_->what);
    next_->facts.write(json);
    return std::move(json).done();
  }
  void guard(const Facts& facts, std::string_view name, std::string_view value,
             std::optional<bool> holds = std::nullopt) {
    wire::ObjectText json;
    json.text("name", name).text("value", redact_(value));
    if (holds) json.flag("holds", *holds);
    facts.write(json);
    guards_.raw(std::move(json).done());
  }
  void timer(container::Instant at, const Facts& facts, std::string what) {
    if (!next_ || at < next_->at) next_ = Timer{at, std::move(what), facts};
  }
  void decided(std::string_view decision, container::Instant at) {
    if (decision.empty() || (!decision_.empty() && at < decided_at_)) return;
    decision_ = decision;
    decided_at_ = at;
  }
  [[nodiscard]] container::Instant wall(container::Steady at) const { return now_.wall + (at - now_.steady); }

  void add_task() {
    decided(agent_.decision, agent_.decided_at);
    if (!agent_.trouble.empty()) guard({.code = "environment"}, "environment", agent_.trouble, false);
    if (agent_.leaving) guard({.code = "removal"}, "removal", "is removed when its work is done");
    const auto waiting = queues_.within_reach(agent_.name, agent_.type);
    guard({.code = "queue", .actual = waiting}, "queue", fmt::format("{} waiting", waiting));
    if (!agent_.task) return guard({.code = "task"}, "task", "none");
    const auto& task = *agent_.task;
    const auto stage = task.stage == fleet::Task::Stage::waiting    ? "waits for its container"
                       : task.stage == fleet::Task::Stage::starting ? "is being started"
                                                                    : "runs";
    guard({.code = "task"}, "task",
          fmt::format("{} {} on tier {} ({} {})", task.rollout_id, stage, task.tier, task.on.provider,
                      task.on.model));
    if (task.ending) {
      guard({.code = "ending"}, "ending", fleet::describe_ending(*task.ending), false);
      return timer(wall(task.ending->due), {.code = "ending"},
                   task.ending->pending ? "the signal to its task times out"
                   : task.ending->gone  ? "the task counts as ended"
                                        : "the task is asked to end again");
    }
    if (task.deadline)
      timer(wall(*task.deadline), {.code = "task_deadline"}, "the task's deadline (agent.timeout_s)");
  }

  void add_tiers() {
    const auto& state = fleet_.state();
    for (const auto& seen : tier_guards(state, agent_, type_, now_.wall, sees_agent_text_))
      guard(seen.facts, seen.name, seen.value, seen.holds);
    if (auto next = tier_timer(state, agent_, type_, now_.wall))
      timer(next->at, next->facts, std::move(next->what));
  }

  void add_container() {
    if (!agent_.container)
      return guard({.code = "container"}, "container", "none: runs on the host or elsewhere");
    const auto why = container::explain(fleet::container_policy(type_, agent_), *agent_.container, now_);
    decided(container::to_string(why.decision), why.decided_at);
    guard({.code = "container"}, "container", container::to_string(why.phase));
    if (agent_.container->paused)
      guard({.code = "not_paused"}, "not paused",
            "somebody paused the container: tasks wait until it is unpaused", false);
    add_warmth();
    if (!why.last_error.empty())
      guard({.code = "last_container_error"}, "last container error",
            sees_agent_text_ ? why.last_error : std::string(wire::mask));
    for (const auto& seen : why.idle_stop) {
      const auto name = container::to_string(seen.name);
      guard({.code = "idle_stop", .actual = seen.actual, .needed = seen.needed, .part = name},
            fmt::format("idle stop: {}", name), seen.value, seen.holds);
    }
    if (!why.next) return;
    const auto name = container::to_string(*why.next);
    timer(wall(why.next->at), {.code = "container", .part = name}, fmt::format("container: {}", name));
  }

  void add_warmth() {
    const auto& all = fleet_.state().warmth;
    const auto warmth = all.find(agent_.type);
    if (warmth == all.end()) return;
    guard({.code = "keep_warm", .actual = warmth->second.now.min, .kept = agent_.warm}, "keep warm",
          fmt::format("{}; {} of {} kept started now", agent_.warm ? "kept started" : "not kept",
                      warmth->second.now.min, agent_.type));
    if (const auto until = warmth->second.now.until)
      timer(*until, {.code = "warm_minimum"},
            "the type's minimum of started instances changes (container.warm)");
  }

  const fleet::Fleet& fleet_;
  const QueueDepths& queues_;
  const Redactor& redact_;
  const fleet::Agent& agent_;
  const config::AgentType& type_;
  bool sees_agent_text_;
  container::Now now_{fleet_.now()};
  std::string decision_;
  container::Instant decided_at_{};
  wire::ArrayText guards_;
  std::optional<Timer> next_;
};

}  // namespace

AsyncResponse get_why(http::Request& request, fleet::Fleet& fleet, Library& library, QueueDepths& queues,
                      Redactor& redact) {
  co_await queues.refresh(library, fleet.state().last_event_id);
  const auto subject = subject_of(fleet, request);
  if (!subject) co_return subject.error();
  co_return http::json(200, Report(fleet, queues, redact, *subject, request.may_read_agent_text()).json());
}

}  // namespace understudy::daemon::api
